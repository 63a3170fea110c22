import Glibc
import SymbologyClient
import Synchronization

/// An engine as the end-to-end test starts eight of: it looks up by a replica all the time, compares every answer with
/// the first one of the same generation, and prints those first ones for the test to compare with the tables.
///
///     EngineProcess SOCKET STOP_FILE EXCHANGE_IDS FIRST_ID ID_COUNT NAME_COUNT
///
/// Prints `state NAME` at each change of state, `generation EPOCH GENERATION STATE ANSWER…` once a generation, and
/// `end LOOKUPS DIFFERENT STATE GENERATION` when the generation that the stop file names is there and live.
@main
struct EngineProcess {
    let replica: Replica
    let reader: ReplicaReader
    let stopPath: String
    let ids: [UInt32]
    let symbolKeys: [SymbolKey]
    let pairKeys: [PairKey]

    var symbolAnswers: [SymbolResolution]
    var pairAnswers: [SymbolResolution]
    var records: [Answer] = []
    /// The first answers of the generation that was seen last.
    var first: (symbols: [SymbolResolution], pairs: [SymbolResolution], records: [Answer]) = ([], [], [])
    var firstMoment: Moment?
    var lookupCount = 0
    var differentCount = 0

    struct Moment: Equatable {
        let epoch: UInt64
        let generation: UInt64
    }

    /// What a lookup by id gave.
    struct Answer: Equatable {
        let status: ResolutionStatus
        let flags: ResolutionFlags
        let record: SymbolRecord
    }

    static func main() {
        do {
            var engine = try EngineProcess(Array(CommandLine.arguments.dropFirst()))
            try engine.replica.waitUntilLive(timeoutMilliseconds: 30_000)
            engine.run()
        } catch {
            say("EngineProcess: \(error)", to: STDERR_FILENO)
            exit(1)
        }
    }

    struct BadArguments: Error {}

    init(_ arguments: [String]) throws {
        guard arguments.count == 6, let firstId = UInt32(arguments[3]), let idCount = UInt32(arguments[4]),
            let nameCount = Int(arguments[5])
        else { throw BadArguments() }
        let exchangeIds = arguments[2].split(separator: ",").compactMap { UInt16($0) }
        stopPath = arguments[1]
        ids = Array(firstId..<firstId + idCount)
        let names = (0..<nameCount).map { "W\($0)" }
        symbolKeys = exchangeIds.flatMap { id in
            names.compactMap { SymbolKey(exchangeId: id, symbol: "\($0)_USDT") }
        }
        pairKeys = exchangeIds.flatMap { id in names.compactMap { PairKey(exchangeId: id, base: $0, quote: "USDT") } }
        let none = SymbolResolution(status: .notLoaded, generation: 0)
        symbolAnswers = Array(repeating: none, count: symbolKeys.count)
        pairAnswers = Array(repeating: none, count: pairKeys.count)
        replica = try Replica(
            .unix(path: arguments[0]), options: ReplicaOptions(environment: nil, clientName: "engine"),
            onStateChange: { Self.say("state \($0.state)") })
        reader = replica.reader()
    }

    /// Lines of several threads, each whole.
    private static let isWriting = Mutex(())

    static func say(_ line: String, to descriptor: Int32 = STDOUT_FILENO) {
        isWriting.withLock { _ in
            var rest = Array((line + "\n").utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    mutating func run() {
        var turn = 0
        while true {
            lookUp()
            turn += 1
            if turn % 64 == 0, let generation = lastGeneration(), reader.state == .live,
                reader.generation >= generation
            {
                lookUp()
                Self.say("end \(lookupCount) \(differentCount) \(reader.state) \(reader.generation)")
                return
            }
            // Eight of these and a database share the machine: a breath after each turn, not a wait for anything.
            usleep(300)
        }
    }

    /// One turn: every key and every id, twice by keys, and all of one generation or not counted as one.
    private mutating func lookUp() {
        let (reader, symbolKeys, pairKeys) = (reader, symbolKeys, pairKeys)
        let before = Moment(epoch: reader.epoch, generation: reader.generation)
        var symbols = symbolAnswers.mutableSpan
        reader.resolve(symbolKeys.span, into: &symbols)
        var pairs = pairAnswers.mutableSpan
        reader.resolve(pairKeys.span, into: &pairs)
        records = ids.map { id in
            let found = reader.symbolRecord(id: id)
            return Answer(status: found.status, flags: found.flags, record: found.record)
        }
        let single = symbolKeys.map { reader.resolve($0) }
        let state = reader.state
        let moment = Moment(epoch: reader.epoch, generation: reader.generation)
        lookupCount += symbolKeys.count * 2 + pairKeys.count + ids.count
        // A newer generation came in between: the next turn has it whole.
        guard moment == before else { return }
        if single != symbolAnswers { differentCount += 1 }
        if moment == firstMoment {
            if symbolAnswers != first.symbols || pairAnswers != first.pairs || records != first.records {
                differentCount += 1
            }
            return
        }
        if let firstMoment, firstMoment.epoch == moment.epoch, firstMoment.generation > moment.generation {
            differentCount += 1
        }
        firstMoment = moment
        first = (symbolAnswers, pairAnswers, records)
        tell(moment, state)
    }

    private func tell(_ moment: Moment, _ state: ReplicaState) {
        var line = "generation \(moment.epoch) \(moment.generation) \(state)"
        for answer in symbolAnswers + pairAnswers {
            line += " \(answer.status.name),\(answer.flags.rawValue),\(answer.symbolId),\(answer.generation)"
            line += ",\(answer.precisionPrice),\(answer.precisionBase),\(answer.precisionQuote)"
        }
        for answer in records {
            let record = answer.record
            line += " \(answer.status.name),\(answer.flags.rawValue),\(record.id),\(record.exchangeId)"
            line += ",\(record.symbolString),\(record.baseAsset),\(record.quoteAsset),\(record.tickSize)"
        }
        Self.say(line)
    }

    /// Nil until the test has written it.
    private func lastGeneration() -> UInt64? {
        let file = open(stopPath, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(file, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return UInt64(String(decoding: bytes[..<count].prefix { $0 != 10 }, as: UTF8.self))
    }
}
