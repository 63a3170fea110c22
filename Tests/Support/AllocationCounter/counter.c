#define _GNU_SOURCE
#include "AllocationCounter.h"

#include <errno.h>
#include <execinfo.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

// Initial-exec storage: reaching it must not allocate.
static _Thread_local bool is_counting __attribute__((tls_model("initial-exec")));
static _Thread_local uint64_t thread_count __attribute__((tls_model("initial-exec")));
static atomic_bool is_counting_process;
static atomic_uint_fast64_t process_count;
static atomic_bool is_loud = true;

void allocation_counter_set_loud(bool loud) { atomic_store(&is_loud, loud); }

/// The unwinder loads its own library the first time it is asked: before anything is counted.
static void prepare_backtrace(void) {
    void *frames[4];
    (void)backtrace(frames, 4);
}

void allocation_counter_begin(void) {
    prepare_backtrace();
    thread_count = 0;
    is_counting = true;
}

uint64_t allocation_counter_end(void) {
    is_counting = false;
    return thread_count;
}

void allocation_counter_begin_process(void) {
    prepare_backtrace();
    atomic_store(&process_count, 0);
    atomic_store(&is_counting_process, true);
}

uint64_t allocation_counter_end_process(void) {
    atomic_store(&is_counting_process, false);
    return atomic_load(&process_count);
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void name_the_first(void) {
    if (!atomic_load_explicit(&is_loud, memory_order_relaxed)) return;
    static const char words[] = "the first allocation was asked for by\n";
    void *frames[32];
    int count = backtrace(frames, 32);
    (void)!write(STDERR_FILENO, words, sizeof words - 1);
    backtrace_symbols_fd(frames, count, STDERR_FILENO);
}

static inline void note(void) {
    if (is_counting && ++thread_count == 1) {
        is_counting = false;
        name_the_first();
        is_counting = true;
    }
    if (atomic_load_explicit(&is_counting_process, memory_order_relaxed) &&
        atomic_fetch_add_explicit(&process_count, 1, memory_order_relaxed) == 0 && !is_counting) {
        name_the_first();
    }
}

void *malloc(size_t size) {
    note();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    note();
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    note();
    return __libc_realloc(memory, size);
}

void *reallocarray(void *memory, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    note();
    return __libc_realloc(memory, total);
}

void *memalign(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment == 0 || alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    note();
    int before = errno;
    void *block = __libc_memalign(alignment, size);
    errno = before;
    if (block == NULL) return ENOMEM;
    *memory = block;
    return 0;
}

uint64_t allocation_counter_call_each(void) {
    void *volatile block = malloc(10);
    block = realloc(block, 100);
    free(block);
    block = calloc(3, 7);
    block = reallocarray(block, 3, 70);
    free(block);
    block = aligned_alloc(64, 128);
    free(block);
    block = memalign(64, 128);
    free(block);
    void *aligned = NULL;
    if (posix_memalign(&aligned, 64, 128) == 0) free(aligned);
    return 7;
}
