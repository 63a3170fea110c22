import LookupServer
import ReferenceData
import Scenarios
import SymbologyWire
import TestSupport
import Testing

/// Unified names, pairs and chains over real sockets: what an engine asks of derivatives.
@Suite(.serialized) struct ContractTests {
    private typealias Answer = (status: ResolutionStatus?, symbolId: UInt32)

    /// What each request is answered, in one go.
    private func answers(_ requests: [[UInt8]], from test: TestServer) throws -> [Answer] {
        let client = try RawClient(test.tcp)
        try client.send(requests.flatMap(\.self))
        return try client.frames(requests.count).map { ($0.resolution.status, $0.resolution.symbolId) }
    }

    private func name(_ exchangeId: UInt16, _ name: String) -> [UInt8] { Request.resolveUnified(1, exchangeId, name) }

    private func expect(
        _ questions: [(request: [UInt8], status: ResolutionStatus, symbolId: UInt32)], from test: TestServer
    ) throws {
        let answers = try answers(questions.map(\.request), from: test)
        for (question, answer) in zip(questions, answers) {
            #expect(answer == (question.status, question.symbolId), "\(question.request)")
        }
    }

    @Test func anEngineFindsAnOptionByItsUnifiedName() throws {
        let test = try TestServer(snapshot: ContractFixture.snapshot)
        let option = ContractFixture.chain[123]
        let client = try RawClient(test.unix)
        try client.send(name(ContractFixture.options, try #require(option.unifiedName)))
        try client.frames(1)[0].read(SymbolResolutionView.self) {
            #expect($0.fault() == nil && $0.status == .ok && $0.symbolId == option.id)
            // Of the tick's 0.05 two digits; nobody says how many a quantity has.
            #expect($0.flags == [.active, .exchangeActive, .derived, .tiered])
            #expect($0.pricePrecision == 2 && $0.basePrecision == nil && $0.quotePrecision == nil)
        }
        try client.send(Request.getSymbol(2, option.id))
        try client.frames(1)[0].read(SymbolRecordView.self) {
            #expect($0.fault() == nil && $0.status == .ok && $0.kind == .option && $0.payoff == .inverse)
            #expect($0.optionType == option.optionType && $0.expiresAt == option.expiresAt.microsecondsSince1970)
            #expect($0.strike == WireDecimal(mantissa: option.strike.mantissa, exponent: option.strike.exponent))
            #expect($0.contractSize == WireDecimal(mantissa: 1, exponent: -2) && $0.derivedDigits == .pricePrecision)
            #expect($0.settleAsset.elementsEqual("BTC".utf8) && $0.listedAt == nil && $0.delistsAt == nil)
        }
    }

    @Test func namesPairsAndStringsAnswerWhatTheyMean() throws {
        let test = try TestServer(snapshot: ContractFixture.snapshot)
        let (spot, futures, options) = (ContractFixture.spot, ContractFixture.futures, ContractFixture.options)
        try expect(
            [
                (name(spot, "BTC/USDT"), .ok, 1), (Request.resolvePair(1, spot, "BTC", "USDT"), .ok, 1),
                // A pair on an exchange of futures is its perpetual, the linear one first.
                (name(futures, "BTC/USDT"), .ok, ContractFixture.linear),
                (Request.resolvePair(1, futures, "BTC", "USDT"), .ok, ContractFixture.linear),
                (name(futures, "BTC/USDT:USDT"), .ok, ContractFixture.linear),
                (name(futures, "BTC/USDT:BTC"), .ok, ContractFixture.inverse),
                (name(spot, "BTC/USDT:USDT"), .unknownSymbol, 0),
                // Options have no pair.
                (name(options, "BTC/USD"), .unknownSymbol, 0),
                (Request.resolvePair(1, options, "BTC", "USD"), .unknownSymbol, 0),
                // Two perpetuals, neither linear and settled in the quote asset.
                (name(futures, "ETH/USD"), .ambiguous, 0),
                (Request.resolvePair(1, futures, "ETH", "USD"), .ambiguous, 0),
                (name(futures, "ETH/USD:ETH"), .ok, 4),
                // Two futures of one day.
                (name(futures, "BTC/USDT:USDT-300101"), .ambiguous, 0),
                (Request.resolveSymbol(1, futures, "BTC_AM"), .ok, ContractFixture.morning),
                (name(futures, "BTC/USDT:USDT-260102"), .inactive, ContractFixture.expired),
                (Request.resolveSymbol(1, futures, "BTC_OLD"), .inactive, ContractFixture.expired),
                // Names are matched, not parsed.
                (name(futures, "btc/usdt:usdt"), .unknownSymbol, 0), (name(futures, "BTC/USDT:"), .unknownSymbol, 0),
                (name(spot, "A:B/USDT"), .ok, 9), (name(spot, "BTC"), .unknownSymbol, 0),
                (name(spot, "BTC/USDT/X"), .unknownSymbol, 0), (name(spot, "/"), .unknownSymbol, 0),
                (name(spot, "BTC/"), .unknownSymbol, 0), (name(spot, "/USDT"), .unknownSymbol, 0),
                (name(spot, String(repeating: "A", count: 26) + "/USDT"), .unknownSymbol, 0),
                (name(spot, String(repeating: "/", count: 50)), .unknownSymbol, 0),
                (name(ContractFixture.unknown, "BTC/USDT"), .unknownExchange, 0),
                (name(ContractFixture.unknown, "BTC/USDT:USDT"), .unknownExchange, 0),
                (name(0, "BTC/USDT:USDT"), .unknownExchange, 0),
            ], from: test)
        let counters = test.server.statistics.counters
        #expect(counters.ambiguousCount == 3 && counters.unknownExchangeCount == 3)
        #expect(counters.lookupCount == counters.hitCount + counters.inactiveCount + counters.missCount)
    }

    /// The top bit of the exchange id sets names apart in the table of symbols, and nobody else may use it.
    @Test(.scenario(.wrongFrames)) func anExchangeIdOutOfRangeIsUnknown() throws {
        let test = try TestServer(snapshot: ContractFixture.snapshot)
        let futures = ContractFixture.futures | 0x8000
        try expect(
            [
                (Request.resolveSymbol(1, futures, "BTC/USDT:USDT"), .unknownExchange, 0),
                (name(futures, "BTC/USDT:USDT"), .unknownExchange, 0), (name(futures, "BTC/USDT"), .unknownExchange, 0),
                (Request.resolvePair(1, futures, "BTC", "USDT"), .unknownExchange, 0),
                (name(.max, "BTC/USDT:USDT"), .unknownExchange, 0),
                (Request.resolveSymbol(1, ContractFixture.futures, "BTC/USDT:USDT"), .unknownSymbol, 0),
            ], from: test)
    }

    /// As strings are: see `badFieldsAreRejectedAndTheConnectionLives`.
    @Test(.scenario(.wrongFrames)) func namesThatAreNoneAreRejected() throws {
        let test = try TestServer(snapshot: ContractFixture.snapshot)
        let good = name(ContractFixture.futures, "BTC/USDT:USDT")
        var bad: [([UInt8], RejectReason)] = []
        for (change, reason): ((inout [UInt8]) -> Void, RejectReason) in [
            ({ $0.replaceSubrange(14..<64, with: [UInt8](repeating: 0, count: 50)) }, .textEmpty),
            ({ $0[16] = 0 }, .textNotPadded), ({ $0[63] = 1 }, .textNotPadded), ({ $0[14] = 0 }, .textNotPadded),
            ({ $0[15] = 0xFF }, .textNotUTF8), ({ $0[63] = 0xC3 }, .textNotPadded),
        ] {
            var request = good
            change(&request)
            bad.append((request, reason))
        }
        let client = try RawClient(test.unix)
        try client.send(bad.flatMap { good + $0.0 })
        for (_, reason) in bad {
            let frames = try client.frames(2)
            #expect(frames[0].resolution.symbolId == ContractFixture.linear)
            #expect(frames[1].rejectReason == reason)
        }
        #expect(test.server.statistics.counters.rejectedCount == UInt64(bad.count))
    }

    /// More than are looked up at once, with other requests among them, cut anywhere.
    @Test(.scenario(.splitFrames)) func runsOfNamesAreAnsweredInOrder() throws {
        let test = try TestServer(snapshot: ContractFixture.snapshot)
        let client = try RawClient(test.tcp)
        var requests: [[UInt8]] = []
        var wanted: [UInt32] = []
        for (number, option) in ContractFixture.chain.enumerated() {
            let id = UInt32(number)
            switch number % 9 {
            case 7: requests.append(Request.resolvePair(id, ContractFixture.futures, "BTC", "USDT"))
            case 8: requests.append(Request.resolveUnified(id, ContractFixture.futures, "BTC/USDT"))
            default:
                requests.append(Request.resolveUnified(id, ContractFixture.options, try #require(option.unifiedName)))
            }
            wanted.append(number % 9 > 6 ? ContractFixture.linear : option.id)
        }
        let bytes = requests.flatMap(\.self)
        var offset = 0
        while offset < bytes.count {
            let end = min(offset + 1_499, bytes.count)
            try client.send(Array(bytes[offset..<end]))
            offset = end
        }
        let frames = try client.frames(requests.count)
        #expect(frames.map(\.requestId) == requests.indices.map { UInt32($0) })
        #expect(frames.map(\.resolution.symbolId) == wanted)
    }

    /// Counted, and told by the status.
    @Test func ambiguousAnswersAreCounted() throws {
        let test = try TestServer(snapshot: ContractFixture.snapshot)
        let client = try RawClient(test.unix)
        let ambiguous = name(ContractFixture.futures, "ETH/USD") + name(ContractFixture.futures, "BTC/USDT:USDT-300101")
        try client.send(ambiguous + Request.getStatus(7))
        try client.frames(3)[2].read(ServerStatusView.self) {
            #expect($0.ambiguousCount == 2 && $0.missCount == 2 && $0.lookupCount == 2 && $0.hitCount == 0)
        }
    }

    /// The name of two is that of the other one when the first has expired; the change is pushed.
    @Test func anExpiryIsPushedAndAnswered() throws {
        let test = try TestServer(snapshot: ContractFixture.snapshot)
        let client = try RawClient(test.unix)
        try client.send(Request.subscribe(1, records: true))
        _ = try client.frames(1)
        let judged = ContractFixture.snapshot.judged(at: ContractFixture.due)
        let next = judged.snapshot.applying(ReferenceDelta(), generation: 2, databaseSnapshot: "100:200:").snapshot
        try test.publish(SnapshotUpdate(snapshot: next, changes: judged.changes, state: SourceState(isLoaded: true)))
        // The options expired with it.
        #expect(judged.changes.count == 1 + ContractFixture.chainCount)
        var isTold = false
        for _ in judged.changes {
            let id = try #require(try client.nextSkippingHeartbeats()).read(ChangeView.self) {
                #expect($0.kind == .symbol && $0.action == .modify && $0.generation == 2)
                return $0.id
            }
            try #require(try client.next()).read(SymbolRecordView.self) {
                #expect($0.status == .inactive && $0.symbolId == id && !$0.flags.contains(.active))
            }
            isTold = isTold || id == ContractFixture.morning
        }
        #expect(isTold)
        try expect(
            [
                (name(ContractFixture.futures, "BTC/USDT:USDT-300101"), .ok, ContractFixture.evening),
                (Request.resolveSymbol(1, ContractFixture.futures, "BTC_AM"), .inactive, ContractFixture.morning),
            ], from: test)
    }
}
