// Whoever has an event loop has addresses.
@_exported import enum Platform.SocketAddress

extension SocketAddress {
    /// Whether only this host can reach it. Names are resolved, so this may ask the resolver, which may say something
    /// else the next time: ask it of what `numeric` gave.
    public func isLocal() throws(EventLoopError) -> Bool {
        try resolved().isLocal
    }

    /// The same address without a name that has to be resolved; this asks the resolver.
    public func numeric() throws(EventLoopError) -> SocketAddress {
        guard case .tcp = self else { return self }
        return try resolved().numeric ?? self
    }
}
