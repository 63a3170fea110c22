// What ThreadSanitizer has to know of Swift's `Mutex`.
//
// A lock or unlock that nobody contends is one atomic instruction, compiled into the caller, and is seen. Only when
// threads meet does it go on inside libswiftSynchronization, which was not built with the sanitizer: the lock is then
// taken by an instruction or by the kernel unseen, and everything done under it looks like a race. Instead of
// suppressing reports, which would hide real ones with them, this stands before the two functions and says what they
// do. `SanitizerTests` let threads meet, and so notice when a later library calls them otherwise.
#if __has_feature(thread_sanitizer)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

// Synchronization._MutexHandle._lockSlow(UInt32) and ._unlockSlow()
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_contended(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT void unlock_contended(SELF void *mutex) __asm__(UNLOCK);

static SWIFT void (*library_lock)(uint32_t thread, SELF void *mutex);
static SWIFT void (*library_unlock)(SELF void *mutex);

__attribute__((constructor)) static void find_library(void) {
    library_lock = dlsym(RTLD_NEXT, LOCK);
    library_unlock = dlsym(RTLD_NEXT, UNLOCK);
    if (!library_lock || !library_unlock) abort();
}

SWIFT void lock_contended(uint32_t thread, SELF void *mutex) {
    library_lock(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void unlock_contended(SELF void *mutex) {
    __tsan_release(mutex);
    library_unlock(mutex);
}

#endif
