import LookupServer
import ReferenceData
import SymbologyClient
import Synchronization
import TestSupport
import Testing

/// Unified names and the contracts of a pair: server, client and replica say what the snapshot says.
@Suite struct ContractTests {
    private let snapshot = Contracts.snapshot()
    private var resolver: SnapshotResolver { SnapshotResolver(snapshot) }

    private func overBoth(pageMax: Int = 1_024, _ body: (LookupClient) throws -> Void) throws {
        let fixture = try ServerFixture(snapshot) {
            $0.limits.listPageMax = pageMax
            $0.limits.examinedCountMax = pageMax * 2
        }
        for address in [fixture.unix, fixture.tcp] {
            try body(try LookupClient(address, options: ServerFixture.options()))
        }
    }

    @Test func namesAreFoundAndTheRestIsSaid() throws {
        let answers = Contracts.names.map { resolver.resolve(exchange: "DELTA_OPTIONS", unifiedName: $0).status }
        #expect(Set(answers).isSuperset(of: [.ok, .ambiguous, .unknownSymbol, .malformed]))
        try overBoth { client throws in
            for exchange in ["ALPHA_SPOT", "BETA_FUTURES", "DELTA_OPTIONS", "NOWHERE"] {
                let expected = Contracts.names.map { resolver.resolve(exchange: exchange, unifiedName: $0) }
                for (name, expected) in zip(Contracts.names, expected) {
                    let answer = try client.resolve(exchange: exchange, unifiedName: name)
                    #expect(answer == expected, "\(exchange) \(name)")
                }
                #expect(try client.resolve(exchange: exchange, unifiedNames: Contracts.names) == expected)
            }
        }
    }

    @Test func aPairIsAskedAsAPair() throws {
        try overBoth { client throws in
            #expect(try client.resolve(exchange: "ALPHA_SPOT", unifiedName: "BTC/USDT").symbolId == 1)
            #expect(try client.resolve(exchange: "BETA_FUTURES", unifiedName: "BTC/USDT").symbolId == 3)
            #expect(try client.resolve(exchange: "BETA_FUTURES", unifiedName: "ETH/USDT").status == .ambiguous)
            #expect(try client.resolve(exchange: "DELTA_OPTIONS", unifiedName: "BTC/USDT").status == .unknownSymbol)
            // A base that holds a slash: a name of its own.
            #expect(try client.resolve(exchange: "ALPHA_SPOT", unifiedName: "A/B/USDT").symbolId == 2)
        }
    }

    @Test func preparedNamesOneByOneAndInBatches() throws {
        let keys = [UInt16(1), 2, 3, 99].flatMap { id in
            Contracts.names.compactMap { NameKey(exchangeId: id, name: $0) }
        }
        let expected = keys.map { snapshot.resolve($0) }
        #expect(Set(expected.map(\.status)).isSuperset(of: [.ok, .ambiguous, .unknownSymbol, .unknownExchange]))
        try overBoth { client throws in
            #expect(try keys.map { try client.resolve($0) } == expected)
            #expect(try client.resolve(keys) == expected)
        }
        try inReplica { reader in
            #expect(keys.map { reader.resolve($0) } == expected)
            var answers = [SymbolResolution](repeating: SymbolResolution(status: .ok, generation: 0), count: keys.count)
            var span = answers.mutableSpan
            #expect(reader.resolve(keys.span, into: &span) == snapshot.generation)
            #expect(answers == expected)
        }
    }

    private func inReplica(_ body: (ReplicaReader) throws -> Void) throws {
        let fixture = try ServerFixture(snapshot)
        let replica = try Replica(
            fixture.unix, options: ReplicaOptions(environment: "test"),
            wallClock: { Contracts.start.microsecondsSince1970 }, onStateChange: nil)
        defer { replica.stop() }
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        try body(replica.reader())
    }

    private struct Question {
        var exchange: String?
        var base = "BTC"
        var kinds: InstrumentKinds = []
        var from = Timestamp.absent
        var to = Timestamp.absent
        var activeOnly = false
        var after: UInt32 = 0
        var limit = Int.max
    }

    private let questions = [
        Question(), Question(exchange: "DELTA_OPTIONS"),
        Question(exchange: "BETA_FUTURES", kinds: [.future, .perpetual]),
        Question(kinds: .spot), Question(base: "A/B"), Question(base: "A/B", kinds: .spot),
        Question(exchange: "DELTA_OPTIONS", from: Contracts.time(days: 3), to: Contracts.time(days: 4)),
        Question(from: Contracts.time(days: 2, hours: 8)), Question(to: Contracts.time(days: 2, hours: 8)),
        Question(kinds: .option, activeOnly: true, after: 1_007, limit: 150), Question(after: 3, limit: 1),
        Question(exchange: "ALPHA_SPOT", after: 1_007), Question(after: 77), Question(exchange: "NOWHERE"),
        Question(base: "NONE"), Question(base: ""), Question(base: String(repeating: "x", count: 26)),
        Question(limit: 0), Question(kinds: .known, limit: 3),
    ]

    @Test(arguments: [1, 9, 1_024])
    func listsSayWhatTheSnapshotSays(pageMax: Int) throws {
        // Judged later, so that some are inactive.
        let judged = Contracts.snapshot(at: Contracts.time(days: 2, hours: 8))
        let resolver = SnapshotResolver(judged)
        let fixture = try ServerFixture(judged) {
            $0.limits.listPageMax = pageMax
            $0.limits.examinedCountMax = pageMax * 2
        }
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        for question in questions {
            let chain = try client.contracts(
                exchange: question.exchange, base: question.base, quote: "USDT", kinds: question.kinds,
                expiresFrom: question.from, expiresTo: question.to, activeOnly: question.activeOnly,
                afterSymbolId: question.after, limit: question.limit)
            expect(
                chain,
                resolver.contracts(
                    exchange: question.exchange, base: question.base, quote: "USDT", kinds: question.kinds,
                    expiresFrom: question.from, expiresTo: question.to, activeOnly: question.activeOnly,
                    afterSymbolId: question.after, limit: question.limit), question)
            let found = try client.find(
                base: question.base, quote: "USDT", kinds: question.kinds, activeOnly: question.activeOnly,
                afterSymbolId: question.after, limit: question.limit)
            expect(
                found,
                resolver.find(
                    base: question.base, quote: "USDT", kinds: question.kinds, activeOnly: question.activeOnly,
                    afterSymbolId: question.after, limit: question.limit), question)
        }
    }

    private func expect(_ page: SymbolPage, _ expected: SymbolPage, _ question: Question) {
        #expect(page.status == expected.status && page.rows == expected.rows, "\(question)")
        // A page that was cut by what the server looks at may promise more than there is.
        #expect(page.hasMore || !expected.hasMore, "\(question)")
    }

    @Test func aChainOfSevenHundredComesInPages() throws {
        try overBoth(pageMax: 64) { client throws in
            let chain = try client.contracts(exchange: "DELTA_OPTIONS", base: "BTC", quote: "USDT", kinds: .option)
            #expect(chain.rows.count == 700 && chain.status == .ok && !chain.hasMore)
            var (rows, after) = ([Symbol](), UInt32(0))
            while rows.count < 700 {
                let page = try client.contracts(
                    exchange: "DELTA_OPTIONS", base: "BTC", quote: "USDT", afterSymbolId: after, limit: 111)
                rows += page.rows
                guard let last = page.rows.last else { break }
                after = last.id
                #expect(page.hasMore == (rows.count < 700))
            }
            #expect(rows == chain.rows)
        }
    }

    @Test func aListThatAChangeOvertakesBeginsAgain() throws {
        let fixture = try ServerFixture(snapshot) { $0.limits.listPageMax = 50 }
        let proxy = try FrameProxy(to: fixture.unix)
        let client = try LookupClient(proxy.address, options: ServerFixture.options())
        let change = Mutex<Snapshot?>(nil)
        proxy.judge { template, _ in
            guard template == .endOfList else { return .pass }
            change.withLock { last in
                // At the end of the first page, and the server is there before that end reaches the client.
                guard last == nil else { return }
                last = fixture.publish(ReferenceDelta(deletedSymbolIds: [1_000]))
                let watcher = try? LookupClient(fixture.unix, options: ServerFixture.options())
                while let generation = try? watcher?.status().generation, generation != last?.generation {}
            }
            return .pass
        }
        let chain = try client.contracts(exchange: "DELTA_OPTIONS", base: "BTC", quote: "USDT")
        let last = try #require(change.withLock { $0 })
        #expect(
            chain == SnapshotResolver(last).contracts(exchange: "DELTA_OPTIONS", base: "BTC", quote: "USDT"))
        #expect(chain.rows.count == 699)
    }

    @Test func aReplicaSaysItInTheProcess() throws {
        try inReplica { reader throws in
            for exchange in ["ALPHA_SPOT", "BETA_FUTURES", "DELTA_OPTIONS", "NOWHERE"] {
                for name in Contracts.names {
                    #expect(
                        reader.resolve(exchange: exchange, unifiedName: name)
                            == resolver.resolve(exchange: exchange, unifiedName: name))
                }
            }
            let chain = reader.contracts(exchange: "DELTA_OPTIONS", base: "BTC", quote: "USDT", kinds: .option)
            #expect(chain.rows.count == 700)
            #expect(
                chain == resolver.contracts(exchange: "DELTA_OPTIONS", base: "BTC", quote: "USDT", kinds: .option))
            #expect(reader.find(base: "BTC", quote: "USDT") == resolver.find(base: "BTC", quote: "USDT"))
        }
    }

    @Test func recordsCarryEveryColumn() throws {
        var odd = Contracts.symbol(11, exchangeId: 2, .perpetual, base: "ODD", settle: "ODD", payoff: .inverse)
        odd.isTiered = true
        odd.isInferred = true
        odd.isLastGood = true
        odd.listedAt = Contracts.time(days: -3)
        odd.delistsAt = Contracts.time(days: 3)
        odd.precisionQuote = 28
        let content = ReferenceContent(exchanges: Contracts.exchanges, symbols: Contracts.others + [odd])
        let snapshot = Snapshot.build(
            content, epoch: 7, generation: 3, databaseSnapshot: "", at: Contracts.start)
        let fixture = try ServerFixture(snapshot)
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        for record in content.symbols {
            let lookup = try client.symbol(id: record.id)
            #expect(lookup == SnapshotResolver(snapshot).symbol(id: record.id))
            let flags = try #require(lookup.row?.flags)
            // 0.25 has two digits; nobody gave them.
            #expect(lookup.row?.precisionPrice == 2 && flags.contains(.derived))
            #expect(flags.contains(.tiered) == (record.id == 11) && flags.contains(.lastGood) == (record.id == 11))
            #expect(lookup.row?.isInferred == (record.id == 11))
        }
        // The exchange has no default.
        #expect(try client.symbol(id: 3).row?.precisionBase == SymbolRecord.unknownPrecision)
        #expect(
            try client.resolve(exchange: "BETA_FUTURES", symbol: "S3").precisionBase == SymbolRecord.unknownPrecision)
    }

    /// A server that leads round in a ring, or out of order, is found out.
    @Test func aListOutOfOrderIsAViolation() throws {
        let server = ScriptedServer { peer in
            guard let hello = peer.receive() else { return }
            peer.send(Reply.welcome(Reply.requestId(hello)))
            while let request = peer.receive() {
                let id = Reply.requestId(request)
                peer.send(Reply.symbolRecord(id, id: 9) + Reply.symbolRecord(id, id: 4))
            }
        }
        let client = try LookupClient(server.address, options: Hostile.options())
        let error = #expect(throws: ClientError.self) { try client.find(base: "A", quote: "B") }
        guard case .protocolViolation? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
