import Glibc

/// PostgreSQL itself, asked by the extended protocol with a prepared statement, pipelined to the depth of the batch.
///
/// Spoken by hand because the one client loop needs bytes prepared beforehand; libpq would measure libpq.
struct PostgreSQLPeer: Peer {
    let name = "postgresql"
    let canSpin = false
    let user: String
    let database: String

    /// It runs already; its backend is pinned and frozen like the others once the session stands.
    func command(transport: Transport, spin: Bool) -> [String] { [] }

    func greet(_ connection: Connection) throws -> pid_t? {
        var startup = Message()
        startup.append(Int32(196_608))
        for text in ["user", user, "database", database, ""] { startup.append(text) }
        let answer = try connection.exchange(startup.framed(tag: nil), until: isReady)
        guard answer.first == UInt8(ascii: "R") else {
            throw BenchmarkError("PostgreSQL refused the session: \(String(decoding: answer, as: UTF8.self))")
        }
        var parse = Message()
        parse.append("lookup")
        parse.append("SELECT id FROM symbols WHERE exchange_id = $1 AND symbol_string = $2")
        parse.append(Int16(0))
        _ = try connection.exchange(
            parse.framed(tag: "P") + Message().framed(tag: "S"),
            answerByteCount: parseCompleteByteCount + readyByteCount)
        return try backendProcessId(in: answer)
    }

    /// What BackendKeyData says: the process that answers this connection, and nobody else's.
    private func backendProcessId(in greeting: [UInt8]) throws -> pid_t {
        var position = 0
        while position + 9 <= greeting.count {
            func number(at offset: Int) -> Int {
                greeting[position + offset..<position + offset + 4].reduce(0) { $0 << 8 | Int($1) }
            }
            if greeting[position] == UInt8(ascii: "K") { return pid_t(number(at: 5)) }
            position += 1 + number(at: 1)
        }
        throw BenchmarkError("PostgreSQL did not say which process serves the session")
    }

    func encode(_ indexes: ArraySlice<Int>, of keys: KeySet) -> (request: [UInt8], answerByteCount: Int) {
        var request: [UInt8] = []
        for index in indexes {
            let entry = keys.entries[index]
            var bind = Message()
            bind.append("")
            bind.append("lookup")
            // One format for all parameters, binary, and two of them.
            for number in [Int16(1), 1, 2] { bind.append(number) }
            bind.append(Int32(2))
            bind.append(Int16(bitPattern: entry.exchangeId))
            bind.append(Int32(entry.symbol.utf8.count))
            bind.bytes += Array(entry.symbol.utf8)
            for number in [Int16(1), 1] { bind.append(number) }  // One format for all results: binary.
            var execute = Message()
            execute.append("")
            execute.append(Int32(0))
            request += bind.framed(tag: "B") + execute.framed(tag: "E")
        }
        request += Message().framed(tag: "S")
        return (request, indexes.count * lookupByteCount + readyByteCount)
    }

    func symbolIds(in answer: [UInt8], count: Int) -> [UInt32]? {
        (0..<count).map { index in
            let start = index * lookupByteCount + bindCompleteByteCount + 11
            return answer[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    private let parseCompleteByteCount = 5
    private let bindCompleteByteCount = 5
    private let readyByteCount = 6
    /// BindComplete, a row of one int4, CommandComplete with "SELECT 1".
    private var lookupByteCount: Int { bindCompleteByteCount + 15 + 14 }

    private func isReady(_ answer: [UInt8]) -> Bool {
        answer.first == UInt8(ascii: "E") || answer.suffix(6).starts(with: [UInt8(ascii: "Z"), 0, 0, 0, 5])
    }
}

/// A message of PostgreSQL's protocol: big-endian integers, NUL-terminated strings, a length that counts itself.
private struct Message {
    var bytes: [UInt8] = []

    mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.bigEndian) { bytes += Array($0) }
    }

    mutating func append(_ text: String) { bytes += Array(text.utf8) + [0] }

    func framed(tag: Character?) -> [UInt8] {
        let length = withUnsafeBytes(of: Int32(bytes.count + 4).bigEndian) { Array($0) }
        return (tag.map { [$0.asciiValue!] } ?? []) + length + bytes
    }
}
