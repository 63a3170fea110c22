// The limit: what sockets alone cost on this machine.
//
// A server that does everything a lookup server must do with the kernel and nothing it must do with the data: wait, read,
// copy 32 bytes of each 64-byte request into a 32-byte answer, write. No server that answers such frames through the same
// system calls can be faster, so every figure in RESULTS.md is given as its ratio to this one.
//
//     limit --unix PATH | --tcp PORT  [--spin]
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    requestByteCount = 64,
    answerByteCount = 32,
    bufferByteCount = 256 * 1024,
    eventCountMax = 64,
};

struct connection {
    int fd;
    size_t heldByteCount;                  // Bytes of an unfinished request, kept at the start of `held`.
    uint8_t held[requestByteCount];
};

static uint8_t input[bufferByteCount + requestByteCount];
static uint8_t output[bufferByteCount];

static void fail(const char *what) {
    perror(what);
    exit(71);
}

static void writeAll(int fd, const uint8_t *bytes, size_t byteCount) {
    while (byteCount > 0) {
        ssize_t written = send(fd, bytes, byteCount, MSG_NOSIGNAL);
        if (written < 0) {
            if (errno == EINTR || errno == EAGAIN) continue;
            return;
        }
        bytes += written;
        byteCount -= (size_t)written;
    }
}

// Returns 0 when the peer has gone.
static int answer(struct connection *connection) {
    memcpy(input, connection->held, connection->heldByteCount);
    ssize_t count = recv(connection->fd, input + connection->heldByteCount, bufferByteCount, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return 0;
    if (count < 0) return 1;
    size_t available = connection->heldByteCount + (size_t)count;
    size_t requestCount = available / requestByteCount;
    for (size_t index = 0; index < requestCount; index++)
        memcpy(output + index * answerByteCount, input + index * requestByteCount, answerByteCount);
    connection->heldByteCount = available - requestCount * requestByteCount;
    memcpy(connection->held, input + requestCount * requestByteCount, connection->heldByteCount);
    writeAll(connection->fd, output, requestCount * answerByteCount);
    return 1;
}

static int listenUnix(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fprintf(stderr, "limit: socket path too long: %s\n", path);
        exit(64);
    }
    strcpy(address.sun_path, path);
    unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail(path);
    return fd;
}

static int listenTCP(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
    return fd;
}

int main(int argumentCount, char **arguments) {
    int listener = -1, spin = 0;
    for (int index = 1; index < argumentCount; index++) {
        if (!strcmp(arguments[index], "--spin")) spin = 1;
        else if (!strcmp(arguments[index], "--unix") && index + 1 < argumentCount) listener = listenUnix(arguments[++index]);
        else if (!strcmp(arguments[index], "--tcp") && index + 1 < argumentCount) listener = listenTCP(atoi(arguments[++index]));
        else {
            fprintf(stderr, "usage: limit --unix PATH | --tcp PORT  [--spin]\n");
            return 64;
        }
    }
    if (listener < 0 || listen(listener, 128) < 0) fail("listen");
    signal(SIGPIPE, SIG_IGN);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct connection acceptor = {.fd = listener};
    struct epoll_event registration = {.events = EPOLLIN, .data.ptr = &acceptor};
    if (poll < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, listener, &registration) < 0) fail("epoll");
    puts("ready");
    fflush(stdout);
    for (;;) {
        struct epoll_event events[eventCountMax];
        int count = epoll_wait(poll, events, eventCountMax, spin ? 0 : -1);
        for (int index = 0; index < count; index++) {
            struct connection *connection = events[index].data.ptr;
            if (connection == &acceptor) {
                int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (fd < 0) continue;
                int one = 1;
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                struct connection *accepted = calloc(1, sizeof *accepted);
                accepted->fd = fd;
                struct epoll_event added = {.events = EPOLLIN, .data.ptr = accepted};
                if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &added) < 0) fail("epoll_ctl");
            } else if (!answer(connection)) {
                close(connection->fd);
                free(connection);
            }
        }
    }
}
