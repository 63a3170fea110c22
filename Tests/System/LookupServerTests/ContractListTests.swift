import ReferenceData
import Scenarios
import SymbologyWire
import TestSupport
import Testing

@testable import LookupServer

/// Chains and pairs in pages, by the resolver and over sockets.
@Suite(.serialized) struct ContractListTests {
    private struct Page {
        var records: [UInt32]
        var status: ResolutionStatus?
        var hasMore: Bool
        var resumeAfterId: UInt32
    }

    private func page(_ frames: [Frame]) throws -> Page {
        let last = try #require(frames.last)
        let ids = frames.dropLast().map { frame in
            frame.read(SymbolRecordView.self) { view in
                #expect(view.fault() == nil)
                return view.symbolId
            }
        }
        return last.read(EndOfListView.self) {
            #expect($0.count == UInt32(ids.count))
            return Page(records: ids, status: $0.status, hasMore: $0.moreFollow, resumeAfterId: $0.resumeAfterId)
        }
    }

    private func page(_ request: [UInt8], _ limits: ServerLimits = ServerLimits()) throws -> Page {
        var bench = ResolverBench(limits: limits)
        return try page(bench.answer(request, from: ContractFixture.snapshot))
    }

    /// All of a list, and how many pages it took.
    private func pages(
        _ limits: ServerLimits = ServerLimits(), _ request: (_ after: UInt32) -> [UInt8]
    ) throws -> (ids: [UInt32], count: Int) {
        var ids: [UInt32] = []
        var after: UInt32 = 0
        for count in 1...10_000 {
            let page = try page(request(after), limits)
            #expect(page.status == .ok)
            ids += page.records
            if !page.hasMore { return (ids, count) }
            after = page.resumeAfterId
        }
        return (ids, .max)
    }

    private static let chain = ContractFixture.chain.sorted { left, right in
        if left.expiresAt != right.expiresAt { return left.expiresAt < right.expiresAt }
        if left.strike != right.strike {
            return left.strike.mantissa.digits(left) < right.strike.mantissa.digits(right)
        }
        return left.optionType == .call
    }.map(\.id)

    private func chain(
        after: UInt32 = 0, kinds: InstrumentKinds = [], from: Int64? = nil, to: Int64? = nil, activeOnly: Bool = false,
        limit: UInt32 = 0
    ) -> [UInt8] {
        Request.listContracts(
            3, exchangeId: ContractFixture.options, "BTC", "USD", kinds: kinds, expiresFrom: from, expiresTo: to,
            activeOnly: activeOnly, after: after, limit: limit, generation: 1)
    }

    @Test func aChainOfSevenHundredOptionsComesInPages() throws {
        let test = try TestServer(snapshot: ContractFixture.snapshot)
        let client = try RawClient(test.tcp)
        var ids: [UInt32] = []
        var after: UInt32 = 0
        var counts: [Int] = []
        while true {
            try client.send(chain(after: after, limit: 128))
            var frames: [Frame] = []
            while frames.last?.template != .endOfList { frames += try client.frames(1) }
            let page = try page(frames)
            ids += page.records
            counts.append(page.records.count)
            if !page.hasMore { break }
            after = page.resumeAfterId
        }
        #expect(ids == Self.chain && counts == [128, 128, 128, 128, 128, 60])
    }

    @Test(arguments: [1, 7, 64, 1_024], [1, 9, 16_384])
    func pagesOfAnySizeGiveTheWhole(pageMax: Int, examinedMax: Int) throws {
        var limits = ServerLimits()
        limits.listPageMax = pageMax
        limits.examinedCountMax = examinedMax
        let whole = try pages(limits) { chain(after: $0) }
        #expect(whole.ids == Self.chain)
        #expect(whole.count >= Self.chain.count / min(pageMax, examinedMax))
        #expect(try pages(limits) { chain(after: $0, kinds: [.spot, .perpetual]) }.ids == [])
        let found = try pages(limits) { Request.findPair(4, "BTC", "USDT", after: $0, generation: 1) }
        #expect(found.ids == [1, ContractFixture.linear, ContractFixture.inverse, 6, 7, 8])
        let live = try pages(limits) {
            Request.findPair(4, "BTC", "USDT", kinds: [.spot, .future], activeOnly: true, after: $0)
        }
        #expect(live.ids == [1, 7, 8])
    }

    @Test func aChainIsCutByTimeAndKind() throws {
        let day: Int64 = 86_400_000_000
        let first = ContractFixture.time("2026-03-27T08:00:00Z").microsecondsSince1970
        func ids(_ from: Int64?, _ to: Int64?) throws -> [UInt32] { try page(chain(from: from, to: to)).records }
        #expect(try ids(first, first + day) == Array(Self.chain[..<100]), "half-open")
        #expect(try ids(first + 1, first + day + 1) == Array(Self.chain[100..<200]))
        #expect(try ids(nil, first) == [])
        #expect(try ids(first + 6 * day, nil) == Array(Self.chain[600...]))
        #expect(try ids(first + day, first) == [])
        // Every exchange, every kind but spot; what never expires is out where times are asked for.
        #expect(try page(Request.listContracts(3, "BTC", "USDT")).records == [2, 3, 6, 7, 8])
        #expect(try page(Request.listContracts(3, "BTC", "USDT", kinds: .spot)).records == [1])
        #expect(try page(Request.listContracts(3, "BTC", "USDT", expiresTo: .max)).records == [6, 7, 8])
        #expect(try page(Request.listContracts(3, "BTC", "USDT", activeOnly: true)).records == [2, 3, 7, 8])
    }

    @Test func listsSayWhyTheyCannotBegin() throws {
        let gone = try page(chain(after: 99))
        #expect(gone.status == .generationGone && gone.records.isEmpty)
        #expect(try page(Request.findPair(3, "BTC", "USDT", after: 99)).status == .generationGone)
        #expect(try page(Request.findPair(3, "BTC", "USDT", generation: 2)).status == .generationGone)
        #expect(try page(Request.listContracts(3, exchangeId: 9, "BTC", "USD")).status == .unknownExchange)
        #expect(try page(Request.listContracts(3, "BTC", "USD", generation: 2)).status == .generationGone)
        #expect(try page(Request.listContracts(3, "NO", "NE")).status == .ok)
        var bench = ResolverBench()
        #expect(try page(bench.answer(chain(), from: .empty(epoch: 1))).status == .notLoaded)
    }

    @Test(.scenario(.wrongFrames)) func badFieldsAreRejectedAndTheConnectionLives() throws {
        let (find, contracts) = (Request.findPair(4, "BTC", "USDT"), chain())
        var bench = ResolverBench()
        for (request, place, value, reason): ([UInt8], Int, UInt8, RejectReason) in [
            (find, WireLayout.FindPair.kinds, 0x20, .valueOutOfRange),
            (find, WireLayout.FindPair.activeOnly, 2, .valueOutOfRange),
            (find, WireLayout.FindPair.padding1.lowerBound, 1, .paddingNotZero),
            (find, WireLayout.FindPair.padding2.lowerBound, 1, .paddingNotZero),
            (find, WireLayout.FindPair.baseAsset.lowerBound, 0, .textNotPadded),
            (contracts, WireLayout.ListContracts.kinds, 0x80, .valueOutOfRange),
            (contracts, WireLayout.ListContracts.quoteAsset.lowerBound, 0xFF, .textNotUTF8),
            (contracts, WireLayout.ListContracts.padding1.upperBound - 1, 1, .paddingNotZero),
        ] {
            var bad = request
            bad[place] = value
            let frames = bench.answer(bad + Request.ping(5, token: 2), from: ContractFixture.snapshot)
            #expect(frames.count == 2 && frames[0].rejectReason == reason && frames[1].template == .pong)
        }
        // Shorter than their fields they cannot be read, whatever follows.
        for request in [find, contracts] {
            var short = request
            short[0] = 56
            #expect(bench.answer(short + request, from: ContractFixture.snapshot).isEmpty)
            #expect(bench.invalid == .blockTooShort)
        }
    }

    /// One venue lists a thousand contracts of a pair and counts once.
    @Test func aPairIsOnAsManyVenuesAsListIt() throws {
        func ids(_ venueCountMin: UInt16) throws -> [UInt32] {
            try pages { Request.listPairs(3, venueCountMin: venueCountMin, after: $0, generation: 1) }.ids
        }
        #expect(try ids(2) == [1, 2, 3, 6, 7, 8])
        #expect(try ids(3) == [])
        #expect(try ids(1) == [9] + Self.chain + [1, 2, 3, 6, 7, 8, 4, 5])
    }

    /// A list that finds nothing costs what it looks at, and looks at so much and no more.
    @Test(.scenario(.flooder)) func whatIsPassedOverIsPaidFor() throws {
        var limits = ServerLimits()
        limits.examinedCountMax = 640
        var resolver = Resolver(limits: limits)
        var answers = AnswerBuffer(capacity: limits.answerByteCountMax)
        defer { answers.deallocate() }
        resolver.workLeft = 1_000
        chain(kinds: .future).withUnsafeBytes {
            _ = resolver.answer($0, from: ContractFixture.snapshot, requestCountMax: .max, into: &answers)
        }
        #expect(resolver.workLeft == 1_000 - 1 - 640 / 64)
        let page = try page(chain(kinds: .future), limits)
        #expect(page.records.isEmpty && page.hasMore && page.resumeAfterId == Self.chain[639])
    }
}

extension Int64 {
    /// A positive number without its trailing zeros taken off.
    fileprivate func digits(_ record: SymbolRecord) -> Int64 {
        (0..<record.strike.exponent).reduce(self) { value, _ in value * 10 }
    }
}
