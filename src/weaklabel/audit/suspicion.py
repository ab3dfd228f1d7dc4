"""How probable it is that an author left a tag out, or gave a wrong one, from how probable the tag is.

Authors err: of the tags that are right they leave out a share e₁, of those that are wrong they give a share e₀. With p
the probability of a tag before it is known whether the author gave it, Bayes' rule says of one that was not given, and
of one that was:

    P(right | not given) = p e₁ / (p e₁ + (1 - p)(1 - e₀))
    P(wrong | given)     = (1 - p) e₀ / ((1 - p) e₀ + p (1 - e₁))

A wrong tag is more often a frequent one, though not in proportion: e₀ of a tag grows with the root of its base rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from weaklabel.terms import CellProbabilities, GivenMatrix, Vocabulary

Floats = npt.NDArray[np.float64]
MISSED = 0.1
"""e₁: the share of right tags that authors are taken to leave out."""
WRONG = 0.1
"""The share of given tags that are taken to be wrong, which e₀ follows from."""


MIN_OPINION = 1e-3
"""How far from 0 and 1 an opinion is kept."""
TIE = 1e-6
"""How much a class's own probability counts beside its corrected one, which is the same for many."""
RULE_WEIGHT = 0.15
"""How much a rule of the tag graph counts beside the end model."""


def missing_score(probability: Floats, wrong_rate: Floats) -> Floats:
    """Return P(right | not given), float64 of the shape of `probability`; `wrong_rate` is e₀ of each cell's tag."""
    left_out = probability * MISSED
    result: Floats = left_out / np.maximum(left_out + (1 - probability) * (1 - wrong_rate), np.finfo(float).tiny)
    return result


def unsupported_score(probability: Floats, wrong_rate: Floats) -> Floats:
    """Return P(wrong | given), float64 of the shape of `probability`; `wrong_rate` is e₀ of each cell's tag."""
    wrong = (1 - probability) * wrong_rate
    result: Floats = wrong / np.maximum(wrong + probability * (1 - MISSED), np.finfo(float).tiny)
    return result


def wrong_rates(base_rates: Floats) -> Floats:
    """Return e₀ of each tag, float64 of shape (tags,), from how often authors give it."""
    rates: Floats = WRONG * np.sqrt(base_rates.mean() * base_rates)
    return rates


def pool_opinions(rule: float, model: float) -> float:
    """Return the probability whose log-odds are a mean of two others', each kept a thousandth from 0 and 1."""
    opinions = logit(np.clip([rule, model], MIN_OPINION, 1 - MIN_OPINION))
    return float(expit(np.average(opinions, weights=[RULE_WEIGHT, 1 - RULE_WEIGHT])))


@dataclass(frozen=True, slots=True, eq=False)
class CellScores:
    """Scores of cells, as arrays in their order, or by the position of a record and the name of a tag.

    Attributes
    ----------
    missing, unsupported
        float64 of shape (cells,): P(right | not given), and P(wrong | given); nan where nothing is known.
    """

    missing: Floats
    unsupported: Floats
    _key: npt.NDArray[np.int64]
    _index: Mapping[str, int]

    @classmethod
    def of_cells(
        cls, cells: CellProbabilities, base_rates: Floats, vocabulary: Vocabulary, *, is_learnt: bool = True
    ) -> CellScores:
        """Score cells, sorted by record and tag, each by itself.

        Parameters
        ----------
        cells, base_rates
            How probable each cell's tag is, and how often each tag should occur, float64 of shape (tags,).
        vocabulary
            The tags.
        is_learnt
            Whether probabilities are learnt from given tags. Else silence says little: labeling functions know some
            of the ways to speak of a tag, and how many is not known. A given tag without votes is then not judged.
        """
        rates = wrong_rates(base_rates)[cells.tag]
        missing, unsupported = missing_score(cells.probability, rates), unsupported_score(cells.probability, rates)
        if not is_learnt:
            unsupported = np.where(cells.voted, unsupported, np.nan)
        return cls(missing, unsupported, _keys(cells, vocabulary), vocabulary.index)

    @classmethod
    def of_classes(
        cls, cells: CellProbabilities, given: GivenMatrix, vocabulary: Vocabulary, *, is_learnt: bool
    ) -> CellScores:
        """Score cells of records that have exactly one class: all that a record is given is right, or another is.

        An author gives a wrong class in a share e of records, each of the others as often as any. Where probabilities
        are learnt from given classes (`is_learnt`), they are those of what authors give; the error is taken out of them
        first (Patrini et al., "Making Deep Neural Networks Robust to Label Noise", CVPR 2017, the backward correction).
        That would leave less than nothing of the least probable ones: they keep a thousandth, and a millionth of what
        they were, so that equal scores are ranked as the model ranks them.
        """
        is_given = given.has(cells.record, cells.tag)
        error = WRONG / (len(vocabulary) - 1)
        probability = cells.probability
        if is_learnt:
            corrected = np.clip((probability - error) / (1 - WRONG - error), MIN_OPINION, 1 - MIN_OPINION)
            probability = (1 - TIE) * corrected + TIE * probability
        of_given = np.full(given.tags.shape[0], np.nan)
        of_given[cells.record[is_given]] = probability[is_given]
        trusted = of_given[cells.record] * (1 - WRONG)
        evidence = trusted + (1 - of_given[cells.record]) * error
        missing = probability * error / evidence
        return cls(missing, 1 - trusted / evidence, _keys(cells, vocabulary), vocabulary.index)

    def is_missing(self, record: int, name: str) -> float:
        """Return P(right | not given); 0 for a cell that is not among them."""
        return self._look_up(self.missing, record, name, otherwise=0.0)

    def is_unsupported(self, record: int, name: str) -> float:
        """Return P(wrong | given); nan where nothing is known."""
        return self._look_up(self.unsupported, record, name, otherwise=float("nan"))

    def _look_up(self, scores: Floats, record: int, name: str, *, otherwise: float) -> float:
        key = record * len(self._index) + self._index[name]
        place = int(np.searchsorted(self._key, key))
        return float(scores[place]) if place < len(self._key) and self._key[place] == key else otherwise


def _keys(cells: CellProbabilities, vocabulary: Vocabulary) -> npt.NDArray[np.int64]:
    return cells.record.astype(np.int64) * len(vocabulary) + cells.tag
