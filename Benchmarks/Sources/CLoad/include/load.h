// The one client loop that every peer is measured with: write a prepared batch, read until its whole answer is here.
//
// Everything a peer's protocol needs is prepared before the clock starts, and every answer has a length known beforehand,
// so the loop is the same system calls in the same order for all of them.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct load_batch {
    const uint8_t *request;        // The bytes to send.
    uint32_t requestByteCount;
    uint32_t answerByteCount;      // How many bytes come back.
};

struct load_outcome {
    uint64_t roundTripCount;
    uint64_t elapsedNanoseconds;
    size_t sampleCount;            // Round trips written to `samples`; stops counting at its capacity.
    int error;                     // 0, or an errno; EPIPE where the peer closed.
};

// Runs batches in a ring for `durationNanoseconds`, one batch in flight. With `spin` it never sleeps; without, it waits in
// poll(2). `answer` receives the last answer and must hold the largest one.
struct load_outcome load_run(
    int fd, const struct load_batch *batches, size_t batchCount, int spin, uint64_t durationNanoseconds,
    uint8_t *answer, uint32_t *samples, size_t sampleCapacity);

// One batch there and back; returns 0 or an errno. For set-up and for checking an answer.
int load_once(int fd, const struct load_batch *batch, uint8_t *answer);

int load_connect_unix(const char *path);       // A connected non-blocking socket, or −errno.
int load_connect_tcp(int port);                // The same, to 127.0.0.1, with TCP_NODELAY.
int load_pin(int core);                        // Pins the calling thread; 0 or an errno.
int load_pin_process(int pid, int core);       // Pins the only thread of another process; 0 or an errno.
int load_spawn_pinned(int core, char *const arguments[], int outputFd);  // Returns the pid, or −errno.
uint64_t load_now(void);                       // CLOCK_MONOTONIC in nanoseconds.

// Reads what many connections are sent, on a thread of its own behind whatever else runs (niceness 19), and notes when the
// last of them had a frame of one template for the first time, the second time, and so on. Frames are told by their
// headers: 8 bytes, the length of the block behind them and the template first.
struct load_drain;

// NULL where there is no memory or no thread. The connections stay the caller's, who leaves them alone meanwhile.
struct load_drain *load_drain_start(const int *fds, size_t count, uint16_t template, size_t frameCountMax);

// Ends the thread and returns how many frames each connection has had at least; `arrivals` gets so many times, at most
// `capacity`. `error` is 0, or an errno; EPIPE where the peer closed one.
size_t load_drain_stop(struct load_drain *drain, uint64_t *arrivals, size_t capacity, int *error);

// The limit of lookups in batches, in the process: what any table has to do whose answer lies in one line of memory.

// `count` lines of 64 bytes, on 2 MB pages where the system gives them, as an image lies; NULL where there is no memory.
// Never freed.
const uint8_t *load_lines_make(size_t count);

// Reads `keyCount` keys of 52 bytes, `stride` bytes apart, one after the other, and for each a line that all of the key
// chooses; some keys ahead the line is asked for. Nothing is compared and nothing answered. Returns a sum of what it read.
uint64_t load_lines_read(
    const uint8_t *lines, size_t lineCount, const uint8_t *keys, size_t stride, size_t keyCount);
