#pragma once

// Asks for the cache line that an address lies in, to be read soon, and waits for nothing. Any address will do: one
// that is not mapped is passed over. Here because the intrinsics that Swift can import compile to nothing.
static inline __attribute__((always_inline)) void prefetch_line(const void *address) { __builtin_prefetch(address); }
