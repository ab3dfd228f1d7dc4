"""The two ways to match phrases, whatever is installed or switched off: compiled, and in Python."""

from unittest.mock import patch

from weaklabel.vote import PhraseMatcher

LOAD = "weaklabel.vote.phrases.matcher.load_native"


def native_matcher(phrases, **options):
    from weaklabel.vote.phrases import _native

    with patch(LOAD, return_value=_native):
        return PhraseMatcher(phrases, **options)


def python_matcher(phrases, **options):
    with patch(LOAD, return_value=None):
        return PhraseMatcher(phrases, **options)


def votes(matcher, texts):
    """For each text the phrases that occur in it."""
    matrix = matcher.matches(texts)
    return [matrix.indices[start:end].tolist() for start, end in zip(matrix.indptr, matrix.indptr[1:], strict=False)]
