"""The spaCy pipelines that token patterns name: found, loaded once a process, and asked what they can tell of a token.

Source: https://spacy.io/api/matcher#patterns (attributes), https://spacy.io/api#architecture-pipeline (components).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weaklabel.errors import LabelingFunctionError, Problem, did_you_mean

if TYPE_CHECKING:
    from spacy.language import Language

BLANK = "blank:en"

_ENTITY = frozenset({"ENT_TYPE", "ENT_IOB", "ENT_ID", "ENT_KB_ID"})
ANNOTATIONS = frozenset({"TAG", "POS", "MORPH", "LEMMA", "DEP", "SENT_START"}) | _ENTITY
"""The attributes of a token that a component of a pipeline sets; all others are told by the token's text."""

EXTENSION = "_"

# What spaCy's own components set. A component that is not named here may set anything, and may join or part tokens.
_SET_BY = {
    "beam_ner": _ENTITY,
    "beam_parser": {"DEP", "SENT_START"},
    "curated_transformer": set[str](),
    "entity_linker": {"ENT_KB_ID"},
    "entity_ruler": _ENTITY,
    "future_entity_ruler": _ENTITY,
    "lemmatizer": {"LEMMA"},
    "morphologizer": {"POS", "MORPH"},
    "ner": _ENTITY,
    "parser": {"DEP", "SENT_START"},
    "sentencizer": {"SENT_START"},
    "senter": {"SENT_START"},
    "span_finder": set[str](),
    "span_ruler": _ENTITY,
    "spancat": set[str](),
    "spancat_singlelabel": set[str](),
    "tagger": {"TAG"},
    "textcat": set[str](),
    "textcat_multilabel": set[str](),
    "tok2vec": set[str](),
    "trainable_lemmatizer": {"LEMMA"},
    "transformer": set[str](),
}


@cache
def load_pipeline(name: str) -> Language:
    """Return the spaCy pipeline of this name; it is loaded once a process.

    Parameters
    ----------
    name
        `blank:` and a language's code (needs no model), the name of an installed package, or a folder's path.

    Raises
    ------
    LabelingFunctionError
        Where there is none, or it cannot be loaded.
    """
    import spacy

    if not name.startswith("blank:") and not _is_package(name) and not _is_folder(name):
        raise LabelingFunctionError(_explain_missing(name))
    try:
        return spacy.load(name)
    except Exception as error:  # noqa: BLE001 - a pipeline's package and its components may raise anything
        reason = str(error).strip().split("\n")[0]
        what = f"the spaCy pipeline {name!r} cannot be loaded: {type(error).__name__}: {reason}"
        fix = "Write blank: and a language's code, such as blank:de." if name.startswith("blank:") else "Reinstall it."
        raise LabelingFunctionError(Problem(f"{what.rstrip('.')}.", fix=fix)) from None


def _is_package(name: str) -> bool:
    from spacy.util import is_package

    return bool(is_package(name))


def _is_folder(name: str) -> bool:
    return (Path(name) / "config.cfg").is_file()


def _explain_missing(name: str) -> Problem:
    from spacy.util import get_installed_models

    if os.sep in name or "/" in name:
        what = f"{name!r} is no folder of a spaCy pipeline."
        return Problem(what, fix="Name the folder that nlp.to_disk made; it holds config.cfg and meta.json.")
    near = did_you_mean(name, [*sorted(get_installed_models()), BLANK])
    install = f"Install it: python -m spacy download {name} (or pip install, if it is a package of your own)."
    return Problem(f"there is no spaCy pipeline {name!r} installed.", fix=" ".join(filter(None, (near, install))))


@cache
def identify_pipeline(name: str) -> str:
    """Return what the tokens of a pipeline depend on, as text: it changes with spaCy's version and the model's."""
    spacy_version = version("spacy")
    if not _is_folder(name):
        return f"{name} {load_pipeline(name).meta['version']} spacy {spacy_version}"
    files = sorted(path for path in Path(name).rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(name).as_posix()} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} spacy {spacy_version}"


def attributes_of(patterns: Iterable[list[dict[str, Any]]]) -> frozenset[str]:
    """Return the names of the token attributes that patterns look at."""
    named = {key.upper() for pattern in patterns for token in pattern for key in token} - {"OP"}
    return frozenset("SENT_START" if name == "IS_SENT_START" else name for name in named)


def missing_attributes(nlp: Language, attributes: Iterable[str]) -> frozenset[str]:
    """Return the attributes that no part of a pipeline sets; empty where that cannot be told."""
    wanted = frozenset(attributes) & ANNOTATIONS
    if not _has_plain_tokenizer(nlp):  # those of some languages tag, too
        return frozenset()
    for may_set in _may_set(nlp).values():
        wanted = frozenset() if may_set is None else wanted - may_set
    return wanted


def is_set(nlp: Language, attributes: Iterable[str]) -> bool:
    """Say whether each of these attributes that a component has to set has a component that is known to set it."""
    known = frozenset[str]().union(*(may_set for may_set in _may_set(nlp).values() if may_set is not None))
    return frozenset(attributes) & ANNOTATIONS <= known


def unneeded_components(nlp: Language, attributes: Iterable[str]) -> tuple[str, ...]:
    """Return the components that cannot change what these attributes are: those after the last that sets one."""
    wanted = frozenset(attributes)
    unneeded: list[str] = []
    if EXTENSION in wanted:  # its getter may look at anything
        return ()
    for name, may_set in reversed(_may_set(nlp).items()):
        if may_set is None or may_set & wanted:
            break
        unneeded.append(name)
    return tuple(unneeded)


def is_retokenizing(nlp: Language) -> bool:
    """Say whether a component may join or part the tokens that the tokenizer makes."""
    return not _has_plain_tokenizer(nlp) or None in _may_set(nlp).values()


def _has_plain_tokenizer(nlp: Language) -> bool:
    from spacy.tokenizer import Tokenizer

    return type(nlp.tokenizer) is Tokenizer


def _may_set(nlp: Language) -> dict[str, frozenset[str] | None]:
    """Return for each component, in their order, the attributes that it may set; None where it may do anything."""
    return dict(_pairs(nlp))


def _pairs(nlp: Language) -> Iterator[tuple[str, frozenset[str] | None]]:
    component: Any
    for name, component in nlp.pipeline:
        factory = nlp.get_pipe_meta(name).factory
        if factory == "attribute_ruler":
            named = {str(attribute) for pattern in component.patterns for attribute in pattern["attrs"]}
            yield name, frozenset("SENT_START" if n in {"SENT_START", "IS_SENT_START"} else n for n in named)
        else:
            known = _SET_BY.get(factory)
            yield name, None if known is None else frozenset(known)
