from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

class InvalidUtf8Error(ValueError):
    row: int

class Trie:
    def __init__(self, forms: Iterable[tuple[str, int]], n_phrases: int, keep_case: bool) -> None: ...
    def match(
        self,
        data: npt.NDArray[np.uint8],
        offsets: npt.NDArray[np.int32] | npt.NDArray[np.int64],
        validity: npt.NDArray[np.uint8],
        first: int,
        count: int,
        *,
        admits_surrogates: bool = False,
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]: ...
    def tokenize(self, data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int32]) -> int: ...
