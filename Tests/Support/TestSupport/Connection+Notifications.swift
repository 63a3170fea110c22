import Glibc
import PostgreSQL

/// Listening by blocking calls: the server's own listener sits on its event loop.
extension Connection {
    /// Starts listening on a channel whose name needs no quoting.
    public func listen(channel: String) throws(PostgreSQLError) {
        try query(Statement(name: "listen", sql: "LISTEN \(channel)"))
    }

    /// Waits until a notification is there, at most so long.
    /// - Returns: what arrived, empty when the time ran out.
    public func waitForNotifications(timeoutMilliseconds: Int32) throws(PostgreSQLError) -> [Notification] {
        let deadline = Deadline(seconds: Double(timeoutMilliseconds) / 1_000)
        while true {
            try consumeInput()
            let list = notifications()
            guard list.isEmpty, !deadline.isOver else { return list }
            var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            Glibc.poll(&descriptor, 1, deadline.remainingMilliseconds)
        }
    }
}
