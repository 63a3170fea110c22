import EventLoop

extension Configuration {
    /// Where a client of this configuration connects: the nearest of flag, environment and file decides, so that a
    /// `--tcp` beats a `SYMBOLOGY_UNIX`; then `SYMBOLOGY_ADDRESS`; then the default socket.
    func clientAddress() throws(CommandFailure) -> SocketAddress {
        let given = try listed().sorted { $0.origin.rank < $1.origin.rank }
        if let nearest = given.first { return nearest.address }
        return try address() ?? DefaultAddress.forClient()
    }

    /// Where a server of this configuration binds sockets: what is named, and only that; else both defaults. What it
    /// has inherited is bound already, and stands in for the defaults.
    func listenAddresses(inheriting sockets: [InheritedSocket] = []) throws(CommandFailure) -> [SocketAddress] {
        guard sockets.isEmpty else {
            let inherited = Set(sockets.map(\.address))
            return try listed().map(\.address).filter { !inherited.contains($0) }
        }
        let given = try listed()
        if let nearest = given.map({ $0.origin.rank }).min() {
            return given.filter { $0.origin.rank == nearest }.map(\.address)
        }
        if let address = try address() { return [address] }
        return [try DefaultAddress.forServer(), DefaultAddress.tcp]
    }

    private func listed() throws(CommandFailure) -> [(address: SocketAddress, origin: SettingOrigin)] {
        var addresses: [(SocketAddress, SettingOrigin)] = []
        if let path = value(.unix) {
            guard !path.isEmpty, path.utf8.count <= SocketAddress.unixPathByteCountMax else {
                throw invalid(
                    .unix,
                    expected: "a path of 1 to \(SocketAddress.unixPathByteCountMax) bytes, the most a socket may have")
            }
            addresses.append((.unix(path: path), origin(.unix)))
        }
        if let text = value(.tcp) {
            guard let address = SocketAddress(text), case .tcp = address else {
                throw invalid(.tcp, expected: "HOST:PORT, for example 127.0.0.1:7001")
            }
            addresses.append((address, origin(.tcp)))
        }
        return addresses
    }

    private func address() throws(CommandFailure) -> SocketAddress? {
        guard let text = value(.address) else { return nil }
        guard let address = SocketAddress(text) else {
            throw invalid(.address, expected: "the path of a socket or HOST:PORT")
        }
        return address
    }
}
