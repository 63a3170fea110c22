import SymbologyWire

/// The raw epoll server: the same frames as Symbology's, copied instead of looked up.
struct Limit: Peer {
    let name = "limit"
    let canSpin = true
    let executable: String
    let socketPath: String
    let port: Int

    func command(transport: Transport, spin: Bool) -> [String] {
        [executable] + (transport == .unix ? ["--unix", socketPath] : ["--tcp", String(port)])
            + (spin ? ["--spin"] : [])
    }

    func encode(_ indexes: ArraySlice<Int>, of keys: KeySet) -> (request: [UInt8], answerByteCount: Int) {
        encodeFrames(indexes, of: keys)
    }

    func symbolIds(in answer: [UInt8], count: Int) -> [UInt32]? { nil }
}

struct Symbology: Peer {
    let name = "symbology"
    let canSpin = true
    let executable: String
    /// A libpq string; the server reads its symbols from there.
    let database: String
    let socketPath: String
    let port: Int

    func command(transport: Transport, spin: Bool) -> [String] {
        let address = transport == .unix ? ["--unix", socketPath] : ["--tcp", "127.0.0.1:\(port)"]
        return [executable, "serve", "--database", database] + address + (spin ? ["--busy-poll"] : [])
    }

    func encode(_ indexes: ArraySlice<Int>, of keys: KeySet) -> (request: [UInt8], answerByteCount: Int) {
        encodeFrames(indexes, of: keys)
    }

    func symbolIds(in answer: [UInt8], count: Int) -> [UInt32]? {
        answer.withUnsafeBytes { bytes in
            (0..<count).map { index in
                let view = SymbolResolutionView(bytes.baseAddress! + index * answerByteCount)
                return view.status == .ok ? view.symbolId : 0
            }
        }
    }
}

/// The same server, asked for pairs: another index, and a key of two parts.
struct SymbologyPairs: Peer {
    let name = "symbology, pairs"
    let canSpin = true
    let server: Symbology

    /// It is `server`'s process.
    func command(transport: Transport, spin: Bool) -> [String] { [] }

    func encode(_ indexes: ArraySlice<Int>, of keys: KeySet) -> (request: [UInt8], answerByteCount: Int) {
        encodeFrames(indexes, of: keys) { base, requestId, entry in
            ResolvePairView.write(
                to: base, requestId: requestId, exchangeId: entry.exchangeId, baseAsset: Array(entry.base.utf8),
                quoteAsset: Array(entry.quote.utf8))
        }
    }

    func symbolIds(in answer: [UInt8], count: Int) -> [UInt32]? { server.symbolIds(in: answer, count: count) }
}

/// The same server, asked for unified names.
struct SymbologyNames: Peer {
    let name = "symbology, names"
    let canSpin = true
    let server: Symbology

    /// It is `server`'s process.
    func command(transport: Transport, spin: Bool) -> [String] { [] }

    func encode(_ indexes: ArraySlice<Int>, of keys: KeySet) -> (request: [UInt8], answerByteCount: Int) {
        encodeFrames(indexes, of: keys) { base, requestId, entry in
            ResolveUnifiedView.write(
                to: base, requestId: requestId, exchangeId: entry.exchangeId, unifiedName: Array(entry.name.utf8))
        }
    }

    func symbolIds(in answer: [UInt8], count: Int) -> [UInt32]? { server.symbolIds(in: answer, count: count) }
}

/// The same server, asked by the codes of exchanges.
struct SymbologyCodes: Peer {
    let name = "symbology, codes"
    let canSpin = true
    let server: Symbology

    /// It is `server`'s process.
    func command(transport: Transport, spin: Bool) -> [String] { [] }

    func encode(_ indexes: ArraySlice<Int>, of keys: KeySet) -> (request: [UInt8], answerByteCount: Int) {
        encodeFrames(indexes, of: keys, frameByteCount: WireLayout.ResolveByCode.frameByteCount) {
            base, requestId, entry in
            ResolveByCodeView.write(
                to: base, requestId: requestId, code: Array(entry.code.utf8), symbolText: Array(entry.symbol.utf8))
        }
    }

    func symbolIds(in answer: [UInt8], count: Int) -> [UInt32]? { server.symbolIds(in: answer, count: count) }
}

private let answerByteCount = WireLayout.SymbolResolution.frameByteCount

private func encodeFrames(_ indexes: ArraySlice<Int>, of keys: KeySet) -> (request: [UInt8], answerByteCount: Int) {
    encodeFrames(indexes, of: keys) { base, requestId, entry in
        ResolveSymbolView.write(
            to: base, requestId: requestId, exchangeId: entry.exchangeId, symbolText: Array(entry.symbol.utf8))
    }
}

private func encodeFrames(
    _ indexes: ArraySlice<Int>, of keys: KeySet, frameByteCount: Int = WireLimits.requestByteCount,
    write: (UnsafeMutableRawPointer, UInt32, KeySet.Entry) -> Void
) -> (request: [UInt8], answerByteCount: Int) {
    var request = [UInt8](repeating: 0, count: indexes.count * frameByteCount)
    request.withUnsafeMutableBytes { bytes in
        for (position, index) in indexes.enumerated() {
            write(bytes.baseAddress! + position * frameByteCount, UInt32(position), keys.entries[index])
        }
    }
    return (request, indexes.count * answerByteCount)
}
