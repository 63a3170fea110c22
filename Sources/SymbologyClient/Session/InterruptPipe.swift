import Glibc
import Platform

/// Ends the waits of another thread, once and for all: its descriptor can be read from then on.
///
/// Thread-safe: the descriptors never change, and writing a byte is one system call.
final class InterruptPipe: Sendable {
    /// For poll(2).
    let descriptor: Int32
    private let writeDescriptor: Int32

    /// Nil when the process has no descriptors left.
    init?() {
        var ends: [Int32] = [-1, -1]
        // With its flags from the start, or a process that another thread starts just now would inherit it; pipe2 is
        // not in the module Glibc, and a pair of sockets is a pipe too.
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { return nil }
        (descriptor, writeDescriptor) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writeDescriptor)
    }

    func interrupt() {
        var byte: UInt8 = 1
        _ = write(writeDescriptor, &byte, 1)
    }

    var isInterrupted: Bool { wait(by: Deadline(nanoseconds: 0)) }

    /// Whether it was interrupted before the deadline.
    func wait(by deadline: Deadline) -> Bool {
        while true {
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&poller, 1, deadline.pollMilliseconds) > 0 { return true }
            if deadline.isOver { return false }
        }
    }
}
