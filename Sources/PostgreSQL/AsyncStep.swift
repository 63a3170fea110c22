/// The state of the statement under way.
public enum AsyncStep {
    /// Nothing yet: wait for the socket, `consumeInput()`, ask again.
    case busy
    /// Rows, or the end of a command without rows. Ask again: `done` follows.
    case result(QueryResult)
    /// Ask `nextCopyRow()` until it is finished, then here again.
    case copyOut
    /// The statement is over; the next may be sent.
    case done
}

public enum CopyStep {
    /// One row; the bytes are valid until the next call on this connection.
    case row(UnsafeRawBufferPointer)
    /// Wait for the socket, `consumeInput()`, ask again.
    case wouldBlock
    /// No more rows: go on with `nextResult()`.
    case finished
}
