"""Votes weighed by what each is worth: pooled over labeling functions and classes, and shared among those that copy.

The model is naive Bayes over the votes, learnt by a few steps of EM (Dawid and Skene, 1979), with four differences:

- *Start.* A vote that is rarely cast tells more: at first, each counts with its information, -log P(vote) (Shannon,
  1948), not with one. Where broad labeling functions are wrong, the specific ones set the direction.
- *Partial pooling.* A vote's precision P(class | vote) is shrunk towards the mean precision of all votes for its
  class, as if POOLED · √records more votes of that precision had been seen (the posterior mean of a Dirichlet prior
  whose centre is estimated from all: empirical Bayes, Efron and Morris, JASA 1975). The prior grows with the records,
  since what EM takes for the class is no truth: where it is wrong, more records do not make it right.
- *Correlation.* Labeling functions that never differ are one symbol. Others count with 1 / Σ r², over the correlations
  r of their evidence with that of all (itself too) that the class does not explain, as far as r² exceeds chance:
  the weights of sequences in a family of near copies (Sibbald and Argos, J. Mol. Biol. 1990) for votes. At the start,
  when no class is known, what is nearly a copy shares: more alike than good labeling functions are (NEAR_COPY).
- *Early stop.* EM explains ever more of the votes, but after STEPS steps what it explains is less and less the class
  (docs/decisions/0012-label-models.md has the figures).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.label_models.interface import Estimate
from weaklabel.label_models.overlaps import count_together
from weaklabel.label_models.patterns import Probabilities, VotePatterns
from weaklabel.label_models.scores import softmax

STEPS = 3
POOLED = 0.5  # votes for each root of a record
USUAL_VOTES, USUAL_PRECISION = 5.0, 0.7  # of every class, before any is seen; as precise as in Snorkel's LabelModel
BALANCE_RECORDS = 10.0  # records of the given class balance, before it is estimated
NEAR_COPY = 0.8  # r² of two labeling functions that are each right 97 times of a hundred
RARELY = 1e-6
TIE, HAIR = 1e-12, 1e-8
SILENT_AT_LEAST = 1e-3  # so that a labeling function that always votes for a class does not rule it out by silence


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to fit.

    Attributes
    ----------
    hears_silence
        Whether an abstain is evidence too. If so, a class for which many labeling functions would have voted becomes
        less likely where they do not; if not, the model asks only what those say that do vote.
    estimates_balance
        Whether the class balance follows the votes, or stays what is given.
    steps
        Of EM.
    """

    hears_silence: bool = True
    estimates_balance: bool = False
    steps: int = STEPS


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a vote adds to the log-odds of the classes.

    Attributes
    ----------
    votes
        float64 of shape (symbols · classes, classes).
    silence
        float64 of shape (classes,): where all abstain.
    class_balance
        float64 of shape (classes,).
    """

    votes: Probabilities
    silence: Probabilities
    class_balance: Probabilities

    def posterior(self, one_hot: csr_array) -> Probabilities:
        """Return P(class | votes), float64 of shape (patterns, classes)."""
        return softmax(one_hot @ self.votes + self.silence + np.log(self.class_balance))


def fit_pooled(
    patterns: VotePatterns,
    class_balance: Probabilities,
    seed: int,  # noqa: ARG001 - draws nothing
) -> Estimate:
    """Fit with abstains as evidence and the class balance as given."""
    votes = DistinctVotes.of(patterns, len(class_balance))
    return votes.estimate_with(fit_variant(votes, class_balance, Variant()))


@dataclass(frozen=True, slots=True)
class DistinctVotes:
    """The votes of those labeling functions that differ from each other somewhere; each is a symbol.

    Attributes
    ----------
    source
        int64 of shape (LFs,): the symbol of each labeling function.
    one_hot
        float64, sparse, of shape (patterns, symbols · classes), of the patterns with votes.
    counts
        float64 of shape (patterns,): their records.
    together
        float64 of shape (symbols · classes, symbols · classes): how many records have each two votes.
    """

    cardinality: int
    source: npt.NDArray[np.intp]
    one_hot: csr_array
    counts: Probabilities
    together: Probabilities

    @classmethod
    def of(cls, patterns: VotePatterns, cardinality: int) -> DistinctVotes:
        """Join what never differs."""
        voted = patterns.with_votes()
        together = count_together(voted, cardinality)
        source = _find_copies(together, cardinality)
        first = np.unique(source, return_index=True)[1]
        kept = (first[:, None] * cardinality + np.arange(cardinality)).ravel()
        if len(first) < len(source):
            together = together[np.ix_(kept, kept)]
        return cls(cardinality, source, voted.one_hot(cardinality, first), voted.counts.astype(np.float64), together)

    @property
    def times(self) -> Probabilities:
        """How often each vote is cast: float64 of shape (symbols · classes,)."""
        return self.together.diagonal()

    def of_symbols(self, table: Probabilities) -> Probabilities:
        """Return a table of shape (symbols · classes, …) with an axis for each: (symbols, classes, …)."""
        return table.reshape(len(table) // self.cardinality, self.cardinality, *table.shape[1:])

    def estimate_with(self, *members: Evidence) -> Estimate:
        """Return what finds the symbols in any patterns, and joins the answers of the members."""

        def estimate(rows: VotePatterns) -> Probabilities:
            one_hot = self._one_hot_of(rows)
            joined = join_answers([member.posterior(one_hot) for member in members])
            return _break_ties(joined, rows)

        return estimate

    def _one_hot_of(self, rows: VotePatterns) -> csr_array:
        if len(self.source) == self.one_hot.shape[1] // self.cardinality:
            return rows.one_hot(self.cardinality, np.argsort(self.source))
        # A symbol has the votes that any of its labeling functions casts; copies need not agree on other records.
        copies = rows.one_hot(self.cardinality).tocoo()
        lf, vote = np.divmod(copies.col, self.cardinality)
        column = self.source[lf] * self.cardinality + vote
        shape = (len(rows), self.one_hot.shape[1])
        summed = csr_array((copies.data, (copies.row, column)), shape=shape)
        summed.sum_duplicates()
        summed.data = np.minimum(summed.data, 1.0)
        return summed


def join_answers(answers: list[Probabilities]) -> Probabilities:
    """Return the normalised geometric mean of probabilities: the mean of the evidence."""
    return softmax(np.mean([np.log(np.maximum(answer, 1e-4)) for answer in answers], axis=0))


def _break_ties(answers: Probabilities, rows: VotePatterns) -> Probabilities:
    """Let an exact tie go, by a hair, to the class that more labeling functions vote for, copies or not."""
    result = answers.copy()
    tied = np.flatnonzero((answers > answers.max(axis=1, keepdims=True) - TIE).sum(axis=1) > 1)
    votes = rows.take(tied)
    shares = votes.class_counts(answers.shape[1]) / votes.n_votes[:, None]
    result[tied] = (1 - HAIR) * answers[tied] + HAIR * shares
    return result


def fit_variant(votes: DistinctVotes, class_balance: Probabilities, variant: Variant) -> Evidence:
    """Fit by a few steps of EM."""
    size = votes.counts.sum()
    posterior = _begin(votes)
    balance = class_balance
    for step in range(variant.steps):
        weighted = posterior * votes.counts[:, None]
        mass = weighted.sum(axis=0)
        if variant.estimates_balance:
            balance = (mass + BALANCE_RECORDS * class_balance) / (size + BALANCE_RECORDS)
        agreeing = votes.one_hot.T @ weighted  # (symbols · classes, classes): votes, by what the class may be
        evidence = _weigh(votes, agreeing, mass, balance, variant)
        if step < variant.steps - 1:
            posterior = evidence.posterior(votes.one_hot)
    return evidence


def _begin(votes: DistinctVotes) -> Probabilities:
    """Return a first P(class | votes): each vote speaks for its class with its information."""
    own_class = np.tile(np.eye(votes.cardinality), (len(votes.times) // votes.cardinality, 1))
    share = votes.times / max(votes.counts.sum(), 1)
    information = -np.log(share, out=np.zeros_like(share), where=share > 0)
    added = own_class * information[:, None]
    counted = _find_shares(votes, added, votes.times[:, None], votes.counts.sum(keepdims=True), NEAR_COPY)
    return softmax(votes.one_hot @ (added * np.repeat(counted, votes.cardinality)[:, None]))


def _weigh(
    votes: DistinctVotes, agreeing: Probabilities, mass: Probabilities, balance: Probabilities, variant: Variant
) -> Evidence:
    """Turn counts of votes by class into evidence: the M step."""
    size = votes.counts.sum()
    precision = _pool_precision(votes, agreeing, balance)
    # Bayes: P(vote | class) = P(class | vote) P(vote) / P(class), with half a record and one for each class at first.
    rate = (votes.times + 0.5) / (size + 1)
    given_class = precision * rate[:, None] / ((mass + 1) / (size + votes.cardinality))
    given_class = np.clip(given_class, RARELY, 1 - RARELY)
    silent = np.log(np.maximum(1 - votes.of_symbols(given_class).sum(axis=1), SILENT_AT_LEAST))  # (symbols, classes)
    if not variant.hears_silence:
        silent = np.zeros_like(silent)
    added = votes.of_symbols(np.log(given_class)) - silent[:, None, :]
    added[votes.of_symbols(votes.times) == 0] = 0  # a vote never seen says nothing
    chance = 4 / max(size, 4)  # the square of two standard errors of a correlation
    share = _find_shares(votes, added.reshape(agreeing.shape), agreeing, mass, chance)
    weighted = (added * share[:, None, None]).reshape(agreeing.shape)
    return Evidence(weighted, (silent * share[:, None]).sum(axis=0), balance)


def _pool_precision(votes: DistinctVotes, agreeing: Probabilities, balance: Probabilities) -> Probabilities:
    """Return P(class | vote), float64 of shape (symbols · classes, classes), shrunk towards what is usual."""
    classes = np.arange(votes.cardinality)
    right = votes.of_symbols(agreeing)[:, classes, classes].sum(axis=0)  # (classes,)
    cast = votes.of_symbols(votes.times).sum(axis=0)
    usual = (right + USUAL_VOTES * USUAL_PRECISION) / (cast + USUAL_VOTES)
    # Where a vote is wrong, the other classes are as likely as they are common.
    wrong = np.tile(balance, (votes.cardinality, 1))
    np.fill_diagonal(wrong, 0)
    centre = wrong / wrong.sum(axis=1, keepdims=True) * (1 - usual)[:, None]
    np.fill_diagonal(centre, usual)
    centres = np.tile(centre, (len(votes.times) // votes.cardinality, 1))
    added = POOLED * np.sqrt(max(votes.counts.sum(), 1))
    pooled: Probabilities = (agreeing + added * centres) / (votes.times[:, None] + added)
    return pooled


def _find_shares(
    votes: DistinctVotes, added: Probabilities, agreeing: Probabilities, mass: Probabilities, ignored: float
) -> Probabilities:
    """Return for each symbol how much of one it counts: 1 / Σ r² over its correlations within groups of records.

    Correlated is the evidence that the symbols add, centred over the classes; its second moments follow from how often
    two votes occur together, so the patterns need not be gone through. Groups, of `mass` records, with so many votes
    `agreeing`, are the classes, or all records as one. Of r², what exceeds `ignored` is counted, so that there is no
    step at which a hair's difference decides.
    """
    centred = added - added.mean(axis=1, keepdims=True)
    blocks = (len(centred) // votes.cardinality, votes.cardinality) * 2
    moments = (votes.together * (centred @ centred.T)).reshape(blocks).sum(axis=(1, 3))
    sums = np.einsum("jcy,jca->jya", votes.of_symbols(agreeing), votes.of_symbols(centred))
    explained = (sums / np.sqrt(mass + 1e-9)[:, None]).reshape(len(sums), len(mass) * votes.cardinality)
    residual = moments - explained @ explained.T
    scale = np.sqrt(np.maximum(residual.diagonal(), 0))
    pairs = np.outer(scale, scale)
    correlation = np.divide(residual, pairs, out=np.zeros_like(residual), where=pairs > RARELY)
    excess = np.maximum(np.clip(correlation, 0, 1) ** 2 - ignored, 0) / max(1 - ignored, RARELY)
    np.fill_diagonal(excess, 1)
    shares: Probabilities = 1 / excess.sum(axis=1)
    return shares


def _find_copies(together: Probabilities, cardinality: int) -> npt.NDArray[np.intp]:
    """Return the symbol of each labeling function: the same for two that cast the same votes on the same records."""
    m = len(together) // cardinality
    if not m:
        return np.array([], dtype=np.intp)
    times = together.diagonal().reshape(m, cardinality)
    classes = np.arange(cardinality)
    both = together.reshape(m, cardinality, m, cardinality)[:, classes, :, classes]  # (classes, LFs, LFs)
    same = (both == times.T[:, :, None]).all(axis=0) & (both == times.T[:, None, :]).all(axis=0)
    first = same.argmax(axis=1)
    return np.unique(first, return_inverse=True)[1].ravel()
