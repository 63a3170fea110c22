internal import CPQ

/// Asks the server to cancel what a connection is doing. Safe from any thread, also after the connection is closed.
public final class Canceller: Sendable {
    // PQcancel only reads it, and documents itself as thread-safe.
    private nonisolated(unsafe) let handle: OpaquePointer

    init(taking handle: OpaquePointer) { self.handle = handle }

    deinit { PQfreeCancel(handle) }

    /// Opens a connection of its own for the request, so it blocks as long as that takes (microseconds on a Unix
    /// socket; the system's connect timeout when the host has vanished). That it returns means the request was sent:
    /// the statement then ends with SQLSTATE 57014, unless it was over already.
    public func cancel() throws(PostgreSQLError) {
        let messageByteCountMax = 256
        var failure: String?
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: messageByteCountMax) { message in
            message.initialize(repeating: 0)
            if PQcancel(handle, message.baseAddress, Int32(messageByteCountMax)) != 1 {
                failure = PostgreSQLError.trimmed(message.baseAddress)
            }
        }
        if let failure { throw PostgreSQLError(kind: .connection, message: failure, statementName: "cancel") }
    }
}

extension Connection {
    /// A handle to cancel this session's statements from another thread; nil when not connected.
    public func canceller() -> Canceller? { PQgetCancel(handle).map(Canceller.init(taking:)) }
}
