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
WORDLESS = -1
_WORD = re.compile(r"\w+")
_BATCH = 1_000


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

    Of pairs that are just so similar 99 % are found, of more similar ones more; none is found that is less similar.
    """
    numbers: dict[tuple[str, ...], int] = {}
    text = np.full(len(texts), WORDLESS, dtype=np.intp)
    for i, written in enumerate(texts):
        words = split_words(written)
        if words:
            text[i] = numbers.setdefault(words, len(numbers))
    pairs = list(_find_near([_shingles(words) for words in numbers], similarity, on_progress))
    near = np.array([pair[:2] for pair in pairs], dtype=np.intp).reshape(-1, 2)
    return Duplicates(text, near, np.array([pair[2] for pair in pairs], dtype=np.float64))


def split_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded; where a script has no spaces between words, its characters."""
    words = _WORD.findall(fold(text))
    if text.isascii():
        return tuple(words)
    return tuple(part for word in words for part in (word if any(map(is_unspaced, word)) else (word,)))


def _shingles(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1)))


def _find_near(
    shingles: Sequence[frozenset[str]], similarity: float, on_progress: OnProgress
) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of texts with their similarity, in order."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=PERMUTATIONS, params=_choose_bands(similarity))
    for start in range(0, len(shingles), _BATCH):
        batch = shingles[start : start + _BATCH]
        encoded = [[shingle.encode("utf-8", "replace") for shingle in own] for own in batch]
        hashes = MinHash.bulk(encoded, num_perm=PERMUTATIONS, seed=SEED)
        for i, signature in enumerate(hashes, start):
            for other in sorted(index.query(signature)):
                shared = len(shingles[i] & shingles[other])
                found = shared / (len(shingles[i]) + len(shingles[other]) - shared)
                if found >= similarity:
                    yield other, i, found
            index.insert(i, signature, check_duplication=False)
        on_progress(start + len(batch), len(shingles))


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
