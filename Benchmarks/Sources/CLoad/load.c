#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

uint64_t load_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// How long a peer may take for one batch, and how often a spinning client looks at the clock for it: so seldom that a
// round trip of some microseconds seldom pays for it.
enum { patience_milliseconds = 10000, turns_per_look = 4096 };

static int exchange(int fd, const struct load_batch *batch, int spin, uint8_t *answer) {
    uint32_t sent = 0, received = 0, idle = 0;
    uint64_t deadline = 0;
    while (received < batch->answerByteCount) {
        int moved = 0;
        if (sent < batch->requestByteCount) {
            ssize_t count = send(fd, batch->request + sent, batch->requestByteCount - sent, MSG_NOSIGNAL);
            if (count > 0) {
                sent += (uint32_t)count;
                moved = 1;
            } else if (errno != EAGAIN && errno != EINTR) {
                return errno;
            }
        }
        // A peer answers nothing before it has read something: the first read of a sleeping client would only say so.
        if (spin || !moved || sent < batch->requestByteCount) {
            ssize_t count = recv(fd, answer + received, batch->answerByteCount - received, 0);
            if (count > 0) {
                received += (uint32_t)count;
                moved = 1;
            } else if (count == 0) {
                return EPIPE;
            } else if (errno != EAGAIN && errno != EINTR) {
                return errno;
            }
        }
        if (moved) {
            idle = 0;
            deadline = 0;
        } else if (spin && ++idle % turns_per_look == 0) {
            uint64_t now = load_now();
            if (!deadline) deadline = now + patience_milliseconds * 1000000ull;
            if (now > deadline) return ETIMEDOUT;
        }
        if (!spin && received < batch->answerByteCount) {
            struct pollfd entry = {.fd = fd, .events = POLLIN};
            if (sent < batch->requestByteCount) entry.events |= POLLOUT;
            int ready = poll(&entry, 1, patience_milliseconds);
            if (ready == 0) return ETIMEDOUT;
            if (ready < 0 && errno != EINTR) return errno;
        }
    }
    return 0;
}

int load_once(int fd, const struct load_batch *batch, uint8_t *answer) {
    return exchange(fd, batch, 0, answer);
}

struct load_outcome load_run(
    int fd, const struct load_batch *batches, size_t batchCount, int spin, uint64_t durationNanoseconds,
    uint8_t *answer, uint32_t *samples, size_t sampleCapacity) {
    struct load_outcome outcome = {0};
    uint64_t start = load_now(), before = start;
    size_t index = 0;
    while (before - start < durationNanoseconds) {
        outcome.error = exchange(fd, &batches[index], spin, answer);
        if (outcome.error) break;
        uint64_t after = load_now();
        if (outcome.sampleCount < sampleCapacity) {
            uint64_t took = after - before;
            samples[outcome.sampleCount++] = took > UINT32_MAX ? UINT32_MAX : (uint32_t)took;
        }
        before = after;
        outcome.roundTripCount++;
        if (++index == batchCount) index = 0;
    }
    outcome.elapsedNanoseconds = before - start;
    return outcome;
}

static int prepared(int fd) {
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    return fd;
}

int load_connect_unix(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -ENAMETOOLONG;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return prepared(fd);
}

int load_connect_tcp(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return prepared(fd);
}

int load_pin(int core) {
    return load_pin_process(0, core);
}

int load_pin_process(int pid, int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    return sched_setaffinity(pid, sizeof set, &set) < 0 ? errno : 0;
}

int load_spawn_pinned(int core, char *const arguments[], int outputFd) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) return -errno;
    if (child > 0) return child;
    // A server under test must not outlive the run, however that ends.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(71);
    if (core >= 0) load_pin(core);
    dup2(outputFd, 1);
    dup2(outputFd, 2);
    execvp(arguments[0], arguments);
    _exit(127);
}
