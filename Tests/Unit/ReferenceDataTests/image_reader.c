// Looks symbols up in an image. Written from the chapter on the image format of Protocol/PROTOCOL.md, and knows nothing else
// of Symbology. Usage: image_reader IMAGE QUESTIONS. A line of QUESTIONS begins with a letter, a number and texts, divided by tabs:
// S exchange string, P exchange base quote, N exchange name, I symbol. Prints a line for each.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

typedef const unsigned char *bytes;
static bytes image;
enum { SYMBOLS, PAIRS, SYMBOL_PILOTS, PAIR_PILOTS, ROWS, TERMS, BLOCKS, ENTRIES, EXCHANGES = 16, ALIASES, REFUSED };

static uint64_t number(bytes at, int count) { uint64_t value = 0; memcpy(&value, at, count); return value; }
static bytes section(int which) { return image + number(image + 128 + 16 * which, 8); }
static uint64_t count(int which) { return number(image + 136 + 16 * which, 8); }
static uint64_t fold(uint64_t a, uint64_t b) { unsigned __int128 p = (unsigned __int128)a * b; return (uint64_t)(p >> 64) ^ (uint64_t)p; }

static uint64_t checksum(uint64_t size) {
    static const uint64_t sums[8] = {0x00000000C2B2AE3D, 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9,
        0x85EBCA77C2B2AE63, 0x0000000085EBCA77, 0x27D4EB2F165667C5, 0x000000009E3779B1};
    static const uint64_t masks[8] = {0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3,
        0x1D8E4E27C47D124F, 0xEB44ACCAB455D165, 0x9C6E6877736C46E3, 0x4B33A62ED433D4A3};
    uint64_t state = 0x9E3779B97F4A7C15, sum[8], mask[8];
    for (uint64_t chunk = 0; chunk < size; chunk += 131072) {
        memcpy(sum, sums, 64), memcpy(mask, masks, 64);
        for (uint64_t at = chunk; at < size && at < chunk + 131072; at += 64)
            for (int i = 0; i < 8; i++) {
                uint64_t word = at + 8 * i == 24 ? 0 : number(image + at + 8 * i, 8);
                uint64_t other = at + 8 * (i ^ 1) == 24 ? 0 : number(image + at + 8 * (i ^ 1), 8);
                sum[i] += other + (uint32_t)(word ^ mask[i]) * ((word ^ mask[i]) >> 32);
                mask[i] += 0x9E3779B97F4A7C15;
            }
        uint64_t c = 0;
        for (int i = 0; i < 8; i++) c = fold(c ^ sum[i], 0x8EBC6AF09C88C6E3) + sum[i];
        state = fold(state ^ c, 0xA0761D6478BD642F) + (state << 7 | state >> 57);
    }
    return fold(state ^ size, 0xE7037ED1A0B428DB) ^ state;
}

static bytes slot(bytes key, int table) {
    uint64_t a = number(image + 48, 8), b = number(image + 56, 8), w[7] = {0};
    if (count(table) == 0 || count(table + SYMBOL_PILOTS) == 0) return NULL;
    memcpy(w, key, 52);
    uint64_t third = fold(a ^ 0xA0761D6478BD642F, b | 1) ^ a, fourth = fold(b ^ 0xE7037ED1A0B428DB, a | 1) ^ b;
    uint64_t fifth = fold(a ^ 0x8EBC6AF09C88C6E3, b | 1) ^ a, sixth = fold(b ^ 0x589965CC75374CC3, a | 1) ^ b;
    uint64_t seventh = fold(a ^ 0x1D8E4E27C47D124F, b | 1) | 1;
    uint64_t hash = fold(w[0] ^ a, w[1] ^ b) + fold(w[2] ^ third, w[3] ^ fourth) + fold(w[4] ^ fifth, (w[5] ^ sixth) + w[6] * seventh);
    uint64_t pilot = section(table + SYMBOL_PILOTS)[hash & (count(table + SYMBOL_PILOTS) - 1)];
    uint64_t scrambled = ((hash ^ pilot * 0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93) >> 32;
    bytes found = section(table) + 64 * (scrambled * count(table) >> 32);
    return memcmp(found, key, 52) == 0 && (found[59] & 0x82) == 2 ? found : NULL;
}

static bytes row(uint32_t id) {
    uint64_t a = number(image + 48, 8), b = number(image + 56, 8), mask = count(ENTRIES) - 1;
    if (count(BLOCKS) > 0) {
        if (id >> 6 >= count(BLOCKS)) return NULL;
        bytes block = section(BLOCKS) + 16 * (id >> 6);
        uint64_t bits = number(block, 8), bit = 1ull << (id & 63);
        return bits & bit ? section(ROWS) + 128 * (number(block + 8, 4) + __builtin_popcountll(bits & (bit - 1))) : NULL;
    }
    for (uint64_t at = fold(id ^ a, b | 1), probes = 0; id != 0 && probes < count(ENTRIES); at++, probes++) {
        bytes entry = section(ENTRIES) + 8 * (at & mask);
        if (number(entry, 4) == 0) return NULL;
        if (number(entry, 4) == id) return section(ROWS) + 128 * number(entry + 4, 4);
    }
    return NULL;
}

static bytes exchange(uint64_t id) {
    for (uint64_t i = 0; i < count(EXCHANGES); i++)
        if (number(section(EXCHANGES) + 768 * i, 2) == id) return section(EXCHANGES) + 768 * i;
    return NULL;
}

static int is_refused(bytes key, int bit, bytes venue) {
    for (uint64_t i = 0; i < count(REFUSED); i++) {
        bytes refused = section(REFUSED) + 192 * i;
        int kind = refused[23] >> 3, is_pair = bit == 1;
        if (is_pair && (kind > 2 || (venue && venue[2] == 3))) continue;
        if (refused[23] >> bit & 1 && memcmp(refused + 24 + 56 * bit, key, 52) == 0) return 1;
    }
    return 0;
}

static void answer(int status, uint64_t venue, uint64_t id, int flags, bytes precisions) {
    printf("%d %d %d %d", status, (int)venue, (int)id, flags);
    for (int i = 0; i < 3; i++) printf(" %d", precisions ? precisions[i] : 0);
    puts("");
}

static void answer_row(bytes flags, bytes venue, uint64_t id, int extra, bytes precisions) {
    int all = (*flags & 1) | (venue[3] & 1) << 1 | (*flags & 0x1C) << 2 | extra;
    answer((all & 3) == 3 ? 0 : 3, number(venue, 2), id, all, precisions);
}

static void resolve(char kind, unsigned char key[52]) {
    int bit = kind == 'S' ? 0 : kind == 'P' ? 1 : 2, is_key = number(key, 2) < 32768;
    bytes venue = exchange(number(key, 2)), found = NULL, alias = NULL;
    const char *name = (const char *)key + 2, *slash = memchr(name, '/', 50);
    if (bit == 2 && slash && !memchr(slash + 1, '/', name + 49 - slash) && !memchr(name, ':', 50)) {
        unsigned char pair[52] = {key[0], key[1]};
        size_t base = slash - name, quote = strnlen(slash + 1, name + 49 - slash);
        if (base > 25 || quote > 25 || base == 0 || quote == 0) is_key = 0;
        else memcpy(pair + 2, name, base), memcpy(pair + 27, slash + 1, quote), memcpy(key, pair, 52), bit = 1;
    } else if (bit == 2) key[1] |= 0x80;
    if (is_key) found = slot(key, bit == 1 ? PAIRS : SYMBOLS);
    if (found && found[59] & 0x40) { answer(10, number(venue, 2), 0, 0, NULL); return; }
    if (found && found[59] & 1) { answer_row(found + 59, venue, number(found + 52, 4), 0, found + 56); return; }
    int refused = is_key && is_refused(key, bit, venue);
    for (uint64_t i = 0; bit == 0 && venue && !refused && !alias && i < count(ALIASES); i++)
        if (memcmp(section(ALIASES) + 56 * i, key, 52) == 0) alias = row(number(section(ALIASES) + 56 * i + 52, 4));
    bytes live = alias && alias[6] & 1 ? alias : NULL, last = live || !found ? alias : NULL;
    if (!last && found) answer_row(found + 59, venue, number(found + 52, 4), 0, found + 56);
    else if (refused) answer(9, venue ? number(venue, 2) : 0, 0, 0, NULL);
    else if (last) {
        unsigned char precisions[3] = {last[9], last[7], last[8]};
        answer_row(last + 6, exchange(number(last + 4, 2)), number(last, 4), 8, precisions);
    } else answer(venue ? 1 : number(image + 80, 8) & 1 ? 2 : 4, venue ? number(venue, 2) : 0, 0, 0, NULL);
}

static void text(bytes start, int start_count, bytes rest, int rest_count, int goes_on) {
    printf("|%.*s%.*s", start_count, start, goes_on ? rest_count : 0, rest);
}

static void record(uint32_t id) {
    bytes found = row(id);
    if (!found) { puts("none"); return; }
    bytes terms = section(TERMS) + 72 * number(found + 28, 4);
    bytes symbol = section(SYMBOLS) + 64 * number(found + 20, 4) + 2, pair = section(PAIRS) + 64 * number(found + 24, 4) + 2;
    bytes venue = exchange(number(found + 4, 2));
    int flags = (found[6] & 1) | (venue[3] & 1) << 1 | (found[6] & 0x1C) << 2 | (found[6] & 2) << 6;
    printf("%d %d %d %d ", (flags & 3) == 3 ? 0 : 3, (int)number(found + 4, 2), (int)number(found, 4), flags);
    printf("%d %d %d %d %d", found[9], found[7], found[8], found[10], found[11]);
    for (int i = 0; i < 2; i++) printf(" %lde%d", (long)number(terms + 8 * i, 8), (signed char)terms[44 + i]);
    for (int i = 0; i < 5; i++) printf(" %lde%d", (long)number(found + 32 + 8 * i, 8), (signed char)found[12 + i]);
    for (int i = 0; i < 3; i++) printf(" %ld", (long)number(terms + 16 + 8 * i, 8));
    for (int i = 0; i < 3; i++) printf(" %ld", (long)number(found + 72 + 8 * i, 8));
    text(found + 96, 16, symbol + 16, 34, found[17] & 1);
    text(found + 112, 8, pair + 8, 17, found[17] & 2);
    text(found + 120, 8, pair + 33, 17, found[17] & 2);
    text(terms + 46, 25, terms, 0, 0);
    puts("");
}

int main(int argc, char **argv) {
    struct stat status;
    int file = argc == 3 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0 || fstat(file, &status) != 0 || status.st_size < 512) return 1;
    image = mmap(NULL, status.st_size, PROT_READ, MAP_SHARED, file, 0);
    if (image == MAP_FAILED || memcmp(image, "SYMBOLOG", 8) || number(image + 8, 4) != 6) return 1;
    if (number(image + 16, 8) != (uint64_t)status.st_size || number(image + 24, 8) != checksum(status.st_size)) return 1;
    FILE *questions = fopen(argv[2], "r");
    char line[1024], kind, first[51], second[51];
    for (unsigned id; questions && fgets(line, sizeof line, questions);) {
        unsigned char key[52] = {0};
        int count = sscanf(line, "%c\t%u\t%50[^\t\n]\t%25[^\t\n]", &kind, &id, first, second);
        memcpy(key, &(uint16_t){id}, 2);
        if (count > 2) memcpy(key + 2, first, strlen(first));
        if (count > 3 && kind == 'P') memcpy(key + 27, second, strlen(second));
        if (kind == 'I') record(id); else resolve(kind, key);
    }
    return 0;
}
