# cython: language_level=3, boundscheck=False, wraparound=False, freethreading_compatible=False
"""The compiled matcher: phrases.c over the buffers of Arrow string arrays, without a Python object a record."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memset

import numpy as np

from weaklabel.folding import fold
from weaklabel.vote.phrases.pages import make_page, pages_of


cdef extern from "phrases.h" nogil:
    cdef enum wl_status:
        WL_OK, WL_NO_MEMORY, WL_INVALID_UTF8, WL_NEEDS_FOLDING, WL_NEEDS_PAGE, WL_TOO_LONG
    enum:
        WL_PAGE_SIZE, WL_PAGES
    ctypedef struct wl_character:
        uint16_t offset
        uint8_t length
        uint8_t class_
    ctypedef struct wl_table:
        int keep_case
    ctypedef struct wl_trie:
        pass
    ctypedef struct wl_scratch:
        int32_t *found
        size_t found_count
        uint32_t missing_page
        int admits_surrogates
    wl_status wl_set_page(wl_table *, uint32_t, const wl_character *, const uint8_t *, size_t)
    wl_trie *wl_new_trie()
    void wl_free_trie(wl_trie *)
    wl_status wl_add(wl_trie *, const wl_table *, wl_scratch *, int32_t, const uint8_t *, size_t)
    wl_status wl_finish(wl_trie *)
    wl_status wl_prepare(wl_scratch *, const wl_trie *, size_t)
    void wl_clear(wl_scratch *)
    wl_status wl_match(wl_scratch *, const wl_trie *, const wl_table *, const uint8_t *, size_t)
    wl_status wl_match_folded(wl_scratch *, const wl_trie *, const wl_table *, const uint8_t *, size_t)
    wl_status wl_tokenize(wl_scratch *, const wl_table *, const uint8_t *, size_t, uint64_t *)


class InvalidUtf8Error(ValueError):
    """A row whose bytes are no UTF-8."""

    def __init__(self, row):
        super().__init__(row)
        self.row = row


# One table for the process without case and one with; pages are only ever added, and only with the GIL held.
cdef wl_table TABLES[2]
TABLES[0].keep_case, TABLES[1].keep_case = 0, 1
LOADED = (set(), set())


cdef int load_page(int keep_case, uint32_t number) except -1:
    """Fill a page, and every page that its folded forms need.

    Making a page lets other threads run. It counts as loaded only once it is filled, so that a thread that needs it
    meanwhile makes it too. A reader that meets it before the others are filled asks for them.
    """
    cdef wl_character characters[256]
    cdef bytes folded
    cdef int i
    if number in LOADED[keep_case]:
        return 0
    page = make_page(number, keep_case=bool(keep_case))
    for i in range(256):
        characters[i].offset = page.offsets[i]
        characters[i].length = page.lengths[i]
        characters[i].class_ = page.classes[i]
    folded = page.folded
    check(wl_set_page(&TABLES[keep_case], number, characters, <const uint8_t *><const char *>folded, len(folded)), -1)
    LOADED[keep_case].add(number)
    for other in page.needed:
        load_page(keep_case, other)
    return 0


cdef class Trie:
    """Folded forms of phrases, as a trie over the hashes of their tokens."""

    cdef wl_trie *trie
    cdef int keep_case
    cdef size_t n_phrases

    def __cinit__(self):
        self.trie = wl_new_trie()
        if self.trie is NULL:
            raise MemoryError

    def __dealloc__(self):
        wl_free_trie(self.trie)

    def __init__(self, forms, size_t n_phrases, bint keep_case):
        """Take pairs of a folded form and a phrase's position, which is below `n_phrases`."""
        cdef bytes encoded
        cdef Rows rows = Rows(self, 0)
        self.keep_case = keep_case
        self.n_phrases = n_phrases
        load_page(self.keep_case, 0)
        for form, phrase in forms:
            if not 0 <= phrase < n_phrases:
                raise IndexError(phrase)
            self.load_pages(form)
            encoded = form.encode("utf-8", "surrogatepass")
            check(wl_add(self.trie, &TABLES[self.keep_case], &rows.scratch, phrase,
                         <const uint8_t *><const char *>encoded, len(encoded)), -1)
        check(wl_finish(self.trie), -1)

    cdef int load_pages(self, str text) except -1:
        for number in pages_of(text):
            load_page(self.keep_case, number)
        return 0

    def match(self, const uint8_t[::1] data, offsets, const uint8_t[::1] validity, int64_t first, int64_t count,
              *, bint admits_surrogates=False):
        """Match rows of an Arrow string array.

        Parameters
        ----------
        data, offsets
            The array's bytes, and int32 or int64 offsets into them.
        validity
            Its validity bitmap; empty where no row is null.
        first, count
            Which rows of the buffers.
        admits_surrogates
            Take the encoded form of lone surrogates for symbols, not for an error.

        Returns
        -------
        indices, indptr
            int32 and int64 arrays of a CSR matrix: the phrases of each row, ascending.

        Raises
        ------
        InvalidUtf8Error
            With the row, counted from `first`.
        OverflowError
            Where a text has more than 2 GB.
        """
        cdef const int32_t[::1] short_offsets = np.zeros(1, dtype=np.int32)
        cdef const int64_t[::1] long_offsets = np.zeros(1, dtype=np.int64)
        cdef bint is_long = offsets.dtype == np.int64
        if is_long:
            long_offsets = offsets
        else:
            short_offsets = offsets
        cdef Rows rows = Rows(self, count)
        cdef uint8_t nothing = 0  # where there is no byte, Arrow has no buffer
        cdef const uint8_t *base = &data[0] if data.shape[0] else &nothing
        cdef bint has_nulls = validity.shape[0] > 0
        cdef int64_t row = 0, start = 0, end = 0, at = 0
        cdef wl_status status = WL_OK
        rows.scratch.admits_surrogates = admits_surrogates
        while row < count:
            with nogil:
                while row < count:
                    at = first + row
                    if has_nulls and not (validity[at >> 3] >> (at & 7)) & 1:
                        rows.ends[row + 1] = rows.total
                        row += 1
                        continue
                    start = long_offsets[at] if is_long else short_offsets[at]
                    end = long_offsets[at + 1] if is_long else short_offsets[at + 1]
                    status = wl_match(&rows.scratch, self.trie, &TABLES[self.keep_case], base + start, end - start)
                    if status == WL_OK:
                        status = rows.keep(row)
                    if status != WL_OK:
                        break
                    row += 1
            if status == WL_NEEDS_PAGE:
                load_page(self.keep_case, rows.scratch.missing_page)
            elif status == WL_NEEDS_FOLDING:
                self.match_folded(rows, row, bytes(data[start:end]), admits_surrogates)
                row += 1
            else:
                check(status, row)
            status = WL_OK
        return rows.indices(), rows.indptr

    cdef int match_folded(self, Rows rows, int64_t row, bytes encoded, bint admits_surrogates) except -1:
        """Match a row in which characters normalise together: Python folds it."""
        cdef bytes folded
        try:
            form = fold(encoded.decode("utf-8", "surrogatepass" if admits_surrogates else "strict"),
                        keep_case=bool(self.keep_case))
        except UnicodeDecodeError:
            raise InvalidUtf8Error(row) from None
        self.load_pages(form)
        folded = form.encode("utf-8", "surrogatepass")
        check(wl_match_folded(&rows.scratch, self.trie, &TABLES[self.keep_case],
                              <const uint8_t *><const char *>folded, len(folded)), row)
        check(rows.keep(row), row)
        return 0

    def tokenize(self, const uint8_t[::1] data, const int32_t[::1] offsets):
        """Only fold, cut and hash the rows whose characters are known, and return a sum: the floor under `match`."""
        cdef uint64_t total = 0
        cdef int64_t row
        cdef Rows rows = Rows(self, 0)
        with nogil:
            for row in range(offsets.shape[0] - 1):
                wl_tokenize(&rows.scratch, &TABLES[self.keep_case], &data[0] + offsets[row],
                            offsets[row + 1] - offsets[row], &total)
        return total


cdef class Rows:
    """The matches of one call as they come in, and the memory in which it matches."""

    cdef wl_scratch scratch
    cdef int32_t *found
    cdef size_t capacity, total
    cdef readonly object indptr
    cdef int64_t[::1] ends

    def __cinit__(self, Trie trie, int64_t count):
        memset(&self.scratch, 0, sizeof(self.scratch))
        check(wl_prepare(&self.scratch, trie.trie, trie.n_phrases), -1)
        self.found = NULL
        self.capacity = self.total = 0
        self.indptr = np.zeros(count + 1, dtype=np.int64)
        self.ends = self.indptr

    def __dealloc__(self):
        wl_clear(&self.scratch)
        free(self.found)

    cdef wl_status keep(self, int64_t row) noexcept nogil:
        """Append what was found in a row."""
        cdef size_t n = self.scratch.found_count, wanted
        cdef void *moved
        if self.total + n > self.capacity:
            wanted = 2 * self.capacity + n + 1024
            moved = realloc(self.found, wanted * sizeof(int32_t))
            if moved is NULL:
                return WL_NO_MEMORY
            self.found = <int32_t *>moved
            self.capacity = wanted
        if n:
            memcpy(self.found + self.total, self.scratch.found, n * sizeof(int32_t))
        self.total += n
        self.ends[row + 1] = self.total
        return WL_OK

    cdef indices(self):
        """Return all matches as an int32 array."""
        cdef int32_t[::1] target
        result = np.empty(self.total, dtype=np.int32)
        if self.total:
            target = result
            memcpy(&target[0], self.found, self.total * sizeof(int32_t))
        return result


cdef int check(wl_status status, int64_t row) except -1:
    if status == WL_NO_MEMORY:
        raise MemoryError
    if status == WL_INVALID_UTF8:
        raise InvalidUtf8Error(row)
    if status == WL_TOO_LONG:
        raise OverflowError(row)
    if status != WL_OK:
        raise SystemError(f"status {status} is not expected here")
    return 0
