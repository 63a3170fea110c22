#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Counts every call of malloc, calloc, realloc, posix_memalign, aligned_alloc and their kin in the program that links
// this: its definitions stand before the C library's, for the program and for every library it loads. A sanitizer
// must own malloc itself: builds with one leave this out (see the end of Package.swift).

/// Starts counting the calling thread's allocations. The first of them writes who asked for it to standard error.
void allocation_counter_begin(void);

/// The calling thread's allocations since `allocation_counter_begin`; stops counting.
uint64_t allocation_counter_end(void);

/// The same for all threads together.
void allocation_counter_begin_process(void);
uint64_t allocation_counter_end_process(void);

/// While false, the first allocation is counted in silence.
void allocation_counter_set_loud(bool is_loud);

/// Calls each allocating function of the C library once, so that no compiler can leave one out.
/// \return how many calls that were.
uint64_t allocation_counter_call_each(void);

#endif
