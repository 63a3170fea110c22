import Glibc

/// Many connections to one server.
struct Crowd {
    private var connections: [Connection] = []
    private let symbology = Symbology(executable: "", database: "", socketPath: "", port: 0)

    var count: Int { connections.count }

    /// A server takes new connections as fast as it can; a queue that is full for a moment is no failure.
    mutating func grow(to countMax: Int, _ server: SymbologyServer) throws {
        connections.reserveCapacity(countMax)
        var refusalCount = 0
        while connections.count < countMax {
            do {
                connections.append(try server.connect())
            } catch {
                refusalCount += 1
                guard refusalCount < 10_000 else { throw error }
                poll(nil, 0, 1)
            }
        }
    }

    /// Once the newest is answered, all before it have been accepted.
    func askLast(_ keys: KeySet) throws {
        guard let last = connections.last else { return }
        try ask(last, keys)
    }

    func askEach(_ keys: KeySet) throws {
        for connection in connections { try ask(connection, keys) }
    }

    private func ask(_ connection: Connection, _ keys: KeySet) throws {
        let encoded = symbology.encode([0], of: keys)
        let answer = try connection.exchange(encoded.request, answerByteCount: encoded.answerByteCount)
        guard symbology.symbolIds(in: answer, count: 1) == [keys.entries[0].symbolId] else {
            throw BenchmarkError("an idle connection got a wrong answer")
        }
    }
}
