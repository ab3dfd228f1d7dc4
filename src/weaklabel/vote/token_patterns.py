"""spaCy's token patterns against texts: each pipeline reads a text once for all labeling functions that share it.

An error is that of the labeling functions that cannot do without the part in which it arose, on that text: where a
pipeline fails for all, each of them is tried again with the components that its own patterns need.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from weaklabel.errors import LabelingFunctionError, Problem, quantity
from weaklabel.terms import TokenPatternLF
from weaklabel.terms.spacy_pipeline import attributes_of, is_set, load_pipeline, unneeded_components
from weaklabel.vote.call import describe_error
from weaklabel.vote.workers.guard import OutOfTimeError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from spacy.language import Language
    from spacy.tokens import Doc

T = TypeVar("T")

TEXTS_AT_ONCE = 128
_SURROGATES = re.compile("[\ud800-\udfff]")  # spaCy takes none: they are no characters


class PatternFailure(NamedTuple):
    """A labeling function (by its position) that could not read a text (by its position), and why."""

    row: int
    lf: int
    error: str


class Found(NamedTuple):
    """What was found in one text: the labeling functions that match, and the error of each that failed."""

    lfs: tuple[int, ...]
    errors: Mapping[int, str]


class TokenPatternSet:
    """Finds the patterns of many labeling functions in texts. Their `fields` and `unless` are left to the caller.

    Parameters
    ----------
    lfs
        The labeling functions; results name them by their positions.

    Raises
    ------
    LabelingFunctionError
        Where a pipeline cannot be loaded.
    """

    def __init__(self, lfs: Sequence[TokenPatternLF]) -> None:
        self.lfs = tuple(lfs)
        by_pipeline: dict[str, dict[int, TokenPatternLF]] = defaultdict(dict)
        for i, lf in enumerate(self.lfs):
            by_pipeline[lf.pipeline][i] = lf
        self._groups = [_SharedPipeline(name, group) for name, group in by_pipeline.items()]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.lfs,)

    def matches(self, texts: Sequence[str]) -> tuple[csr_matrix, list[PatternFailure]]:
        """Say which labeling functions match which texts.

        Parameters
        ----------
        texts
            The texts.

        Returns
        -------
        scipy.sparse.csr_matrix
            int8 of shape (texts, lfs): 1 where a pattern matches; column indices are sorted. 0 where one failed.
        list of PatternFailure
            By row, then by labeling function.
        """
        from scipy.sparse import csr_matrix

        columns: list[int] = []
        ends = [0]
        failures: list[PatternFailure] = []
        for row, found in enumerate(self.find(texts)):
            columns.extend(found.lfs)
            ends.append(len(columns))
            failures.extend(PatternFailure(row, lf, error) for lf, error in found.errors.items())
        data = np.ones(len(columns), dtype=np.int8)
        shape = (len(ends) - 1, len(self.lfs))
        return csr_matrix((data, np.array(columns, dtype=np.int32), np.array(ends)), shape=shape), failures

    def find(self, texts: Sequence[str]) -> Iterator[Found]:
        """Yield what is found in each text, in order."""
        if not self._groups:
            yield from (Found((), {}) for _ in texts)
        for parts in zip(*(group.find(texts) for group in self._groups), strict=True):
            errors = {lf: error for part in parts for lf, error in part.errors.items()}
            yield Found(tuple(sorted(lf for part in parts for lf in part.lfs)), dict(sorted(errors.items())))

    def spans(self, text: str, lf: int) -> list[tuple[int, int]]:
        """Return start and end, in characters, of all that a labeling function matches, by start, longest first.

        A text that it fails on has none.
        """
        group = next(group for group in self._groups if lf in group.lfs)
        return group.spans(text, lf)


class _SharedPipeline:
    """The labeling functions that name one pipeline, by their positions."""

    def __init__(self, pipeline: str, lfs: Mapping[int, TokenPatternLF]) -> None:
        self.pipeline, self.lfs = pipeline, lfs
        self._together = _PatternMatcher(pipeline, lfs)
        self._alone: dict[int, _PatternMatcher] = {}

    def find(self, texts: Sequence[str]) -> Iterator[Found]:
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            batch = [str(text) for text in texts[start : start + TEXTS_AT_ONCE]]
            docs = _attempt(self._together.read, batch)
            for i, text in enumerate(batch):
                doc = docs[i : i + 1] if not isinstance(docs, _Failed) else _attempt(self._together.read, [text])
                found = doc if isinstance(doc, _Failed) else _attempt(self._together.find, doc[0])
                yield Found(found, {}) if not isinstance(found, _Failed) else self._find_apart(text, found)

    def _find_apart(self, text: str, failed: _Failed) -> Found:
        """Let each labeling function read, for itself, a text on which they failed together."""
        if len(self.lfs) == 1:
            return Found((), dict.fromkeys(self.lfs, failed.error))
        found: list[int] = []
        errors: dict[int, str] = {}
        for lf in self.lfs:
            result = _attempt(self._find_alone, text, lf)
            if isinstance(result, _Failed):
                errors[lf] = result.error
            else:
                found.extend(result)
        return Found(tuple(found), errors)

    def _find_alone(self, text: str, lf: int) -> tuple[int, ...]:
        matcher = self._matcher_of(lf)
        return matcher.find(matcher.read([text])[0])

    def _matcher_of(self, lf: int) -> _PatternMatcher:
        if lf not in self._alone:
            self._alone[lf] = _PatternMatcher(self.pipeline, {lf: self.lfs[lf]})
        return self._alone[lf]

    def spans(self, text: str, lf: int) -> list[tuple[int, int]]:
        found = _attempt(self._matcher_of(lf).spans, text)
        return [] if isinstance(found, _Failed) else found


class _PatternMatcher:
    """A spaCy Matcher, and the components of a pipeline that its patterns need."""

    def __init__(self, pipeline: str, lfs: Mapping[int, TokenPatternLF]) -> None:
        from spacy.matcher import Matcher

        nlp = load_pipeline(pipeline)
        patterns = {lf: json.loads(lfs[lf].patterns) for lf in lfs}
        attributes = attributes_of(pattern for several in patterns.values() for pattern in several)
        self._pipeline, self._unneeded = pipeline, unneeded_components(nlp, attributes)
        # Where a component sets an attribute, a text in which no token has it (MORPH in "of") is no error.
        self._is_missing_allowed = is_set(nlp, attributes)
        self._matcher = Matcher(nlp.vocab)
        self._lf_of_key: dict[int, int] = {}
        for lf, several in patterns.items():
            self._lf_of_key[nlp.vocab.strings.add(str(lf))] = lf
            self._matcher.add(str(lf), several)

    def read(self, texts: Sequence[str]) -> list[Doc]:
        """Return the documents of texts; raises where the pipeline fails on one of them."""
        return _read(self._pipeline, self._unneeded, texts)

    def find(self, doc: Doc) -> tuple[int, ...]:
        """Return the labeling functions of which a pattern matches, sorted."""
        matches = self._matcher(doc, allow_missing=self._is_missing_allowed)
        return tuple(sorted({self._lf_of_key[key] for key, _, _ in matches}))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the characters of every match."""
        doc = _read_once(self._pipeline, self._unneeded, text)
        matches = self._matcher(doc, allow_missing=self._is_missing_allowed)
        found = {(doc[start:end].start_char, doc[start:end].end_char) for _, start, end in matches}
        return sorted(found, key=lambda span: (span[0], -span[1]))


def _read(pipeline: str, unneeded: tuple[str, ...], texts: Sequence[str]) -> list[Doc]:
    nlp = load_pipeline(pipeline)
    if len(unneeded) == len(nlp.pipe_names):
        return [_tokenize(nlp, text) for text in texts]
    for text in texts:
        if len(text) > nlp.max_length:  # for the memory that components need; the tokenizer alone takes any text
            what = f"the text has {len(text):,} characters; the pipeline {pipeline!r} takes {nlp.max_length:,}."
            raise LabelingFunctionError(
                Problem(what, fix="Shorten it, or let the labeling function read other fields.")
            )
    docs = list(nlp.pipe([_tokenize(nlp, text) for text in texts], disable=unneeded))
    if len(docs) != len(texts):  # its error handler drops what fails
        what = f"the pipeline {pipeline!r} gave {quantity(len(docs), 'document')} for {quantity(len(texts), 'text')}."
        raise LabelingFunctionError(Problem(what, fix="Does one of its components fail there?"))
    return docs


def _tokenize(nlp: Language, text: str) -> Doc:
    return nlp.tokenizer(_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text))


@lru_cache(maxsize=16)
def _read_once(pipeline: str, unneeded: tuple[str, ...], text: str) -> Doc:
    """Read a text in which several labeling functions are about to be asked for their spans."""
    return _read(pipeline, unneeded, [text])[0]


@dataclass(frozen=True, slots=True)
class _Failed:
    """What went wrong in a pipeline."""

    error: str


def _attempt(function: Callable[..., T], *arguments: Any) -> T | _Failed:
    """Call what runs a pipeline's components and extensions, which may be anybody's code and fail."""
    try:
        return function(*arguments)
    except (KeyboardInterrupt, GeneratorExit, OutOfTimeError):
        raise
    except BaseException as error:  # noqa: BLE001 - as in vote.call: it may raise anything
        return _Failed(describe_error(error)[0])
