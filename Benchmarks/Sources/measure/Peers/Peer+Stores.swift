/// What the stores of strings hold per key: as many bytes as Symbology's answer, the symbol id first.
private func value(of entry: KeySet.Entry) -> String {
    let id = String(entry.symbolId)
    return String(repeating: "0", count: 32 - id.count) + id
}

/// Sends a command for each key, a hundred at a time, and takes the answer to each.
private func fillInBatches(
    _ connection: Connection, _ keys: KeySet, answer: String, command: (KeySet.Entry) -> String
) throws {
    for start in stride(from: 0, to: keys.entries.count, by: 100) {
        let entries = keys.entries[start..<min(start + 100, keys.entries.count)]
        let commands = entries.map(command).joined()
        let answers = try connection.exchange(
            Array(commands.utf8), answerByteCount: answer.utf8.count * entries.count)
        guard answers == Array(String(repeating: answer, count: entries.count).utf8) else {
            throw BenchmarkError("a key was not stored")
        }
    }
}

private func id(of text: ArraySlice<UInt8>) -> UInt32? {
    UInt32(String(decoding: text, as: UTF8.self))
}

struct Redis: Peer {
    let name = "redis"
    let canSpin = false
    let socketPath: String
    let port: Int

    func command(transport: Transport, spin: Bool) -> [String] {
        [
            "redis-server", "--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--port", String(port),
            "--unixsocket", socketPath, "--unixsocketperm", "700",
        ]
    }

    private func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

    func fill(_ connection: Connection, keys: KeySet) throws {
        try fillInBatches(connection, keys, answer: "+OK\r\n") { entry in
            "*3\r\n" + bulk("SET") + bulk(entry.flat) + bulk(value(of: entry))
        }
    }

    func encode(_ indexes: ArraySlice<Int>, of keys: KeySet) -> (request: [UInt8], answerByteCount: Int) {
        let command =
            "*\(indexes.count + 1)\r\n" + bulk("MGET") + indexes.map { bulk(keys.entries[$0].flat) }.joined()
        return (Array(command.utf8), "*\(indexes.count)\r\n".utf8.count + indexes.count * (5 + 32 + 2))
    }

    func symbolIds(in answer: [UInt8], count: Int) -> [UInt32]? {
        let start = "*\(count)\r\n".utf8.count
        return (0..<count).compactMap { id(of: answer[(start + $0 * 39 + 5)..<(start + $0 * 39 + 37)]) }
    }
}

struct Memcached: Peer {
    let name = "memcached"
    let canSpin = false
    let socketPath: String
    let port: Int

    func command(transport: Transport, spin: Bool) -> [String] {
        let address = transport == .unix ? ["-s", socketPath] : ["-l", "127.0.0.1", "-p", String(port)]
        return ["memcached", "-u", "root", "-t", "1", "-m", "1024", "-U", "0", "-R", "1024"] + address
    }

    func fill(_ connection: Connection, keys: KeySet) throws {
        try fillInBatches(connection, keys, answer: "STORED\r\n") { entry in
            "set \(entry.flat) 0 0 32\r\n\(value(of: entry))\r\n"
        }
    }

    func encode(_ indexes: ArraySlice<Int>, of keys: KeySet) -> (request: [UInt8], answerByteCount: Int) {
        let flats = indexes.map { keys.entries[$0].flat }
        let command = "get " + flats.joined(separator: " ") + "\r\n"
        let lines = flats.map { "VALUE \($0) 0 32\r\n".utf8.count + 32 + 2 }
        return (Array(command.utf8), lines.reduce("END\r\n".utf8.count, +))
    }

    func symbolIds(in answer: [UInt8], count: Int) -> [UInt32]? {
        let lines = answer.split(separator: UInt8(ascii: "\n"))
        return stride(from: 1, to: lines.count, by: 2).compactMap { id(of: lines[$0].dropLast()) }
    }
}
