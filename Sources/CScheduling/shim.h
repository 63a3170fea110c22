#pragma once

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// sched_setattr(2) for the calling thread: how long it runs before others that wait for its core have their turn, in
// nanoseconds, and its niceness. Here because glibc has no function for it, and Swift cannot call syscall(2). Returns 0,
// or -1 with errno set. The layout is that of the first version of struct sched_attr, which every kernel takes.
static inline int set_thread_slice(uint64_t slice, int32_t niceness) {
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {.size = sizeof attributes, .nice = niceness, .runtime = slice};
    return (int)syscall(SYS_sched_setattr, 0, &attributes, 0);
}
