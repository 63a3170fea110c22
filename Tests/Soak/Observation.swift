import Glibc

/// One answer an engine got, or did not get: what goes through the pipe from its process to the checker.
struct Observation: BitwiseCopyable {
    enum Kind: UInt8 {
        case answer = 0
        /// No answer: an error of the client's.
        case failure = 1
    }

    /// Of the server's life and of the state that answered.
    var epoch: UInt64 = 0
    var generation: UInt64 = 0
    /// CLOCK_MONOTONIC, which all processes share: when it was asked, and when answered or given up.
    var askedNanoseconds: UInt64 = 0
    var answeredNanoseconds: UInt64 = 0
    var key = SoakKey(exchange: 0, name: 0, form: 0)
    var symbolId: UInt32 = 0
    var status: UInt8 = 0
    var precisionPrice: UInt8 = 0
    var precisionBase: UInt8 = 0
    var kind: UInt8 = Kind.answer.rawValue

    static var byteCount: Int { MemoryLayout<Observation>.stride }

    func write(to descriptor: Int32) -> Bool {
        var copy = self
        // Shorter than PIPE_BUF, so whole or not at all, whichever thread writes.
        return Glibc.write(descriptor, &copy, Self.byteCount) == Self.byteCount
    }
}

/// A name that may or may not be listed: exchange 0 to 2 of the seed, the number of the name, and which of its two
/// spellings (a rename moves a symbol from one to the other).
struct SoakKey: Hashable, BitwiseCopyable {
    var exchange: UInt16
    var name: UInt16
    var form: UInt16

    static let exchangeCodes = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"]
    static let formCount: UInt16 = 2

    var exchangeCode: String { Self.exchangeCodes[Int(exchange)] }
    var base: String { "S\(name)" }
    var symbolString: String { form == 0 ? "S\(name)_USDT" : "S\(name)-USDT" }

    /// The key of a row, nil for a row that the soak did not make.
    init?(exchange: Int, symbolString: String) {
        guard symbolString.first == "S", let cut = symbolString.lastIndex(where: { $0 == "_" || $0 == "-" }),
            let name = UInt16(symbolString[symbolString.index(after: symbolString.startIndex)..<cut])
        else { return nil }
        self.init(exchange: UInt16(exchange), name: name, form: symbolString[cut] == "_" ? 0 : 1)
    }

    init(exchange: UInt16, name: UInt16, form: UInt16) {
        (self.exchange, self.name, self.form) = (exchange, name, form)
    }

    static func random(nameCount: UInt16, using generator: inout some RandomNumberGenerator) -> SoakKey {
        SoakKey(
            exchange: .random(in: 0..<UInt16(exchangeCodes.count), using: &generator),
            name: .random(in: 0..<nameCount, using: &generator), form: .random(in: 0..<formCount, using: &generator))
    }
}

/// Nanoseconds of CLOCK_MONOTONIC.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
