"""sentence-transformers as the runtime: a text's vector has the same bytes in whatever company it is computed.

A sum of floats depends on its order, and that on the shapes of the matrices, on padding and on the number of threads
(https://github.com/huggingface/sentence-transformers/issues/2312). So each text is computed among texts of exactly as
many tokens, in a batch whose size depends on that number alone, by one thread; several batches at once use the cores.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from weaklabel.embeddings.model import Model, check_runtime
from weaklabel.embeddings.vector_cache import Vectors
from weaklabel.errors import EmbeddingsError, Problem

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TOKENS_AT_ONCE = 256
TEXTS_AT_ONCE = 4
TOKENIZED_AT_ONCE = 1024
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}

Rows = list[int]


class Encoder(Protocol):
    """What makes vectors of texts."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        ...

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[Rows, Vectors]]:
        """Yield vectors, of any length, batch after batch: the positions in `texts`, and a row for each."""
        ...


LoadEncoder = Callable[[], Encoder]


def load_encoder(model: Model) -> Encoder:
    """Load a model.

    Raises
    ------
    EmbeddingsError
        Where what runs it is not installed, or it cannot be loaded.
    """
    check_runtime()
    with _unchanged_environment(), _quiet_and_offline():
        from sentence_transformers import SentenceTransformer

        try:
            loaded = SentenceTransformer(str(model.folder), device="cpu", local_files_only=True)
        except Exception as error:  # noqa: BLE001 - a model's files may be broken in any way
            reason = str(error).strip().split("\n")[0].rstrip(".")
            what = f"the model {model.name!r} cannot be loaded from {model.folder}: {type(error).__name__}: {reason}."
            raise EmbeddingsError(Problem(what, fix="Install it, or save its folder, again.")) from None
        from weaklabel.embeddings.onednn import use_onednn

        loaded.float().eval()
        use_onednn(loaded, getattr(loaded.config, "model_type", ""))
    return TransformerEncoder(loaded, model.name)


class TransformerEncoder:
    """A loaded SentenceTransformer; `name` is for messages."""

    def __init__(self, model: SentenceTransformer, name: str) -> None:
        self._model, self._name = model, name
        self._prompt = model.prompts.get(model.default_prompt_name) if model.default_prompt_name else None

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        (_, vectors), *_ = self.encode(["a"])
        return int(vectors.shape[1])

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[Rows, Vectors]]:
        """Yield vectors as they are done, long texts first.

        Raises
        ------
        EmbeddingsError
            Where the model answers with what is no number.
        """
        # Lone surrogates have no token, and tokenizers refuse them.
        texts = [text.encode("utf-8", "ignore").decode() for text in texts]
        with _quiet_and_offline(), _one_thread_each() as (pool, n_threads):
            pending: deque[tuple[Rows, Future[Any]]] = deque()
            for rows in _batches(self._count_tokens(texts)):
                # A batch is always full: its shape must not depend on how many texts there are.
                features = self._tokenize([texts[row] for row in rows])
                pending.append((list(dict.fromkeys(rows)), pool.submit(_forward, self._model, features)))
                if len(pending) > 2 * n_threads:
                    yield self._checked(*pending.popleft())
            while pending:
                yield self._checked(*pending.popleft())

    def _checked(self, rows: Rows, computed: Future[Any]) -> tuple[Rows, Vectors]:
        vectors: Vectors = computed.result()[: len(rows)]
        if not np.isfinite(vectors).all():
            what = f"the model {self._name!r} answers with what is no number; its weights are damaged."
            raise EmbeddingsError(Problem(what, fix="Install it, or save its folder, again."))
        return rows, vectors

    def _count_tokens(self, texts: Sequence[str]) -> list[int]:
        counts: list[int] = []
        for start in range(0, len(texts), TOKENIZED_AT_ONCE):
            part = texts[start : start + TOKENIZED_AT_ONCE]
            mask = self._tokenize(part).get("attention_mask")  # models that only look words up have none
            counts += [1] * len(part) if mask is None else mask.sum(dim=1).tolist()
        return counts

    def _tokenize(self, texts: Sequence[str]) -> dict[str, Any]:
        return dict(self._model.preprocess(list(texts), prompt=self._prompt))


def _forward(model: SentenceTransformer, features: dict[str, Any]) -> Vectors:
    import torch

    with torch.inference_mode():
        vectors: Vectors = model(features)["sentence_embedding"].float().numpy()
    return vectors


def _batches(n_tokens: Sequence[int]) -> Iterator[Rows]:
    """Yield rows of equally many tokens; the last row fills a batch up."""
    order = sorted(range(len(n_tokens)), key=lambda row: -n_tokens[row])
    for count, group in groupby(order, key=lambda row: n_tokens[row]):
        rows = list(group)
        size = min(max(TOKENS_AT_ONCE // max(count, 1), 1), TEXTS_AT_ONCE)
        for start in range(0, len(rows), size):
            batch = rows[start : start + size]
            yield batch + [batch[-1]] * (size - len(batch))


@contextmanager
def _one_thread_each() -> Iterator[tuple[ThreadPoolExecutor, int]]:
    """Make a pool of as many threads as torch would use, each of which computes by itself."""
    import torch

    n_threads = torch.get_num_threads()
    pool = ThreadPoolExecutor(n_threads, "embed", initializer=torch.set_num_threads, initargs=(1,))
    torch.set_num_threads(1)
    try:
        yield pool, n_threads
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(n_threads)


@contextmanager
def _quiet_and_offline() -> Iterator[None]:
    """Keep Hugging Face's libraries from the network and from the terminal, and leave all as it was.

    huggingface_hub reads its variable when it is imported, once: what it read is set, too.
    """
    from huggingface_hub import constants

    with ExitStack() as undo:
        undo.callback(setattr, constants, "HF_HUB_OFFLINE", constants.HF_HUB_OFFLINE)
        undo.enter_context(_environment(OFFLINE))
        constants.HF_HUB_OFFLINE = True
        from transformers.utils import logging

        if logging.is_progress_bar_enabled():
            logging.disable_progress_bar()
            undo.callback(logging.enable_progress_bar)
        yield


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        _reset(before)


@contextmanager
def _unchanged_environment() -> Iterator[None]:
    """Undo what libraries write into the environment when they are imported."""
    before = dict(os.environ)
    try:
        yield
    finally:
        _reset({name: before.get(name) for name in os.environ.keys() | before.keys()})


def _reset(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
