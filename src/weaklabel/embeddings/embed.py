"""Texts → vectors: what is kept is read, the rest is computed and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from weaklabel.embeddings.encoder import LoadEncoder, load_encoder
from weaklabel.embeddings.model import check_runtime, find_model
from weaklabel.embeddings.vector_cache import DEFAULT_LIMIT_BYTES, Vector, VectorCache, Vectors, digest_text
from weaklabel.terms import OnProgress, unreported

KEPT_AT_ONCE = 4096
"""So many new vectors are kept together: an interrupted run loses no more than these."""


def embed_texts(
    texts: Sequence[str],
    model: str,
    cache: Path | None = None,
    on_progress: OnProgress = unreported,
    *,
    cache_limit_bytes: int = DEFAULT_LIMIT_BYTES,
) -> Vectors:
    """Return a vector of each text; a text has the same bytes in every call, with any others, from the cache or not.

    Nothing is fetched. (On another kind of processor, or with another version of torch, the last bits may differ;
    versions are part of the cache's key.) A text that is longer than what the model reads is cut there.

    Parameters
    ----------
    texts
        In any order, the same one several times if need be.
    model
        The name of an installed package that carries a model, in any of pip's spellings or as it is imported, or a
        folder's path.
    cache
        A folder of vectors, made if it is not there; None keeps none.
    on_progress
        Called with how many texts are done, of how many.
    cache_limit_bytes
        Above this size of the cache, what was not used for the longest time is removed.

    Returns
    -------
    numpy.ndarray
        float32 of shape (texts, dimensions). Rows have length 1; that of a text without anything but white space is
        zero, so that it resembles nothing.

    Raises
    ------
    EmbeddingsError
        Where there is no such model, it cannot be loaded, or weaklabel[embed] is not installed.
    """
    found = find_model(model)
    check_runtime()
    kept = None if cache is None else VectorCache(cache, found.describe(), cache_limit_bytes)
    return embed_with(lambda: load_encoder(found), texts, kept, on_progress)


def embed_with(
    load: LoadEncoder, texts: Sequence[str], cache: VectorCache | None, on_progress: OnProgress = unreported
) -> Vectors:
    """Return a vector of each text as :func:`embed_texts` does; `load` is called only where one is not kept."""
    places = _places_of(texts)
    vectors = {} if cache is None else cache.read(places)
    missing = [digest for digest in places if digest not in vectors]
    done = len(texts) - sum(len(places[digest]) for digest in missing)
    on_progress(done, len(texts))
    if vectors and not missing:
        return _lay_out(places, vectors, len(texts))
    encoder = load()
    missing.sort(key=lambda digest: -len(texts[places[digest][0]]))  # a part's texts are about as long
    for start in range(0, len(missing), KEPT_AT_ONCE):
        part = missing[start : start + KEPT_AT_ONCE]
        new: dict[bytes, Vector] = {}
        for positions, raw in encoder.encode([texts[places[digest][0]] for digest in part]):
            digests = [part[position] for position in positions]
            new |= zip(digests, _with_length_1(raw), strict=True)
            done += sum(len(places[digest]) for digest in digests)
            on_progress(done, len(texts))
        if cache is not None:
            cache.write(new)
        vectors |= new
    return _lay_out(places, vectors, len(texts)) if vectors else np.zeros((len(texts), encoder.dimensions), np.float32)


def _places_of(texts: Sequence[str]) -> dict[bytes, list[int]]:
    """Return for each text's digest the rows where the text stands; without texts of white space alone."""
    places: dict[bytes, list[int]] = {}
    for row, text in enumerate(texts):
        if text.strip():
            places.setdefault(digest_text(text), []).append(row)
    return places


def _lay_out(places: Mapping[bytes, Sequence[int]], vectors: Mapping[bytes, Vector], n_texts: int) -> Vectors:
    result = np.zeros((n_texts, len(next(iter(vectors.values())))), dtype=np.float32)
    for digest, rows in places.items():
        result[rows] = vectors[digest]
    return result


def _with_length_1(vectors: Vectors) -> Vectors:
    """Return rows of length 1; a row of zeros stays one."""
    exact = vectors.astype(np.float64)
    lengths = np.sqrt((exact**2).sum(axis=1, keepdims=True))
    scaled: Vectors = (exact / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled
