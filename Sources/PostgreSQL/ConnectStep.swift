/// What a connection that is being made needs next. `socket` may be another one after each step.
public enum ConnectStep {
    /// Call `continueConnecting()` again when the socket is readable.
    case wantRead
    /// …when it is writable (or readable).
    case wantWrite
    /// Connected, settings pinned.
    case ready
    case failed(PostgreSQLError)
}
