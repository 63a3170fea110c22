// What an engine could keep its symbols in instead, in its own process: absl::flat_hash_map, std::unordered_map and
// LMDB, each asked as its authors would have it asked.
//
// All hold the same 52 key bytes and, of an answer, what Symbology holds of a row: the generation is the table's. A key
// is looked up where it lies, the whole answer is written to memory, and the maps' own code is inlined into the loop.
// The maps are reserved beforehand and hash by their own library; LMDB is filled in order, and one read transaction is
// open throughout.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { store_key_byte_count = 52 };

// As `SymbolResolution` lies in memory.
struct store_answer {
    uint64_t identity;      // Its upper half is the symbol id.
    uint32_t precisions;
    uint64_t generation;
};

enum store_kind { store_absl, store_unordered, store_lmdb };

struct store;

// Makes one of `count` keys, `stride` bytes apart, and their answers. LMDB's file is at `path`. NULL where that fails.
struct store *store_make(
    enum store_kind kind, const char *path, const uint8_t *keys, size_t stride, const struct store_answer *answers,
    size_t count);
void store_free(struct store *store);

// Whether it is there, and its answer.
int store_find(const struct store *store, const uint8_t *key, struct store_answer *answer);

// Looks up all of the keys, which must be there, one after the other; the sum of the symbol ids.
uint64_t store_sum(const struct store *store, const uint8_t *keys, size_t stride, size_t count);

#ifdef __cplusplus
}
#endif
