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
                return view.status == 0 ? view.symbolId : 0
            }
        }
    }
}

private let answerByteCount = WireLayout.SymbolResolution.frameByteCount

private func encodeFrames(_ indexes: ArraySlice<Int>, of keys: KeySet) -> (request: [UInt8], answerByteCount: Int) {
    let frameByteCount = WireLayout.ResolveSymbol.frameByteCount
    var request = [UInt8](repeating: 0, count: indexes.count * frameByteCount)
    request.withUnsafeMutableBytes { bytes in
        for (position, index) in indexes.enumerated() {
            let entry = keys.entries[index]
            ResolveSymbolView.write(
                to: bytes.baseAddress! + position * frameByteCount, requestId: UInt32(position),
                exchangeId: entry.exchangeId, symbol: Array(entry.symbol.utf8))
        }
    }
    return (request, indexes.count * answerByteCount)
}
