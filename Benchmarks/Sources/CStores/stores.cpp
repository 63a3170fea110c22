#include "stores.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>
#include <string_view>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <lmdb.h>

namespace {

struct Key {
    uint8_t bytes[store_key_byte_count];

    static const Key &at(const uint8_t *bytes) { return *reinterpret_cast<const Key *>(bytes); }

    friend bool operator==(const Key &a, const Key &b) { return std::memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0; }

    template <typename H>
    friend H AbslHashValue(H state, const Key &key) {
        return H::combine_contiguous(std::move(state), key.bytes, sizeof key.bytes);
    }
};

// The front of an answer, which differs from row to row: entries of 64 bytes.
struct Row {
    uint8_t bytes[12];

    explicit Row(const store_answer &answer) { std::memcpy(bytes, &answer, sizeof bytes); }
};
static_assert(offsetof(store_answer, precisions) == 8 && sizeof(Row) == 12);

// Without `noexcept` libstdc++ keeps each hash in its node, and compares keys only where the hashes agree.
struct StandardHash {
    size_t operator()(const Key &key) const {
        return std::hash<std::string_view>()({reinterpret_cast<const char *>(key.bytes), sizeof key.bytes});
    }
};

class LMDB {
public:
    ~LMDB() {
        if (reading_) mdb_txn_abort(reading_);
        if (environment_) mdb_env_close(environment_);
    }

    // In order, so that its pages are full, and without waiting for the disk.
    bool fill(const char *path, const uint8_t *keys, size_t stride, const store_answer *answers, size_t count) {
        std::vector<uint32_t> order(count);
        std::iota(order.begin(), order.end(), 0u);
        std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
            return std::memcmp(keys + a * stride, keys + b * stride, store_key_byte_count) < 0;
        });
        MDB_txn *writing = nullptr;
        const unsigned flags = MDB_NOSUBDIR | MDB_NOSYNC | MDB_WRITEMAP;
        if (mdb_env_create(&environment_) || mdb_env_set_mapsize(environment_, (count + 4096) * 256) ||
            mdb_env_open(environment_, path, flags, 0600) || mdb_txn_begin(environment_, nullptr, 0, &writing))
            return false;
        if (mdb_dbi_open(writing, nullptr, 0, &table_)) return false;
        for (uint32_t index : order) {
            Row row(answers[index]);
            MDB_val key{store_key_byte_count, const_cast<uint8_t *>(keys + index * stride)}, value{sizeof row, &row};
            if (mdb_put(writing, table_, &key, &value, MDB_APPEND)) return false;
        }
        return !mdb_txn_commit(writing) && !mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &reading_);
    }

    const void *find(const Key &key) const {
        MDB_val name{sizeof key.bytes, const_cast<uint8_t *>(key.bytes)}, value;
        return mdb_get(reading_, table_, &name, &value) ? nullptr : value.mv_data;
    }

private:
    MDB_env *environment_ = nullptr;
    // Open from first to last: beginning one for each lookup would cost more.
    MDB_txn *reading_ = nullptr;
    MDB_dbi table_ = 0;
};

// The bytes of a row, at any alignment.
template <typename Map>
const void *find(const Map &map, const Key &key) {
    auto entry = map.find(key);
    return entry == map.end() ? nullptr : &entry->second;
}

const void *find(const LMDB &map, const Key &key) { return map.find(key); }

}  // namespace

struct store {
    virtual ~store() = default;
    virtual bool find(const uint8_t *key, store_answer *answer) const = 0;
    virtual uint64_t sum(const uint8_t *keys, size_t stride, size_t count) const = 0;
};

namespace {

template <typename Map>
struct Asked : store {
    Map map;
    uint64_t generation = 0;

    static bool answer(const Asked &self, const uint8_t *key, store_answer *answer) {
        const void *row = ::find(self.map, Key::at(key));
        if (!row) return false;
        std::memcpy(answer, row, sizeof(Row));
        answer->generation = self.generation;
        return true;
    }

    bool find(const uint8_t *key, store_answer *into) const override { return answer(*this, key, into); }

    uint64_t sum(const uint8_t *keys, size_t stride, size_t count) const override {
        uint64_t sum = 0;
        store_answer into{};
        for (size_t index = 0; index < count; index++) {
            answer(*this, keys + index * stride, &into);
            // The whole answer is in memory now, and the compiler cannot tell who reads it.
            asm volatile("" : : "r"(&into) : "memory");
            sum += into.identity >> 32;
        }
        return sum;
    }
};

template <typename Map>
store *filled(const uint8_t *keys, size_t stride, const store_answer *answers, size_t count) {
    auto made = std::make_unique<Asked<Map>>();
    made->map.reserve(count);
    for (size_t index = 0; index < count; index++) {
        made->map.emplace(Key::at(keys + index * stride), Row(answers[index]));
    }
    if (count) made->generation = answers[0].generation;
    return made.release();
}

}  // namespace

store *store_make(
    store_kind kind, const char *path, const uint8_t *keys, size_t stride, const store_answer *answers, size_t count) {
    switch (kind) {
    case store_absl: return filled<absl::flat_hash_map<Key, Row>>(keys, stride, answers, count);
    case store_unordered: return filled<std::unordered_map<Key, Row, StandardHash>>(keys, stride, answers, count);
    case store_lmdb: break;
    }
    auto made = std::make_unique<Asked<LMDB>>();
    unlink(path);
    if (!made->map.fill(path, keys, stride, answers, count)) return nullptr;
    if (count) made->generation = answers[0].generation;
    return made.release();
}

void store_free(store *store) { delete store; }

int store_find(const store *store, const uint8_t *key, store_answer *answer) { return store->find(key, answer); }

uint64_t store_sum(const store *store, const uint8_t *keys, size_t stride, size_t count) {
    return store->sum(keys, stride, count);
}
