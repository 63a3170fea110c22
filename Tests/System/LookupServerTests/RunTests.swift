import ReferenceData
import SymbologyWire
import TestSupport
import Testing

@testable import LookupServer

/// Lookups are answered in runs of requests with one header, in groups: where they begin and end changes no answer.
@Suite struct RunTests {
    /// Instruments of every kind, changes on top, an alias, a refused row, an inactive exchange.
    static let snapshot: Snapshot = {
        var content = Fixture.content(symbolCount: 300)
        content.symbols += ContractFixture.content.symbols.filter { $0.kind != .spot && $0.exchangeId == 2 }.map {
            var symbol = $0
            symbol.id += 100_000
            return symbol
        }
        content.aliases = [SymbolAlias(key: SymbolKey(exchangeId: 1, symbol: "OLD")!, symbolId: 6)]
        content.refused = [
            RefusedRow(
                table: .symbol, id: 90_000, reason: "",
                symbolKey: SymbolKey(exchangeId: 1, symbol: "REFUSED")!, exchangeId: 1)
        ]
        let changed = (UInt32(1)...20).map { number in
            var record = Fixture.symbol(number * 7, exchangeId: Fixture.exchangeId(ofSymbol: number * 7))
            record.precisionPrice = 11
            return record
        }
        return Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "1:1:")
            .applying(
                ReferenceDelta(symbols: changed, deletedSymbolIds: [5, 6 * 7 + 1]), generation: 2,
                databaseSnapshot: "1:2:"
            ).snapshot
    }()

    /// A lookup, and what the snapshot says when it is asked for it alone; nil for what is to be rejected.
    private static func lookup(
        _ requestId: UInt32, _ kind: Int, _ generator: inout SeededGenerator
    ) -> (request: [UInt8], answer: SymbolResolution?) {
        let number = Int.random(in: 1...320, using: &generator)
        let isStrange = generator.chance(20)
        let exchangeId =
            isStrange
            ? UInt16([0, 1, 2, 3, 9, 0x7FFF, 0x8002].randomElement(using: &generator)!)
            : Fixture.exchangeId(ofSymbol: UInt32(number))
        let request: [UInt8]
        switch kind {
        case 0:
            let strange = ["OLD", "REFUSED", "ETHUSD_A", String(repeating: "X", count: 50), ""]
            let symbol = isStrange ? strange.randomElement(using: &generator)! : "C\(number)_USDT"
            request = Request.resolveSymbol(requestId, exchangeId, symbol)
        case 1:
            let strange = [("ETH", "USD"), ("BTC", "USDT"), ("", "USDT"), ("C1", ""), ("\u{1}", "é")]
            let (base, quote) = isStrange ? strange.randomElement(using: &generator)! : ("C\(number)", "USDT")
            request = Request.resolvePair(requestId, exchangeId, base, quote)
        default:
            let strange = [
                "ETH/USD:ETH", "BTC/USDT:USDT-300101", "/", "A/", "/B", "", "A/B/C", "C1_USDT",
                String(repeating: "X", count: 26) + "/USDT", String(repeating: "X", count: 50),
            ]
            let ofPerpetual = exchangeId == 2 && generator.chance(50) ? ":USDT" : ""
            let name = isStrange ? strange.randomElement(using: &generator)! : "C\(number)/USDT\(ofPerpetual)"
            request = Request.resolveUnified(requestId, exchangeId, name)
        }
        let answer = request.withUnsafeBytes { frame -> SymbolResolution? in
            let key = frame.baseAddress! + WireLimits.keyBytes.lowerBound
            let template: Template = [.resolveSymbol, .resolvePair, .resolveUnified][kind]
            let answer =
                switch kind {
                case 0: snapshot.resolveSymbol(frameBytes: key)
                case 1: snapshot.resolvePair(frameBytes: key)
                default: snapshot.resolveUnified(frameBytes: key)
                }
            return answer.status.isFound || FrameValidation.fault(of: template, at: frame.baseAddress!) == nil
                ? answer : nil
        }
        return (request, answer)
    }

    @Test func aRunAnswersWhatEachRequestAloneIsAnswered() {
        var generator = SeededGenerator()
        var statuses: Set<ResolutionStatus> = []
        var rejectedCount = 0
        // Of one request to many groups; now and then the buffer is too small for the run.
        for round in 0..<200 {
            var bench = ResolverBench(capacity: round % 4 == 0 ? 2_048 : nil)
            bench.resolver.extraFlags = round % 3 == 0 ? .fromFile : []
            var requests: [UInt8] = []
            var answers: [SymbolResolution?] = []
            while answers.count < 150 {
                let kind = Int.random(in: 0...2, using: &generator)
                // Longer frames of a newer schema make runs of their own.
                let extraByteCount = generator.chance(20) ? 8 : 0
                for _ in 0..<[1, 2, 15, 16, 17, 31, 32, 33, 64, 65].randomElement(using: &generator)! {
                    var (request, answer) = Self.lookup(UInt32(answers.count), kind, &generator)
                    request[0] += UInt8(extraByteCount)
                    requests += request + [UInt8](repeating: 0xFF, count: extraByteCount)
                    answers.append(answer)
                }
            }
            let frames = bench.answer(requests, from: Self.snapshot)
            guard frames.count == answers.count else {
                Issue.record("\(frames.count) answers to \(answers.count) requests; \(generator)")
                return
            }
            for (index, (frame, answer)) in zip(frames, answers).enumerated() {
                guard let answer else {
                    rejectedCount += 1
                    #expect(frame.template == .rejected && Int(frame.requestId) == index, "\(index); \(generator)")
                    continue
                }
                statuses.insert(answer.status)
                var wanted = [UInt8](repeating: 0, count: WireLayout.SymbolResolution.frameByteCount)
                wanted.withUnsafeMutableBytes {
                    SymbolResolutionView.write(
                        to: $0.baseAddress!, requestId: UInt32(index), status: answer.status,
                        flags: answer.flags.union(bench.resolver.extraFlags), exchangeId: answer.exchangeId,
                        symbolId: answer.symbolId, pricePrecision: answer.precisionPrice,
                        basePrecision: answer.precisionBase, quotePrecision: answer.precisionQuote,
                        generation: answer.generation)
                }
                if frame.bytes != wanted { Issue.record("request \(index): \(answer), \(frame.bytes); \(generator)") }
            }
            let counters = bench.resolver.counters
            let hitCount = answers.count { $0?.status == .ok }
            #expect(Int(counters.lookupCount + counters.rejectedCount) == frames.count)
            #expect(Int(counters.hitCount) == hitCount)
        }
        let all: Set<ResolutionStatus> = [.ok, .inactive, .unknownSymbol, .unknownExchange, .refused, .ambiguous]
        #expect(statuses == all && rejectedCount > 0, "\(statuses); \(generator)")
    }
}
