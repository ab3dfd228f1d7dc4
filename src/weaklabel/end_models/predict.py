"""From texts, votes and given tags to the probability of every cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack

from weaklabel.end_models.fitted import FittedCells
from weaklabel.end_models.interface import EndModel, Mask, Scores
from weaklabel.end_models.kernel import PENALTY, KernelRidge, rbf_kernel
from weaklabel.end_models.linear import LinearRidge
from weaklabel.end_models.relatives import hidden_spellings, keeps_closure, lacks_parent
from weaklabel.end_models.signals import LACKS_PARENT, UNCHANGED, CellChanges, Part, Signals
from weaklabel.end_models.texts import frequent_words, text_kernel
from weaklabel.terms import GivenMatrix, SpellingMatrix, TagRelations

KERNEL_RECORDS = 8_000  # beyond, the kernel would need gigabytes
WORDS = 4_000  # that the linear model knows
MIN_LABELLED = 50
ALIKE_WIDTH, ALIKE_PENALTY = 1.0, 1.0  # of the kernel of predicted tags
EMBEDDING_WIDTH = 0.6  # of the kernel of embeddings


@dataclass(frozen=True, slots=True, eq=False)
class VoteSignals:
    """What votes say of each cell.

    Attributes
    ----------
    flags
        bool arrays of shape (records, tags) by name.
    chances, chances_alone
        float32 arrays of shape (records, tags) by name; for records whose given tags may be looked at, and for those
        that have none.
    """

    flags: Mapping[str, npt.NDArray[np.bool_]]
    chances: Mapping[str, Scores]
    chances_alone: Mapping[str, Scores]


@dataclass(frozen=True, slots=True, eq=False)
class Embeddings:
    """Sentence embeddings, rows of length 1 (or 0).

    Attributes
    ----------
    texts, names
        float32 of shape (records, dimensions) and (tags, dimensions).
    """

    texts: npt.NDArray[np.float32]
    names: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """The probability of every cell, and what can say why.

    Attributes
    ----------
    probability
        float32 of shape (records, tags), before closure.
    model
        kernel or linear.
    known, alone
        What labelled records are judged by, and unlabelled ones; None where there are none.
    labelled
        int of shape (labelled records,).
    by_relatives
        Whether a tag is judged by what authors gave above and below it too.
    is_learnt
        Whether it is learnt from given tags, or else from votes.
    end_model
        Which texts are alike.
    """

    probability: Scores
    model: str
    known: FittedCells | None
    alone: FittedCells | None
    labelled: npt.NDArray[np.intp]
    end_model: EndModel
    by_relatives: bool
    is_learnt: bool = True

    def explain(self, record: int, tag: int, changes: CellChanges = UNCHANGED) -> tuple[float, dict[Part, float]]:
        """Return the tag's mean log-odds, and what each part adds in this cell (before closure).

        With `changes`, as if the cell had other signals; what is learnt of all records is held as it is.
        """
        fitted = self.known if np.isin(record, self.labelled) else self.alone
        assert fitted is not None, record
        return fitted.explain(record, tag, self.labelled, changes)

    def similar(self, record: int, others: npt.NDArray[np.intp], most: int) -> list[tuple[int, float]]:
        """Return, of some other records, those whose text is most like a record's, with how much: 0 to 1."""
        return most_similar(self.end_model, record, others, most)


def predict_cells(
    texts: Sequence[str],
    votes: VoteSignals,
    given: GivenMatrix,
    spellings: SpellingMatrix,
    relations: TagRelations,
    *,
    model: str = "kernel",
    embeddings: Embeddings | None = None,
    seed: int = 0,
    end_model: EndModel | None = None,
) -> Prediction:
    """Learn from labelled records, and give every cell of all records a probability.

    A labelled record's cell is judged without the given tag itself, by its text, its votes and the other tags that the
    author gave; an unlabelled record's by its text and votes. Where given tags are kept closed over the graph, the
    tags above and below are not among the others. A tag that no author gave is left to votes.

    Parameters
    ----------
    texts
        One a record.
    votes
        What votes say.
    given, spellings, relations
        The given tags, how they were spelt, and the tag graph.
    model
        kernel, or linear: which is taken in any case beyond KERNEL_RECORDS records.
    embeddings
        One more view of texts, and of the tags' names; None for none.
    seed
        Seed of the folds, and of the cells that the stacker is fitted on.
    end_model
        What an earlier call has made of the same texts; None to make it.

    Returns
    -------
    Prediction
        float32 of shape (records, tags), before closure, and what can say why.
    """
    if end_model is None:
        end_model = make_end_model(texts, model, seed, embeddings=embeddings)[0]
    name = "kernel" if isinstance(end_model, KernelRidge) else "linear"
    labelled, unlabelled = np.flatnonzero(given.labelled), np.flatnonzero(~given.labelled)
    of_texts = {"text": end_model.score(given.tags, given.labelled)}
    if embeddings is not None:
        of_texts["name similarity"] = _name_similarity(embeddings)
    by_relatives = not keeps_closure(given, relations)
    probability = np.empty(given.tags.shape, dtype=np.float32)
    known = alone = None
    if len(labelled):
        hidden = hidden_spellings(relations, with_relatives=not by_relatives)
        by_tags = np.zeros(probability.shape, dtype=np.float32)
        of_labelled = end_model.take(labelled)
        by_tags[labelled] = of_labelled.score_by_tags(given.tags[labelled], spellings.take(labelled), hidden)
        lacks = lacks_parent(given, relations) if by_relatives else None
        known = _fit_known(votes, {**of_texts, "text and given tags": by_tags}, lacks, given, seed)
        probability[labelled] = known.predict(labelled)
    if len(unlabelled):
        alone = _fit_alone(votes, of_texts, given, seed, tagged_alike=name == "kernel")
        probability[unlabelled] = alone.predict(unlabelled)
    return Prediction(probability, name, known, alone, labelled, end_model, by_relatives)


def _fit_known(
    votes: VoteSignals, of_texts: Mapping[str, Scores], lacks: Mask | None, given: GivenMatrix, seed: int
) -> FittedCells:
    """Fit what labelled records are judged by: with where they `lack` a parent, or without any look at relatives."""
    if lacks is None:
        return FittedCells.fit(_signals_alone(votes, of_texts, given), given, seed)
    flags = {**votes.flags, LACKS_PARENT: lacks}
    return FittedCells.fit(Signals(flags, {**votes.chances, **of_texts}, given.base_rates), given, seed)


def _fit_alone(
    votes: VoteSignals, of_texts: Mapping[str, Scores], given: GivenMatrix, seed: int, *, tagged_alike: bool
) -> FittedCells:
    """Fit what unlabelled records are judged by; `tagged_alike`, also by the records with the same predicted tags."""
    signals = _signals_alone(votes, of_texts, given)
    fitted = FittedCells.fit(signals, given, seed)
    if not tagged_alike:
        return fitted
    alike = _score_tagged_alike(fitted.predict(np.arange(signals.shape[0])), given)
    return FittedCells.fit(replace(signals, chances={**signals.chances, "tagged alike": alike}), given, seed)


def _signals_alone(votes: VoteSignals, of_texts: Mapping[str, Scores], given: GivenMatrix) -> Signals:
    """Return what is known of cells without what their authors gave above and below them."""
    flags = {name: flag for name, flag in votes.flags.items() if name != "below given"}
    return Signals(flags, {**votes.chances_alone, **of_texts}, given.base_rates)


def make_end_model(
    texts: Sequence[str],
    model: str,
    seed: int,
    *,
    embeddings: Embeddings | None = None,
    penalty: float = PENALTY,
) -> tuple[EndModel, str]:
    """Return the end model for texts, and its name: linear in place of kernel where there are too many.

    Embeddings are one more kernel, or more features: two texts are then as alike as their words and their meanings are.
    """
    if model == "kernel" and len(texts) <= KERNEL_RECORDS:
        kernel = text_kernel(texts)
        if embeddings is not None:
            kernel += rbf_kernel(embeddings.texts.astype(np.float64), EMBEDDING_WIDTH)
        return KernelRidge(kernel, penalty), "kernel"
    features = frequent_words(texts, WORDS)
    if embeddings is not None:
        features = csr_array(hstack([features, csr_array(embeddings.texts.astype(np.float64))], format="csr"))
    return LinearRidge(features, seed, penalty), "linear"


def most_similar(end_model: EndModel, record: int, others: npt.NDArray[np.intp], most: int) -> list[tuple[int, float]]:
    """Return, of some other records, those whose text is most like a record's, with how much: 0 to 1."""
    others = others[others != record]
    alike = end_model.similarity(record, others)
    best = np.lexsort((others, -alike))[:most]
    return [(int(others[i]), float(alike[i])) for i in best if alike[i] > 0]


def _name_similarity(embeddings: Embeddings) -> Scores:
    """Return how near each text is to each tag's name, standardised for each tag."""
    near = embeddings.texts @ embeddings.names.T
    spread = near.std(axis=0)
    standardised: Scores = (near - near.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return standardised


def _score_tagged_alike(probability: Scores, given: GivenMatrix) -> Scores:
    """Score cells by the records whose predicted tags are like a record's own.

    Tags that go together support each other.

    Predictions are compared by the Hellinger distance of their tags' probabilities. Those of a labelled record are made
    without its own tags, so it may be learnt from.
    """
    roots = np.sqrt(probability.astype(np.float64))
    return KernelRidge(rbf_kernel(roots, ALIKE_WIDTH), ALIKE_PENALTY).score(given.tags, given.labelled)
