"""Small records, vocabularies, labeling functions and votes, made by hand for tests."""

import numpy as np
import pandas as pd

from weaklabel.terms import PatternLF, PhraseLF, PythonLF, Records, Tag, Unless, Vocabulary, Votes


def make_records(titles, *, descriptions=None, given=None, ids=None):
    """Records with the field title, and description where texts for it are given; no given tags means unlabelled."""
    texts = {"title": tuple(titles)}
    if descriptions is not None:
        texts["description"] = tuple(descriptions)
    ids = tuple(ids) if ids is not None else tuple(range(1, len(titles) + 1))
    frame = pd.DataFrame(
        {"id": pd.Series(ids, dtype=object), **{k: pd.Series(v, dtype=object) for k, v in texts.items()}}
    )
    labels = tuple(None if tags is None else tuple(tags) for tags in given) if given is not None else (None,) * len(ids)
    return Records(ids, texts, labels, frame)


def make_vocabulary(*names, parents=None):
    """Tags of these names; `parents` maps a name to the names above it."""
    return Vocabulary.of([Tag(name, parents=tuple((parents or {}).get(name, ()))) for name in names])


def phrase_lf(lf_id, tags, *phrases, fields=("title",), polarity=1, origin="yaml", keep_case=False, unless=None):
    return PhraseLF(
        id=lf_id, tags=_names(tags), polarity=polarity, origin=origin, family="keyword", definition=repr(phrases),
        phrases=phrases, fields=fields, keep_case=keep_case, unless=unless or Unless(),
    )  # fmt: skip


def pattern_lf(lf_id, tags, pattern, *, fields=("title",), polarity=1, keep_case=False, unless=None):
    return PatternLF(
        id=lf_id, tags=_names(tags), polarity=polarity, origin="yaml", family="regex", definition=pattern,
        pattern=pattern, fields=fields, keep_case=keep_case, unless=unless or Unless(),
    )  # fmt: skip


def python_lf(lf_id, tags, call):
    """A Python labeling function whose `call` returns pairs of a tag and a vote."""
    return PythonLF(
        id=lf_id, tags=_names(tags), polarity=0, origin="python", family="python", definition=lf_id, call=call
    )


def make_votes(rows, *, n_records, lf_ids, failures=()):
    """Votes of rows (tag, record, lf, vote), all but the vote by position."""
    table = np.array(sorted(rows), dtype=np.int32).reshape(-1, 4)
    return Votes(
        tag=table[:, 0].copy(),
        record=table[:, 1].copy(),
        lf=table[:, 2].copy(),
        vote=table[:, 3].astype(np.int8),
        n_records=n_records,
        lf_ids=tuple(lf_ids),
        failures=tuple(failures),
    )


def vote_rows(votes, vocabulary):
    """Votes as a set of (tag, record, lf, vote), tags and labeling functions by name."""
    rows = zip(votes.tag.tolist(), votes.record.tolist(), votes.lf.tolist(), votes.vote.tolist(), strict=True)
    return {(vocabulary.names[tag], record, votes.lf_ids[lf], vote) for tag, record, lf, vote in rows}


def _names(tags):
    return (tags,) if isinstance(tags, str) else tuple(tags)
