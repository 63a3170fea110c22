import Glibc
import ReferenceData

/// One answer an engine got, or did not get: what goes through the pipe from its process to the checker.
struct Observation: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case answer
        /// No answer: an error of the client's.
        case failure
        /// No answer either: whoever was asked says that it has nothing loaded.
        case notLoaded
    }

    /// Of the server's life and of the state that answered.
    var epoch: UInt64 = 0
    var generation: UInt64 = 0
    /// CLOCK_MONOTONIC, which all processes share: when it was asked, and when answered or given up.
    var askedNanoseconds: UInt64 = 0
    var answeredNanoseconds: UInt64 = 0
    var key = SoakKey(exchange: 0, name: 0, form: .pair)
    /// Which engine asked; all threads of all processes are counted through.
    var engine: UInt16 = 0
    /// Which of the engine's connections answered, on each of which generations only grow; 0 where the client connects
    /// again by itself and does not say when.
    var connection: UInt32 = 0
    var symbolId: UInt32 = 0
    var exchangeId: UInt16 = 0
    var status: UInt8 = 0
    var flags: UInt8 = 0
    var precisionPrice: UInt8 = 0
    var precisionBase: UInt8 = 0
    var precisionQuote: UInt8 = 0
    var kind = Kind.answer
    /// Whether whoever answered claims to know of every change: a server does, a replica while it is live.
    var isLive = true

    static var byteCount: Int { MemoryLayout<Observation>.stride }

    mutating func take(_ answer: SymbolResolution, epoch: UInt64) {
        self.epoch = epoch
        generation = answer.generation
        status = answer.status.rawValue
        flags = answer.flags.rawValue
        symbolId = answer.symbolId
        exchangeId = answer.exchangeId
        precisionPrice = answer.precisionPrice
        precisionBase = answer.precisionBase
        precisionQuote = answer.precisionQuote
        if answer.status == .notLoaded { kind = .notLoaded }
    }

    /// - Returns: false when nobody reads any more: the soak has ended.
    func write(to descriptor: Int32) -> Bool {
        var copy = self
        // Shorter than PIPE_BUF, so whole or not at all, whichever thread writes.
        return Glibc.write(descriptor, &copy, Self.byteCount) == Self.byteCount
    }
}

extension Observation: CustomStringConvertible {
    var description: String {
        "engine \(engine) asked for \(key) and heard \(kind): id \(symbolId) on exchange \(exchangeId), "
            + "status \(status), flags \(flags), precisions (price, base, quote) \(precisionPrice), \(precisionBase), "
            + "\(precisionQuote), connection \(connection), generation \(generation) of epoch \(epoch), "
            + "\(isLive ? "live" : "not live"), asked at \(askedNanoseconds), answered at \(answeredNanoseconds)"
    }
}
