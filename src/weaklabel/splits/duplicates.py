"""Records with the same text, or with nearly the same.

Texts are compared as sets of three successive words (shingles), by their Jaccard similarity: shared ÷ all. Candidates
come from MinHash signatures in bands (Broder, "On the resemblance and containment of documents", 1997; Leskovec,
Rajaraman and Ullman, "Mining of Massive Datasets", 3.4), and each is then compared exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from weaklabel.folding import fold, is_unspaced
from weaklabel.terms import OnProgress, unreported

SIMILARITY = 0.5
SHINGLE = 3
PERMUTATIONS = 128
RECALL = 0.99  # of pairs at the bound; of more similar ones, more are found
SEED = 1
MOST_ERRORS = 4.5  # standard errors by which the estimated similarity may be too low
MANY = 50  # of more texts than that, which agree in a band, each is paired with the first alone
WORDLESS = -1
_WORD = re.compile(r"\w+")
_BATCH = 1_000
_PAIRS_AT_ONCE = 100_000
Signatures = npt.NDArray[np.uint32]
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Which records have one text, and which texts are nearly the same.

    Attributes
    ----------
    text
        For each record the number of its text, intp of shape (records,): records of one number have the same words.
        -1 where there are none; such a record is nobody's duplicate.
    near
        Pairs of texts, intp of shape (pairs, 2), the smaller number first.
    similarity
        How similar they are, float64 of shape (pairs,).
    """

    text: npt.NDArray[np.intp]
    near: npt.NDArray[np.intp]
    similarity: npt.NDArray[np.float64]

    @cached_property
    def groups(self) -> npt.NDArray[np.intp]:
        """Numbers of shape (records,): records that duplicates of duplicates join have the same one."""
        n_texts = int(self.text.max(initial=WORDLESS)) + 1
        pairs = coo_array((np.ones(len(self.near)), (self.near[:, 0], self.near[:, 1])), shape=(n_texts, n_texts))
        n_groups, of_text = connected_components(pairs, directed=False) if n_texts else (0, np.empty(0, np.intp))
        alone = np.cumsum(self.text == WORDLESS) - 1 + n_groups
        return np.where(self.text == WORDLESS, alone, np.append(of_text, 0)[self.text]).astype(np.intp)


def find_duplicates(
    texts: Sequence[str], similarity: float = SIMILARITY, on_progress: OnProgress = unreported
) -> Duplicates:
    """Find the texts that are the same once folded, and those that are similar by `similarity` at least.

    Of pairs that are just so similar 99 % are found, of more similar ones more; none is found that is less similar. Of
    more than 50 copies of one text, each is paired with the first of them alone.
    """
    numbers: dict[str, int] = {}
    text = np.full(len(texts), WORDLESS, dtype=np.intp)
    for i, written in enumerate(texts):
        words = " ".join(split_words(written))
        if words:
            text[i] = numbers.setdefault(words, len(numbers))
    distinct = list(numbers)
    candidates = _find_candidates(_sign(distinct, on_progress), similarity)
    scored = [_jaccard(_shingles(distinct[a]), _shingles(distinct[b])) for a, b in candidates.tolist()]
    exact = np.array(scored, dtype=np.float64)
    return Duplicates(text, candidates[exact >= similarity], exact[exact >= similarity])


def split_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded; where a script has no spaces between words, its characters."""
    words = _WORD.findall(fold(text))
    if text.isascii():
        return tuple(words)
    return tuple(part for word in words for part in (word if any(map(is_unspaced, word)) else (word,)))


def _shingles(text: str) -> set[str]:
    words = text.split(" ")
    return {" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))}


def _jaccard(some: set[str], others: set[str]) -> float:
    shared = len(some & others)
    return shared / (len(some) + len(others) - shared)


def _sign(texts: Sequence[str], on_progress: OnProgress) -> Signatures:
    """Return the MinHash signatures of texts, uint32 of shape (texts, permutations)."""
    from datasketch import MinHash

    signatures = np.empty((len(texts), PERMUTATIONS), dtype=np.uint32)
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        encoded = [[shingle.encode("utf-8", "replace") for shingle in _shingles(text)] for text in batch]
        for i, signed in enumerate(MinHash.bulk(encoded, num_perm=PERMUTATIONS, seed=SEED), start):
            signatures[i] = signed.hashvalues
        on_progress(start + len(batch), len(texts))
    return signatures


def _find_candidates(signatures: Signatures, similarity: float) -> Positions:
    """Return the pairs that agree in a band and may be similar enough, of shape (pairs, 2), in order.

    A signature's share of hashes that agree estimates the similarity; one that is far below the bound is no candidate.
    """
    bands, rows = _choose_bands(similarity)
    n = len(signatures)
    least = similarity - MOST_ERRORS * np.sqrt(similarity * (1 - similarity) / PERMUTATIONS)
    found: Positions = np.empty(0, dtype=np.intp)
    for band in range(bands):
        keys = _hash_rows(signatures[:, band * rows : (band + 1) * rows])
        order = np.argsort(keys, kind="stable")  # stable: of those that agree the earlier comes first
        starts = np.flatnonzero(np.diff(keys[order], prepend=~keys[order][:1]))
        sizes = np.diff(starts, append=n)
        first, is_one_of_many = np.repeat(order[starts], sizes), np.repeat(sizes > MANY, sizes)
        of_many = is_one_of_many & (order != first)  # all pairs of 2,000 copies would be two million
        codes = [first[of_many] * n + order[of_many], *_pair_all(order[~is_one_of_many], keys)]
        found = np.union1d(found, _sift(np.concatenate(codes), signatures, least))
    return np.stack(np.divmod(found, max(n, 1)), axis=1)


def _sift(codes: Positions, signatures: Signatures, least: float) -> Positions:
    """Return the codes of pairs whose signatures agree in a share of `least` or more."""
    parts = np.array_split(codes, len(codes) // _PAIRS_AT_ONCE + 1)
    pairs = (np.divmod(part, max(len(signatures), 1)) for part in parts)
    agreeing = [(signatures[some] == signatures[others]).mean(axis=1) for some, others in pairs]
    kept: Positions = codes[np.concatenate(agreeing) >= least]
    return kept


def _pair_all(order: Positions, keys: npt.NDArray[np.uint64]) -> Iterator[Positions]:
    """Yield codes of all pairs with the same key, of texts in the order of their keys."""
    ordered = keys[order]
    for distance in range(1, len(order)):
        same = ordered[distance:] == ordered[:-distance]
        if not same.any():
            return
        yield order[:-distance][same] * len(keys) + order[distance:][same]


def _hash_rows(rows: Signatures) -> npt.NDArray[np.uint64]:
    """Return a hash of each row; two rows may have one by chance, which the exact comparison sorts out."""
    keys = np.zeros(len(rows), dtype=np.uint64)
    for column in rows.T:
        keys = (keys ^ column) * np.uint64(0x9E3779B97F4A7C15)
    return keys


def _choose_bands(similarity: float) -> tuple[int, int]:
    """Return how many bands of how many hashes find a pair of that similarity with the recall that is asked for.

    A pair of similarity s agrees in one of b bands of r hashes with probability 1 - (1 - s^r)^b. The longest bands
    that suffice let the fewest others through.
    """
    for rows in range(PERMUTATIONS, 1, -1):
        bands = PERMUTATIONS // rows
        if bands > 1 and 1 - (1 - similarity**rows) ** bands >= RECALL:
            return bands, rows
    return PERMUTATIONS, 1
