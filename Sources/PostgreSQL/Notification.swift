internal import CPQ
import Glibc

/// A NOTIFY that arrived. The payload was written by whoever could connect: never execute or trust it.
public struct Notification: Sendable, Hashable {
    public let channel: String
    public let payload: String
    /// The server process of the session that notified.
    public let processId: Int32
}

extension Connection {
    /// Takes the notifications that have been read from the socket so far, in commit order. Does no I/O: call
    /// `consumeInput()` before. (A blocking call reads them along.)
    public func notifications() -> [Notification] {
        var list: [Notification] = []
        while let notify = PQnotifies(handle) {
            list.append(
                Notification(
                    channel: String(cString: notify.pointee.relname), payload: String(cString: notify.pointee.extra),
                    processId: notify.pointee.be_pid))
            PQfreemem(notify)
        }
        return list
    }

    /// Starts listening on a channel (any name: it is quoted). Outside a transaction it takes effect at once.
    public func listen(channel: String) throws(PostgreSQLError) {
        try query(Self.listenStatement(channel: channel))
    }

    /// The statement `listen` runs, for `send`.
    public static func listenStatement(channel: String) -> Statement {
        // By code point, as PostgreSQL reads it: a quote and an accent behind it are one `Character`.
        var quoted = String.UnicodeScalarView()
        for scalar in channel.unicodeScalars {
            if scalar == "\"" { quoted.append(scalar) }
            quoted.append(scalar)
        }
        return Statement(name: "listen", sql: "LISTEN \"\(String(quoted))\"")
    }

    /// Waits until a notification is there, at most so long. For tools and tests; an event loop polls `socket`.
    /// - Returns: what arrived, empty when the time ran out.
    public func waitForNotifications(timeoutMilliseconds: Int32) throws(PostgreSQLError) -> [Notification] {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let start = now
        while true {
            try consumeInput()
            let list = notifications()
            guard list.isEmpty else { return list }
            clock_gettime(CLOCK_MONOTONIC, &now)
            let elapsed = (now.tv_sec - start.tv_sec) * 1_000 + (now.tv_nsec - start.tv_nsec) / 1_000_000
            let left = Int(timeoutMilliseconds) - elapsed
            guard left > 0 else { return [] }
            var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            poll(&descriptor, 1, Int32(clamping: left))
        }
    }
}
