#include "phrases.h"

#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "hash_token takes a token's first byte for the lowest; where this is not built, weaklabel matches in Python"
#endif

#define PADDING 80 /* bytes of zero behind a folded text, so that a block can be read at any place of it */
#define BLOCK 64

typedef struct wl_active {
    uint32_t state, start;
} wl_active;

typedef struct {
    uint32_t key, from, next; /* what leads from one state to the other; `next` 0: no edge */
    uint32_t first_ending;    /* of the state `next`, or 0: here, so that a match need not look at the state */
} edge;

typedef struct {
    int32_t phrase;
    uint32_t offset, length; /* of the folded form in `forms` */
    uint32_t more;           /* the next form that ends in this state, or 0 */
} ending;

struct wl_trie {
    edge *edges;
    size_t edge_capacity, edge_count;
    uint64_t *next_tokens; /* by state, the root first: a bit for each hash that goes on from it, by its highest bits */
    size_t state_capacity, state_count;
    ending *endings; /* the first is not used: 0 means none */
    size_t ending_capacity, ending_count;
    uint8_t *forms;
    size_t forms_capacity, forms_length;
    size_t depth;
    uint64_t *first_tokens; /* a bit for each hash with which a phrase begins, by its lowest bits */
    uint64_t first_tokens_mask;
    uint64_t *first_hashes;
    size_t first_hashes_capacity, first_hashes_count, first_edges;
};

/* ---- memory -------------------------------------------------------------------------------------------------- */

static int grow(void **array, size_t *capacity, size_t wanted, size_t size) {
    if (wanted <= *capacity) return 1;
    size_t larger = *capacity ? *capacity : 256;
    while (larger < wanted) {
        if (larger > SIZE_MAX / 2) return 0;
        larger *= 2;
    }
    if (larger > SIZE_MAX / size) return 0;
    void *moved = realloc(*array, larger * size);
    if (moved == NULL) return 0;
    *array = moved;
    *capacity = larger;
    return 1;
}

static enum wl_status reserve_text(wl_scratch *scratch, size_t length) {
    if (length > UINT32_MAX / 2) return WL_TOO_LONG;
    return grow((void **)&scratch->folded, &scratch->folded_capacity, length + PADDING, 1) ? WL_OK : WL_NO_MEMORY;
}

static int reserve_tokens(wl_scratch *scratch, size_t count) {
    return grow((void **)&scratch->starts, &scratch->starts_capacity, count, sizeof(uint32_t)) &&
           grow((void **)&scratch->ends, &scratch->ends_capacity, count, sizeof(uint32_t));
}

/* ---- characters ---------------------------------------------------------------------------------------------- */

/* Pages are added by one thread (which holds Python's lock) while others read. */
#if defined(__GNUC__) || defined(__clang__)
#define LOAD_PAGE(table, page) __atomic_load_n(&(table)->pages[page], __ATOMIC_ACQUIRE)
#define STORE_PAGE(table, page, made) __atomic_store_n(&(table)->pages[page], made, __ATOMIC_RELEASE)
#else
#define LOAD_PAGE(table, page) (*(wl_page *const volatile *)&(table)->pages[page])
#define STORE_PAGE(table, page, made) (*(wl_page *volatile *)&(table)->pages[page] = (made))
#endif

enum wl_status wl_set_page(wl_table *table, uint32_t page, const wl_character *characters, const uint8_t *folded,
                           size_t length) {
    if (page >= WL_PAGES || LOAD_PAGE(table, page) != NULL) return WL_OK;
    wl_page *made = malloc(sizeof(wl_page));
    if (made == NULL) return WL_NO_MEMORY;
    made->folded = malloc(length ? length : 1);
    if (made->folded == NULL) {
        free(made);
        return WL_NO_MEMORY;
    }
    memcpy(made->characters, characters, sizeof(made->characters));
    if (length) memcpy(made->folded, folded, length);
    STORE_PAGE(table, page, made);
    return WL_OK;
}

/* Reads one code point; returns its length in bytes, or 0 where the bytes are no UTF-8 (RFC 3629). */
static size_t decode(const uint8_t *text, size_t left, int admits_surrogates, uint32_t *code) {
    uint8_t first = text[0];
    if (first < 0x80) {
        *code = first;
        return 1;
    }
    size_t size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (size == 0 || size > left) return 0;
    uint32_t value = first & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xC0) != 0x80) return 0;
        value = value << 6 | (text[i] & 0x3F);
    }
    if (size == 3 && (value < 0x800 || (!admits_surrogates && value >= 0xD800 && value < 0xE000))) return 0;
    if (size == 4 && (value < 0x10000 || value > 0x10FFFF)) return 0;
    *code = value;
    return size;
}

/* Returns the class of a character of a folded text, and its length; -1 where its page is missing. */
static int class_of(const wl_table *table, const uint8_t *text, size_t left, size_t *size, uint32_t *missing) {
    uint32_t code = 0;
    *size = decode(text, left, 1, &code);
    if (*size == 0) {
        *size = 1; /* not reached: a folded text is UTF-8 */
        return 0;
    }
    const wl_page *page = LOAD_PAGE(table, code / WL_PAGE_SIZE);
    if (page == NULL) {
        *missing = code / WL_PAGE_SIZE;
        return -1;
    }
    return page->characters[code % WL_PAGE_SIZE].class_;
}

/* The class of a character whose page is known to be there. */
static int known_class(const wl_table *table, const uint8_t *text, size_t left, size_t *size) {
    uint32_t missing;
    int class_ = class_of(table, text, left, size, &missing);
    return class_ < 0 ? 0 : class_;
}

/* ---- folding ------------------------------------------------------------------------------------------------- */

static int is_ascii(const uint8_t *text, size_t length) {
    uint8_t all = 0;
    for (size_t i = 0; i < length; i++) all |= text[i];
    return all < 0x80;
}

/* Folds ASCII byte by byte, without branches, so that the compiler makes vector code of it. */
static void fold_ascii_bytes(uint8_t *restrict out, const uint8_t *restrict text, size_t length, uint8_t case_bit) {
    for (size_t i = 0; i < length; i++) {
        uint8_t c = text[i];
        uint8_t upper = (uint8_t)(c - 'A') < 26;
        uint8_t separator = (uint8_t)((uint8_t)(c - 9) < 5) | (uint8_t)((uint8_t)(c - 0x1C) < 5) | (c == '-') | (c == '_');
        uint8_t folded = c | (uint8_t)(upper * case_bit);
        out[i] = separator ? ' ' : folded;
    }
}

static int has_double_space(const uint8_t *text, size_t length) {
    uint8_t any = 0;
    for (size_t i = 0; i + 1 < length; i++) any |= (uint8_t)((text[i] == ' ') & (text[i + 1] == ' '));
    return any;
}

static size_t collapse_spaces(uint8_t *text, size_t length) {
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] != ' ' || n == 0 || text[n - 1] != ' ') text[n++] = text[i];
    return n;
}

static enum wl_status fold_ascii(wl_scratch *scratch, const wl_table *table, const uint8_t *text, size_t length,
                                 size_t *folded_length) {
    enum wl_status status = reserve_text(scratch, length);
    if (status != WL_OK) return status;
    fold_ascii_bytes(scratch->folded, text, length, table->keep_case ? 0 : 0x20);
    if (has_double_space(scratch->folded, length)) length = collapse_spaces(scratch->folded, length);
    memset(scratch->folded + length, 0, PADDING);
    *folded_length = length;
    return WL_OK;
}

static enum wl_status fold_unicode(wl_scratch *scratch, const wl_table *table, const uint8_t *text, size_t length,
                                   size_t *folded_length) {
    enum wl_status status = reserve_text(scratch, length);
    if (status != WL_OK) return status;
    uint8_t *out = scratch->folded;
    size_t n = 0;
    int spaced = 0; /* the last byte written is a space */
    for (size_t i = 0; i < length;) {
        uint32_t code = 0;
        size_t size = decode(text + i, length - i, scratch->admits_surrogates, &code);
        if (size == 0) return WL_INVALID_UTF8;
        const wl_page *page = LOAD_PAGE(table, code / WL_PAGE_SIZE);
        if (page == NULL) {
            scratch->missing_page = code / WL_PAGE_SIZE;
            return WL_NEEDS_PAGE;
        }
        const wl_character *c = &page->characters[code % WL_PAGE_SIZE];
        if (c->class_ & WL_JOINING) return WL_NEEDS_FOLDING;
        i += size;
        /* One character may fold to many bytes (an Arabic ligature to 33). */
        status = reserve_text(scratch, n + c->length + (length - i));
        if (status != WL_OK) return status;
        out = scratch->folded;
        for (size_t k = 0; k < c->length; k++) {
            uint8_t folded = page->folded[c->offset + k];
            if (folded == ' ' && spaced) continue;
            out[n++] = folded;
            spaced = folded == ' ';
        }
    }
    memset(out + n, 0, PADDING);
    *folded_length = n;
    return WL_OK;
}

/* ---- tokens -------------------------------------------------------------------------------------------------- */

/* For each byte of a block of ASCII, a bit that says whether it is a letter or digit, and one for a space. */
static void classify_block(const uint8_t *text, uint64_t *word, uint64_t *space) {
    *word = *space = 0;
#if defined(__SSE2__)
    const __m128i zero = _mm_setzero_si128();
    for (int i = 0; i < BLOCK / 16; i++) {
        __m128i c = _mm_loadu_si128((const __m128i *)(text + 16 * i));
        __m128i letter = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        __m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('0'));
        __m128i is_letter = _mm_cmpeq_epi8(_mm_subs_epu8(letter, _mm_set1_epi8(25)), zero);
        __m128i is_digit = _mm_cmpeq_epi8(_mm_subs_epu8(digit, _mm_set1_epi8(9)), zero);
        __m128i is_space = _mm_cmpeq_epi8(c, _mm_set1_epi8(' '));
        *word |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(is_letter, is_digit)) << (16 * i);
        *space |= (uint64_t)(uint32_t)_mm_movemask_epi8(is_space) << (16 * i);
    }
#else
    for (int i = 0; i < BLOCK; i++) {
        uint8_t c = text[i];
        uint64_t is_word = (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10;
        *word |= is_word << i;
        *space |= (uint64_t)(c == ' ') << i;
    }
#endif
}

static inline int lowest_bit(uint64_t bits) {
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_ctzll(bits);
#else
    int position = 0;
    while (!(bits & 1)) bits >>= 1, position++;
    return position;
#endif
}

/* Cuts a folded ASCII text, a block at a time: where a token starts and where one ended are bits. */
static enum wl_status cut_ascii(wl_scratch *scratch, size_t length, size_t *count) {
    if (!reserve_tokens(scratch, length + 1)) return WL_NO_MEMORY;
    uint32_t *starts = scratch->starts, *ends = scratch->ends;
    uint64_t in_word = 0, in_symbol = 0; /* whether the byte before the block is one */
    for (size_t base = 0; base < length; base += BLOCK) {
        uint64_t word, space, live = length - base >= BLOCK ? UINT64_MAX : ((uint64_t)1 << (length - base)) - 1;
        classify_block(scratch->folded + base, &word, &space);
        word &= live;
        uint64_t symbol = ~(word | space) & live;
        uint64_t before_word = word << 1 | in_word;
        uint64_t start = (word & ~before_word) | symbol;
        uint64_t end = (~word & before_word) | symbol << 1 | in_symbol;
        in_word = word >> 63;
        in_symbol = symbol >> 63;
        for (; start; start &= start - 1) *starts++ = (uint32_t)base + (uint32_t)lowest_bit(start);
        for (; end; end &= end - 1) *ends++ = (uint32_t)base + (uint32_t)lowest_bit(end);
    }
    if (length % BLOCK == 0 && (in_word || in_symbol)) *ends = (uint32_t)length;
    *count = (size_t)(starts - scratch->starts);
    return WL_OK;
}

static enum wl_status cut_unicode(wl_scratch *scratch, const wl_table *table, size_t length, size_t *count) {
    const uint8_t *text = scratch->folded;
    if (!reserve_tokens(scratch, length + 1)) return WL_NO_MEMORY;
    size_t n = 0, size = 0;
    int in_word = 0;
    for (size_t i = 0; i < length; i += size) {
        int class_ = class_of(table, text + i, length - i, &size, &scratch->missing_page);
        if (class_ < 0) return WL_NEEDS_PAGE;
        int continues = (class_ & (WL_WORD | WL_UNSPACED | WL_SPACE)) == WL_WORD;
        if (!(class_ & WL_SPACE) && !(continues && in_word)) scratch->starts[n++] = (uint32_t)i;
        if (!(class_ & WL_SPACE)) scratch->ends[n - 1] = (uint32_t)(i + size);
        in_word = continues;
    }
    *count = n;
    return WL_OK;
}

static inline uint64_t mix(uint64_t value) {
    value ^= value >> 32;
    value *= 0x9E3779B97F4A7C15u;
    return value ^ value >> 29;
}

static inline uint64_t hash_token(const uint8_t *bytes, size_t length) {
    uint64_t hash = length * 0xA0761D6478BD642Fu, word;
    for (; length > 8; length -= 8, bytes += 8) {
        memcpy(&word, bytes, 8);
        hash = mix(hash ^ word);
    }
    memcpy(&word, bytes, 8); /* within the padding */
    return mix(hash ^ (word & (UINT64_MAX >> (64 - 8 * length))));
}

/* Says whether a match may start with a token: a symbol may not follow a word character or itself. */
static int may_start(const wl_scratch *scratch, const wl_table *table, uint32_t start, uint32_t end) {
    const uint8_t *text = scratch->folded;
    size_t size = 0, size_before = 1;
    if (start == 0 || text[start - 1] == ' ') return 1;
    int first = known_class(table, text + start, end - start, &size);
    if (first & (WL_WORD | WL_UNSPACED)) return 1;
    while (size_before < 4 && size_before < start && (text[start - size_before] & 0xC0) == 0x80) size_before++;
    int before = known_class(table, text + start - size_before, size_before, &size);
    if (before & WL_UNSPACED) return 1;
    if (before & WL_WORD) return 0;
    return !(size_before == end - start && memcmp(text + start - size_before, text + start, size_before) == 0);
}

/* Says whether a match may end with a token: what follows may not make it another token. */
static int may_end(const wl_scratch *scratch, const wl_table *table, uint32_t start, uint32_t end, size_t length) {
    const uint8_t *text = scratch->folded;
    size_t size = 0;
    if (end >= length || text[end] == ' ') return 1;
    int last = known_class(table, text + start, end - start, &size); /* a token's characters are of one class */
    int next = known_class(table, text + end, length - end, &size);
    if ((last | next) & WL_UNSPACED) return 1;
    if (!(last & WL_WORD)) return !(size == end - start && memcmp(text + start, text + end, size) == 0);
    if (text[end] == '+') return !(end + 1 < length && text[end + 1] == '+');
    if (text[end] == '#') return end + 1 < length && (known_class(table, text + end + 1, length - end - 1, &size) & WL_ALPHA);
    return !(next & WL_WORD);
}

/* ---- trie ---------------------------------------------------------------------------------------------------- */

static inline uint32_t edge_key(uint32_t state, uint64_t hash, int after_space) {
    return (uint32_t)mix(hash ^ (after_space ? 0xD6E8FEB86659FD93u : 0) ^ (uint64_t)state * 0x8EBC6AF09C88C6E3u);
}

static inline uint64_t token_bit(uint64_t hash) { return (uint64_t)1 << (hash >> 58); }

/* Compares the state too: were it left to the key, a text made for it could jump about in the trie, and hold more
 * states active than the trie is deep. */
static inline edge *find_edge(const wl_trie *trie, uint32_t from, uint32_t key) {
    size_t mask = trie->edge_capacity - 1;
    for (size_t i = key & mask;; i = (i + 1) & mask) {
        edge *e = &trie->edges[i];
        if ((e->key == key && e->from == from) || e->next == 0) return e;
    }
}

static int reserve_edge(wl_trie *trie) {
    if (2 * (trie->edge_count + 1) <= trie->edge_capacity) return 1;
    size_t old_capacity = trie->edge_capacity;
    edge *old = trie->edges, *larger = calloc(2 * old_capacity, sizeof(edge));
    if (larger == NULL) return 0;
    trie->edges = larger;
    trie->edge_capacity = 2 * old_capacity;
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].next) *find_edge(trie, old[i].from, old[i].key) = old[i];
    free(old);
    return 1;
}

wl_trie *wl_new_trie(void) {
    wl_trie *trie = calloc(1, sizeof(wl_trie));
    if (trie == NULL) return NULL;
    trie->edge_capacity = 1024;
    trie->edges = calloc(trie->edge_capacity, sizeof(edge));
    trie->state_count = 1;
    trie->ending_count = 1;
    if (trie->edges == NULL || !grow((void **)&trie->next_tokens, &trie->state_capacity, 1, sizeof(uint64_t)) ||
        !grow((void **)&trie->endings, &trie->ending_capacity, 1, sizeof(ending)) || wl_finish(trie) != WL_OK) {
        wl_free_trie(trie);
        return NULL;
    }
    trie->next_tokens[0] = 0;
    return trie;
}

void wl_free_trie(wl_trie *trie) {
    if (trie == NULL) return;
    free(trie->edges);
    free(trie->next_tokens);
    free(trie->endings);
    free(trie->forms);
    free(trie->first_tokens);
    free(trie->first_hashes);
    free(trie);
}

static enum wl_status add_state(wl_trie *trie, edge *to, uint32_t from, uint32_t key) {
    if (trie->state_count > UINT32_MAX - 1) return WL_TOO_LONG;
    if (!grow((void **)&trie->next_tokens, &trie->state_capacity, trie->state_count + 1, sizeof(uint64_t)))
        return WL_NO_MEMORY;
    trie->next_tokens[trie->state_count] = 0;
    to->key = key;
    to->from = from;
    to->next = (uint32_t)trie->state_count++;
    trie->edge_count++;
    return WL_OK;
}

static enum wl_status add_ending(wl_trie *trie, edge *last, int32_t phrase, const uint8_t *form, size_t length) {
    if (trie->forms_length + length > UINT32_MAX || trie->ending_count > UINT32_MAX - 1) return WL_TOO_LONG;
    if (!grow((void **)&trie->endings, &trie->ending_capacity, trie->ending_count + 1, sizeof(ending)) ||
        !grow((void **)&trie->forms, &trie->forms_capacity, trie->forms_length + length, 1))
        return WL_NO_MEMORY;
    memcpy(trie->forms + trie->forms_length, form, length);
    ending made = {phrase, (uint32_t)trie->forms_length, (uint32_t)length, last->first_ending};
    trie->endings[trie->ending_count] = made;
    last->first_ending = (uint32_t)trie->ending_count++;
    trie->forms_length += length;
    return WL_OK;
}

enum wl_status wl_add(wl_trie *trie, const wl_table *table, wl_scratch *scratch, int32_t phrase, const uint8_t *form,
                      size_t length) {
    enum wl_status status = reserve_text(scratch, length);
    if (status != WL_OK) return status;
    memcpy(scratch->folded, form, length);
    memset(scratch->folded + length, 0, PADDING);
    size_t count = 0;
    status = cut_unicode(scratch, table, length, &count);
    uint32_t at = 0;
    edge *last = NULL;
    for (size_t i = 0; i < count && status == WL_OK; i++) {
        uint32_t start = scratch->starts[i], end = scratch->ends[i];
        uint64_t hash = hash_token(scratch->folded + start, end - start);
        if (!reserve_edge(trie)) return WL_NO_MEMORY;
        uint32_t key = edge_key(at, hash, i && scratch->folded[start - 1] == ' ');
        edge *found = find_edge(trie, at, key);
        trie->next_tokens[at] |= token_bit(hash);
        if (i == 0) { /* also where the edge is there: two hashes may share one */
            if (!grow((void **)&trie->first_hashes, &trie->first_hashes_capacity, trie->first_hashes_count + 1,
                      sizeof(uint64_t)))
                return WL_NO_MEMORY;
            trie->first_hashes[trie->first_hashes_count++] = hash;
        }
        if (found->next == 0) {
            trie->first_edges += i == 0;
            status = add_state(trie, found, at, key);
        }
        at = found->next;
        last = found;
    }
    if (status != WL_OK || last == NULL) return status;
    if (count > trie->depth) trie->depth = count;
    return add_ending(trie, last, phrase, form, length);
}

/* Makes the filter of first tokens: 16 bits or more for each that is another, so that few other tokens pass it. */
enum wl_status wl_finish(wl_trie *trie) {
    uint64_t bits = 1 << 14;
    while (bits < 16 * trie->first_edges && bits < (uint64_t)1 << 26) bits *= 2;
    uint64_t *made = calloc(bits / 64, sizeof(uint64_t));
    if (made == NULL) return WL_NO_MEMORY;
    free(trie->first_tokens);
    trie->first_tokens = made;
    trie->first_tokens_mask = bits - 1;
    for (size_t i = 0; i < trie->first_hashes_count; i++) {
        uint64_t bit = trie->first_hashes[i] & trie->first_tokens_mask;
        made[bit / 64] |= (uint64_t)1 << (bit % 64);
    }
    return WL_OK;
}

static inline int may_begin_phrase(const wl_trie *trie, uint64_t hash) {
    uint64_t bit = hash & trie->first_tokens_mask;
    return trie->first_tokens[bit / 64] >> (bit % 64) & 1;
}

/* ---- matching ------------------------------------------------------------------------------------------------ */

enum wl_status wl_prepare(wl_scratch *scratch, const wl_trie *trie, size_t n_phrases) {
    scratch->active = malloc((trie->depth + 1) * sizeof(wl_active));
    scratch->stamps = calloc(n_phrases + 1, sizeof(uint32_t));
    scratch->found = malloc((n_phrases + 1) * sizeof(int32_t));
    scratch->n_phrases = n_phrases;
    return scratch->active && scratch->stamps && scratch->found ? WL_OK : WL_NO_MEMORY;
}

void wl_clear(wl_scratch *scratch) {
    free(scratch->folded);
    free(scratch->starts);
    free(scratch->ends);
    free(scratch->active);
    free(scratch->stamps);
    free(scratch->found);
    memset(scratch, 0, sizeof(*scratch));
}

static void report(wl_scratch *scratch, const wl_trie *trie, uint32_t first_ending, uint32_t start, uint32_t end) {
    for (uint32_t i = first_ending; i; i = trie->endings[i].more) {
        const ending *e = &trie->endings[i];
        if (e->length == end - start && scratch->stamps[e->phrase] != scratch->stamp &&
            memcmp(trie->forms + e->offset, scratch->folded + start, e->length) == 0) {
            scratch->stamps[e->phrase] = scratch->stamp;
            scratch->found[scratch->found_count++] = e->phrase;
        }
    }
}

static int ascending(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static void sort_found(wl_scratch *scratch) {
    int32_t *found = scratch->found;
    size_t n = scratch->found_count;
    if (n > 32) {
        qsort(found, n, sizeof(int32_t), ascending);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        int32_t value = found[i];
        size_t k = i;
        for (; k && found[k - 1] > value; k--) found[k] = found[k - 1];
        found[k] = value;
    }
}

static void begin_row(wl_scratch *scratch) {
    scratch->found_count = 0;
    if (++scratch->stamp == 0) { /* after 2^32 rows the stamps begin anew */
        memset(scratch->stamps, 0, (scratch->n_phrases + 1) * sizeof(uint32_t));
        scratch->stamp = 1;
    }
}

/* What is read at one token, and where in the text it stands. */
typedef struct {
    uint64_t hash;
    uint32_t start, end;
    int after_space, ends_here; /* the second is -1 until it is known */
} token;

/* Goes on from a state by a token, reports the phrases that end there, and keeps the new state if any goes on. */
static inline size_t step(wl_scratch *scratch, const wl_trie *trie, const wl_table *table, size_t length, token *t,
                          wl_active from, size_t kept) {
    const edge *e = find_edge(trie, from.state, edge_key(from.state, t->hash, from.state && t->after_space));
    if (e->next == 0) return kept;
    if (e->first_ending) {
        if (t->ends_here < 0) t->ends_here = may_end(scratch, table, t->start, t->end, length);
        if (t->ends_here) report(scratch, trie, e->first_ending, from.start, t->end);
    }
    wl_active moved = {e->next, from.start};
    scratch->active[kept] = moved;
    return kept + (trie->next_tokens[e->next] != 0);
}

static void walk(wl_scratch *scratch, const wl_trie *trie, const wl_table *table, size_t length, size_t count) {
    const uint8_t *text = scratch->folded;
    size_t n_active = 0; /* at most the trie's depth: each active state began at another token */
    begin_row(scratch);
    for (size_t i = 0; i < count; i++) {
        uint32_t start = scratch->starts[i], end = scratch->ends[i];
        token t = {hash_token(text + start, end - start), start, end, 0, -1};
        size_t kept = 0;
        if (n_active) {
            t.after_space = text[start - 1] == ' '; /* not the first token: a state is active */
            uint64_t bit = token_bit(t.hash);
            for (size_t k = 0; k < n_active; k++)
                if (trie->next_tokens[scratch->active[k].state] & bit)
                    kept = step(scratch, trie, table, length, &t, scratch->active[k], kept);
        }
        if (may_begin_phrase(trie, t.hash) && may_start(scratch, table, start, end)) {
            wl_active root = {0, start};
            kept = step(scratch, trie, table, length, &t, root, kept);
        }
        n_active = kept;
    }
    sort_found(scratch);
}

static enum wl_status fold_and_cut(wl_scratch *scratch, const wl_table *table, const uint8_t *text, size_t length,
                                   size_t *folded_length, size_t *count) {
    enum wl_status status;
    if (is_ascii(text, length)) {
        status = fold_ascii(scratch, table, text, length, folded_length);
        return status == WL_OK ? cut_ascii(scratch, *folded_length, count) : status;
    }
    status = fold_unicode(scratch, table, text, length, folded_length);
    return status == WL_OK ? cut_unicode(scratch, table, *folded_length, count) : status;
}

enum wl_status wl_match(wl_scratch *scratch, const wl_trie *trie, const wl_table *table, const uint8_t *text,
                        size_t length) {
    size_t folded_length = 0, count = 0;
    enum wl_status status = fold_and_cut(scratch, table, text, length, &folded_length, &count);
    if (status == WL_OK) walk(scratch, trie, table, folded_length, count);
    return status;
}

enum wl_status wl_match_folded(wl_scratch *scratch, const wl_trie *trie, const wl_table *table, const uint8_t *folded,
                               size_t length) {
    enum wl_status status = reserve_text(scratch, length);
    if (status != WL_OK) return status;
    if (length) memcpy(scratch->folded, folded, length);
    memset(scratch->folded + length, 0, PADDING);
    size_t count = 0;
    status = cut_unicode(scratch, table, length, &count);
    if (status == WL_OK) walk(scratch, trie, table, length, count);
    return status;
}

enum wl_status wl_tokenize(wl_scratch *scratch, const wl_table *table, const uint8_t *text, size_t length,
                           uint64_t *sum) {
    size_t folded_length = 0, count = 0;
    enum wl_status status = fold_and_cut(scratch, table, text, length, &folded_length, &count);
    if (status != WL_OK) return status;
    for (size_t i = 0; i < count; i++)
        *sum += hash_token(scratch->folded + scratch->starts[i], scratch->ends[i] - scratch->starts[i]);
    return WL_OK;
}
