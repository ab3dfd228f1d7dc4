"""All that a worker needs to vote as this process would: it can be pickled, and needs no code but weaklabel's."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from weaklabel.cluster.lf_folder import Packed, hash_folder, pack_folder, unpack_folder
from weaklabel.documents import read_bytes
from weaklabel.errors import ClusterError, Problem, TagsError, quantity
from weaklabel.inputs import load_lfs, parse_vocabulary
from weaklabel.knowledge_bases import is_knowledge_base
from weaklabel.tags import export_tags
from weaklabel.terms import (
    ColumnNames,
    LabelingFunction,
    NestedMatches,
    PatternLF,
    PhraseLF,
    Settings,
    Vocabulary,
)
from weaklabel.terms.conditions import reads_columns

FORMAT = 1
MAX_NAMED = 5


class Loaded(NamedTuple):
    """What a bundle holds, made ready in this process.

    Attributes
    ----------
    lfs
        Sorted by id; votes name them by their positions.
    vocabulary
        What they vote on.
    folder
        Where the labeling functions lie here.
    """

    lfs: tuple[LabelingFunction, ...]
    vocabulary: Vocabulary
    folder: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Labeling functions, vocabulary and settings, for another process.

    Attributes
    ----------
    tags_name, tags
        The tags file's name and content.
    folder
        The folder of labeling functions, where it was found.
    files
        Its content; None where the bundle was not made to leave this machine.
    columns
        Which columns the records have; the fields are always named.
    nested_matches, timeout_s
        See :class:`weaklabel.vote.voter.Voter`.
    only_texts
        No labeling function looks at anything but texts.
    lf_hashes
        For each labeling function's id the hash of all that it is.
    version
        weaklabel's.
    fingerprint
        A hash of all that decides the votes on a record.
    """

    tags_name: str
    tags: bytes
    folder: Path | None
    files: Packed | None = None
    columns: ColumnNames
    nested_matches: NestedMatches
    timeout_s: float
    only_texts: bool
    lf_hashes: Mapping[str, str]
    version: str
    fingerprint: str

    def packed(self) -> Bundle:
        """Return the bundle with the content of its folder.

        Raises
        ------
        ClusterError
            Where the folder is too large to be sent.
        """
        return self if self.folder is None else replace(self, files=pack_folder(self.folder))

    def load(self) -> Loaded:
        """Return the labeling functions and the vocabulary; they are loaded once in a process.

        Raises
        ------
        ClusterError
            Where they are not those that the bundle was made with.
        """
        with _lock:
            if self.fingerprint not in _loaded:
                _loaded[self.fingerprint] = _load(self)
            return _loaded[self.fingerprint]


_lock = threading.Lock()
_loaded: dict[str, Loaded] = {}


def build_bundle(settings: Settings, fields: Sequence[str]) -> Bundle:
    """Make a bundle of a project's settings.

    Parameters
    ----------
    settings
        The project's; where its records are does not matter.
    fields
        The names of the text fields.

    Raises
    ------
    WeaklabelError
        Where the tags file or a labeling function is wrong.
    """
    tags = read_bytes(settings.tags, TagsError)
    vocabulary, _ = parse_vocabulary(settings.tags, tags, settings.tag_labels)
    name = settings.tags
    if is_knowledge_base(name):  # workers need not have what reads it
        name, tags = f"{name}.json", export_tags(vocabulary)
    lfs = load_lfs(settings, vocabulary, tuple(fields))
    columns = replace(settings.columns, fields=tuple(fields))
    hashes = _hash_lfs(lfs)
    deciding = [
        FORMAT,
        version("weaklabel"),
        vocabulary.names,
        [columns.id, columns.fields, columns.tags, columns.separator],
        settings.nested_matches,
        settings.lf_timeout_s,
        hashes,
        hash_folder(settings.lfs) if settings.lfs and _may_read_files(lfs) else "",
    ]
    bundle = Bundle(
        tags_name=name,
        tags=tags,
        folder=settings.lfs,
        columns=columns,
        nested_matches=settings.nested_matches,
        timeout_s=settings.lf_timeout_s,
        only_texts=not any(map(reads_columns, lfs)),
        lf_hashes=hashes,
        version=version("weaklabel"),
        fingerprint=_hash(deciding),
    )
    with _lock:
        _loaded[bundle.fingerprint] = Loaded(lfs, vocabulary, settings.lfs)
    return bundle


def _may_read_files(lfs: Iterable[LabelingFunction]) -> bool:
    """Say whether a labeling function may depend on a file of its folder that its definition does not tell of."""
    return not all(isinstance(lf, PhraseLF | PatternLF) for lf in lfs)


def _hash_lfs(lfs: Iterable[LabelingFunction]) -> dict[str, str]:
    return {lf.id: _hash([type(lf).__name__, lf.definition, lf.tags, lf.polarity]) for lf in lfs}


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _load(bundle: Bundle) -> Loaded:
    if version("weaklabel") != bundle.version:
        what = f"a worker has weaklabel {version('weaklabel')}; this is weaklabel {bundle.version}."
        raise ClusterError(Problem(what, fix="Install the same version on all of them."))
    folder = bundle.folder if bundle.files is None else unpack_folder(bundle.files)
    vocabulary, _ = parse_vocabulary(bundle.tags_name, bundle.tags)
    settings = Settings(records="", tags=bundle.tags_name, lfs=folder)
    lfs = load_lfs(settings, vocabulary, bundle.columns.fields or ())
    if problems := _compare(bundle.lf_hashes, _hash_lfs(lfs)):
        raise ClusterError(problems)
    return Loaded(lfs, vocabulary, folder)


def _compare(wanted: Mapping[str, str], found: Mapping[str, str]) -> list[Problem]:
    """Return what differs between the labeling functions here and those on a worker."""
    missing = [key for key in wanted if key not in found]
    added = [key for key in found if key not in wanted]
    other = [key for key in wanted if key in found and wanted[key] != found[key]]
    fix = "Install the same packages and plugins (entry points weaklabel.lfs), in the same versions, on every worker."
    return [
        Problem(f"a worker {verb} {quantity(len(ids), 'labeling function')} {what}: {_name(ids)}.", fix=fix)
        for ids, verb, what in (
            (missing, "lacks", "that there is here"),
            (added, "has", "that there is not here"),
            (other, "has", "in another version than here"),
        )
        if ids
    ]


def _name(ids: Sequence[str]) -> str:
    listed = ", ".join(repr(key) for key in sorted(ids)[:MAX_NAMED])
    return listed if len(ids) <= MAX_NAMED else f"{listed}, …"
