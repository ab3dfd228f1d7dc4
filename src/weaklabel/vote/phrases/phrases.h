/* Phrase matching over UTF-8 text: fold, cut into tokens, walk a trie of token hashes, confirm by bytes.
 *
 * A token is a run of word characters, one character of a script without word spaces, or one symbol. What a match
 * is stands in docs/matching.md; automaton.py is the same in Python.
 */
#ifndef WEAKLABEL_PHRASES_H
#define WEAKLABEL_PHRASES_H

#include <stddef.h>
#include <stdint.h>

/* What a folded character is; one that is none of these is a symbol. A JOINING character normalises together with
 * what stands before it, so its text is folded in Python. */
enum { WL_WORD = 1, WL_UNSPACED = 2, WL_SPACE = 4, WL_ALPHA = 8, WL_JOINING = 16 };

enum wl_status { WL_OK = 0, WL_NO_MEMORY, WL_INVALID_UTF8, WL_NEEDS_FOLDING, WL_NEEDS_PAGE, WL_TOO_LONG };

#define WL_PAGE_SIZE 256
#define WL_PAGES (0x110000 / WL_PAGE_SIZE)

/* One character: its class, and where its folded form lies in the page's bytes. */
typedef struct {
    uint16_t offset;
    uint8_t length;
    uint8_t class_;
} wl_character;

typedef struct {
    wl_character characters[WL_PAGE_SIZE];
    uint8_t *folded;
} wl_page;

/* Characters by code point, in pages that are filled when they are first met. Page 0 is there from the start. */
typedef struct {
    wl_page *pages[WL_PAGES];
    int keep_case;
} wl_table;

typedef struct wl_trie wl_trie;

/* The memory in which one thread matches a row, and the phrases it found there (ascending, each once). */
typedef struct {
    uint8_t *folded;
    size_t folded_capacity;
    uint32_t *starts, *ends; /* of tokens, in `folded` */
    size_t starts_capacity, ends_capacity;
    struct wl_active *active;
    uint32_t *stamps;
    uint32_t stamp;
    size_t n_phrases;
    int32_t *found;
    size_t found_count;
    uint32_t missing_page;
    int admits_surrogates; /* take the UTF-8 form of lone surrogates, which Python's str may hold, as symbols */
} wl_scratch;

enum wl_status wl_set_page(wl_table *table, uint32_t page, const wl_character *characters, const uint8_t *folded,
                           size_t length);

wl_trie *wl_new_trie(void);
void wl_free_trie(wl_trie *trie);
/* Adds a folded form of a phrase. All forms are added before the first match. */
enum wl_status wl_add(wl_trie *trie, const wl_table *table, wl_scratch *scratch, int32_t phrase, const uint8_t *form,
                      size_t length);
enum wl_status wl_finish(wl_trie *trie);

enum wl_status wl_prepare(wl_scratch *scratch, const wl_trie *trie, size_t n_phrases);
void wl_clear(wl_scratch *scratch);

/* Match one row; the second takes a text that is folded already. WL_NEEDS_PAGE and WL_NEEDS_FOLDING ask the caller
 * to help and to try the row again. */
enum wl_status wl_match(wl_scratch *scratch, const wl_trie *trie, const wl_table *table, const uint8_t *text,
                        size_t length);
enum wl_status wl_match_folded(wl_scratch *scratch, const wl_trie *trie, const wl_table *table, const uint8_t *folded,
                               size_t length);
/* Only folds, cuts and hashes, and returns a sum over the hashes: the floor under the time of a match. */
enum wl_status wl_tokenize(wl_scratch *scratch, const wl_table *table, const uint8_t *text, size_t length,
                           uint64_t *sum);

#endif
