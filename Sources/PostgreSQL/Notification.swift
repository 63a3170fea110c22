internal import CPQ

/// A NOTIFY that arrived. The payload was written by whoever could connect: never execute or trust it.
public struct Notification: Sendable, Hashable {
    public let channel: String
    public let payload: String
}

extension Connection {
    /// Takes the notifications that have been read from the socket so far, in commit order. Does no I/O: call
    /// `consumeInput()` before. (A blocking call reads them along.)
    public func notifications() -> [Notification] {
        var list: [Notification] = []
        while let notify = PQnotifies(handle) {
            list.append(
                Notification(
                    channel: String(cString: notify.pointee.relname), payload: String(cString: notify.pointee.extra)))
            PQfreemem(notify)
        }
        return list
    }
}
