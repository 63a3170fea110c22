import ReferenceData
import SymbologyWire
import Testing

@testable import LookupServer

/// The list of refused rows, page by page, and what a status frame says of the source.
@Suite struct RefusedTests {
    private static let longReason = String(repeating: "ж", count: 80)

    /// Symbol 3 was good before and is refused now; 4 never was good; a symbol and an exchange have ids that no frame
    /// of theirs could hold.
    private static let snapshot: Snapshot = {
        let symbols = (1...3).map { id in
            SymbolRecord(
                id: UInt32(id), exchangeId: 1, isActive: id != 3, symbolString: SymbolText("C\(id)-USDT")!,
                baseAsset: AssetText("C\(id)")!, quoteAsset: AssetText("USDT")!)
        }
        let content = ReferenceContent(exchanges: [Fixture.exchange(1, "ALPHA_SPOT")], symbols: symbols)
        let good = Snapshot.build(content, epoch: 1, generation: 4, databaseSnapshot: "")
        var delta = ReferenceDelta()
        delta.refused = [
            RefusedRow(
                table: .symbol, id: 3, reason: "tick_size is NaN",
                symbolKey: SymbolKey(exchangeId: 1, symbol: "C3-USDT"),
                pairKey: PairKey(exchangeId: 1, base: "C3", quote: "USDT"), exchangeId: 1),
            RefusedRow(table: .symbol, id: 4, reason: Self.longReason, exchangeId: 1),
            RefusedRow(table: .symbol, id: 1 << 40, reason: "id 1099511627776 is too large"),
            RefusedRow(table: .exchange, id: -9, reason: "id -9 is not above zero"),
        ]
        return good.applying(delta, generation: 5, databaseSnapshot: "").snapshot
    }()

    private func request(
        afterKind: ReferenceKind = .everything, afterId: Int64 = 0, limit: UInt32 = 0, generation: UInt64 = 0
    ) -> [UInt8] {
        var frame = [UInt8](repeating: 0xFF, count: WireLimits.requestByteCount)
        frame.withUnsafeMutableBytes {
            ListRefusedView.write(
                to: $0.baseAddress!, requestId: 9, afterKind: afterKind, countMax: limit,
                expectedGeneration: generation,
                afterId: afterId)
        }
        return frame
    }

    private struct Row: Equatable {
        var kind: ReferenceKind?
        var id: Int64
        var exchangeId: UInt16
        var symbol = ""
        var base = ""
        var quote = ""
        var reason: String
        var flags: RefusedFlags = []
    }

    private static let rows = [
        Row(kind: .exchange, id: -9, exchangeId: 0, reason: "id -9 is not above zero"),
        Row(
            kind: .symbol, id: 3, exchangeId: 1, symbol: "C3-USDT", base: "C3", quote: "USDT",
            reason: "tick_size is NaN", flags: .lastGoodServed),
        Row(
            kind: .symbol, id: 4, exchangeId: 1, reason: String(longReason.prefix(62)),
            flags: .reasonCut),
        Row(kind: .symbol, id: 1 << 40, exchangeId: 0, reason: "id 1099511627776 is too large"),
    ]

    private func row(_ frame: Frame) -> Row {
        frame.read(RefusedRecordView.self) {
            #expect($0.fault() == nil && $0.requestId == 9 && $0.generation == 5)
            let text = { (bytes: UnsafeRawBufferPointer) in String(decoding: bytes, as: UTF8.self) }
            return Row(
                kind: $0.kind, id: $0.id, exchangeId: $0.exchangeId, symbol: text($0.symbolText),
                base: text($0.baseAsset), quote: text($0.quoteAsset), reason: text($0.reason), flags: $0.flags)
        }
    }

    @Test(arguments: [1, 2, 3, 100])
    func rowsComePageByPage(pageMax: Int) throws {
        var limits = ServerLimits()
        limits.listPageMax = pageMax
        var bench = ResolverBench(limits: limits)
        var read: [Row] = []
        for _ in 0..<10 {
            let last = read.last
            let frames = bench.answer(
                request(afterKind: last?.kind ?? .everything, afterId: last?.id ?? 0, generation: 5),
                from: Self.snapshot)
            read += frames.dropLast().map(row)
            let hasMore = try #require(frames.last).read(EndOfListView.self) {
                #expect($0.status == .ok && $0.generation == 5 && $0.count == UInt32(frames.count - 1))
                return $0.moreFollow
            }
            #expect(hasMore ? frames.count - 1 == pageMax : frames.count - 1 <= pageMax)
            if !hasMore { break }
        }
        #expect(read == Self.rows)
    }

    @Test func aPageBeginsAfterARowThatIsThereOrNot() throws {
        var bench = ResolverBench()
        for (kind, id, expected) in [
            (ReferenceKind.exchange, Int64.min, 4), (ReferenceKind.exchange, -9, 3),
            (ReferenceKind.exchange, .max, 3),
            (ReferenceKind.symbol, 3, 2), (ReferenceKind.symbol, 5, 1), (ReferenceKind.symbol, .max, 0),
        ] {
            let frames = bench.answer(request(afterKind: kind, afterId: id), from: Self.snapshot)
            #expect(frames.count - 1 == expected, "\(kind) \(id)")
        }
        #expect(bench.answer(request(limit: 2), from: Self.snapshot).count == 3)
    }

    @Test func theListSaysWhyItCannotBegin() throws {
        var bench = ResolverBench()
        for (snapshot, generation, status) in [
            (Self.snapshot, UInt64(4), ResolutionStatus.generationGone),
            (Snapshot.empty(epoch: 1), 0, ResolutionStatus.notLoaded),
        ] {
            let frames = bench.answer(request(generation: generation), from: snapshot)
            #expect(frames.count == 1 && frames[0].read(EndOfListView.self) { $0.status } == status)
        }
    }

    @Test func statusSaysWhatTheDatabaseSaid() {
        var answers = AnswerBuffer(capacity: WireLayout.ServerStatus.frameByteCount)
        defer { answers.deallocate() }
        func read<Value>(_ source: SourceState, _ body: (ServerStatusView) -> Value) -> Value {
            answers.reset()
            answers.append(
                ServerSituation(
                    snapshot: .empty(epoch: 1), source: source, sourceFlags: [], pushedSequence: 0,
                    statistics: ServerStatistics(), latencyNanoseconds: nil, startNanoseconds: 0,
                    nowNanoseconds: 10_000_000_000),
                requestId: 1)
            return body(ServerStatusView(answers.bytes.baseAddress!))
        }
        var source = SourceState()
        read(source) {
            #expect($0.vanishingSymbolCount == nil && $0.heldBackMilliseconds == nil && $0.changingIdCount == nil)
            #expect($0.neededMegabyteCount == nil)
            #expect($0.notificationQueuePercent == nil && $0.databaseSampleMilliseconds == nil)
            #expect($0.oldestWriterMilliseconds == nil && $0.oldestWriterProcessId == nil)
            #expect($0.sourceFault == nil && $0.sourceFaultMilliseconds == nil && $0.overdueMilliseconds == nil)
            #expect($0.imageFault == nil && $0.imageFaultMilliseconds == nil)
        }
        source.heldBack = HeldBackLoad(
            vanishingSymbolCount: 90, vanishingExchangeCount: 2, changingIdCount: 7, neededByteCount: 2_999_000_001,
            sinceNanoseconds: 3_000_000_000)
        source.health = DatabaseHealth(
            notificationQueuePercent: 0, oldestWriter: DatabaseHealth.Writer(processId: nil, ageMilliseconds: 5),
            sampledNanoseconds: 9_500_000_000)
        read(source) {
            #expect($0.vanishingSymbolCount == 90 && $0.vanishingExchangeCount == 2 && $0.changingIdCount == 7)
            #expect($0.neededMegabyteCount == 3_000)
            #expect($0.heldBackMilliseconds == 7_000 && $0.databaseSampleMilliseconds == 500)
            #expect($0.notificationQueuePercent == 0 && $0.oldestWriterMilliseconds == 5)
            // A prepared transaction has no process.
            #expect($0.oldestWriterProcessId == nil)
        }
        source.sourceFault = LastingFault(.locked, sinceNanoseconds: 4_000_000_000)
        source.imageFault = LastingFault(.diskFull, sinceNanoseconds: 0)
        source.overdueSinceNanoseconds = 9_000_000_000
        read(source) {
            #expect($0.sourceFault == .locked && $0.sourceFaultMilliseconds == 6_000 && $0.overdueMilliseconds == 1_000)
            #expect($0.imageFault == .diskFull && $0.imageFaultMilliseconds == 10_000)
        }
        source.health?.oldestWriter?.processId = 42
        read(source) { #expect($0.oldestWriterProcessId == 42) }
    }
}
