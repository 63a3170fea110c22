#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { header_size = 8, chunk_size = 65536, events_max = 512 };

// The place in one connection's bytes.
struct place {
    int fd;
    uint32_t headerCount;          // Bytes of a header that is not here whole.
    uint32_t skipCount;            // Bytes of the block that are still to come.
    uint8_t header[header_size];
    size_t frameCount;
};

struct load_drain {
    pthread_t thread;
    int epoll;
    uint16_t template;
    size_t count, frameCountMax;
    struct place *places;
    uint32_t *seenCounts;          // Of each ordinal the connections that have had it.
    uint64_t *arrivals;
    atomic_int mustStop;
    int error;
};

static void take(struct load_drain *drain, struct place *place, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        if (place->skipCount > 0) {
            size_t step = place->skipCount < count ? place->skipCount : count;
            place->skipCount -= (uint32_t)step;
            bytes += step;
            count -= step;
            continue;
        }
        size_t step = header_size - place->headerCount < count ? header_size - place->headerCount : count;
        memcpy(place->header + place->headerCount, bytes, step);
        place->headerCount += (uint32_t)step;
        bytes += step;
        count -= step;
        if (place->headerCount < header_size) return;
        place->headerCount = 0;
        uint16_t blockLength, template;
        memcpy(&blockLength, place->header, 2);
        memcpy(&template, place->header + 2, 2);
        place->skipCount = blockLength;
        if (template != drain->template || place->frameCount >= drain->frameCountMax) continue;
        size_t ordinal = place->frameCount++;
        if (++drain->seenCounts[ordinal] == drain->count) drain->arrivals[ordinal] = load_now();
    }
}

static void *run(void *context) {
    struct load_drain *drain = context;
    setpriority(PRIO_PROCESS, (id_t)gettid(), 19);
    static _Thread_local uint8_t chunk[chunk_size];
    struct epoll_event events[events_max];
    while (!atomic_load_explicit(&drain->mustStop, memory_order_relaxed) && !drain->error) {
        int ready = epoll_wait(drain->epoll, events, events_max, 20);
        if (ready < 0 && errno != EINTR) drain->error = errno;
        for (int index = 0; index < ready && !drain->error; index++) {
            struct place *place = events[index].data.ptr;
            ssize_t count = recv(place->fd, chunk, sizeof chunk, MSG_DONTWAIT);
            if (count > 0) {
                take(drain, place, chunk, (size_t)count);
            } else if (count == 0) {
                drain->error = EPIPE;
            } else if (errno != EAGAIN && errno != EINTR) {
                drain->error = errno;
            }
        }
    }
    return NULL;
}

static void release(struct load_drain *drain) {
    if (drain->epoll >= 0) close(drain->epoll);
    free(drain->places);
    free(drain->seenCounts);
    free(drain->arrivals);
    free(drain);
}

struct load_drain *load_drain_start(const int *fds, size_t count, uint16_t template, size_t frameCountMax) {
    struct load_drain *drain = calloc(1, sizeof *drain);
    if (!drain) return NULL;
    drain->epoll = epoll_create1(EPOLL_CLOEXEC);
    drain->template = template;
    drain->count = count;
    drain->frameCountMax = frameCountMax;
    drain->places = calloc(count, sizeof *drain->places);
    drain->seenCounts = calloc(frameCountMax, sizeof *drain->seenCounts);
    drain->arrivals = calloc(frameCountMax, sizeof *drain->arrivals);
    int isGood = drain->epoll >= 0 && drain->places && drain->seenCounts && drain->arrivals;
    for (size_t index = 0; isGood && index < count; index++) {
        drain->places[index].fd = fds[index];
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &drain->places[index]};
        isGood = epoll_ctl(drain->epoll, EPOLL_CTL_ADD, fds[index], &event) == 0;
    }
    if (isGood && pthread_create(&drain->thread, NULL, run, drain) == 0) return drain;
    release(drain);
    return NULL;
}

size_t load_drain_stop(struct load_drain *drain, uint64_t *arrivals, size_t capacity, int *error) {
    atomic_store(&drain->mustStop, 1);
    pthread_join(drain->thread, NULL);
    size_t count = 0;
    while (count < drain->frameCountMax && count < capacity && drain->arrivals[count]) {
        arrivals[count] = drain->arrivals[count];
        count++;
    }
    *error = drain->error;
    release(drain);
    return count;
}
