import LookupServer
import ReferenceData
import Scenarios
import SymbologyClient
import SymbologyWire
import Synchronization
import TestSupport
import Testing

/// What a client sees when the tables change under it.
@Suite struct ChangeTests {
    private func nextChange(_ client: LookupClient) throws -> ReferencePush? {
        while let push = try client.nextPush(timeoutMilliseconds: patienceMilliseconds) {
            if case .change(let change) = push { return change }
            if case .missed(let missed) = push { Issue.record("\(missed)") }
        }
        return nil
    }

    @Test func changesArriveWithTheirRecordsAndAreServedThen() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        for address in [fixture.unix, fixture.tcp] {
            let client = try LookupClient(address, options: ServerFixture.options())
            let subscription = try client.subscribe(withRecords: true)
            #expect(!subscription.isResumed && subscription.epoch == 7)
            let precision: UInt8 = address == fixture.unix ? 1 : 2

            let record = Tables.symbol(8, exchangeId: 1, precisionPrice: precision)
            fixture.publish(ReferenceDelta(symbols: [record]))
            let push = try #require(try nextChange(client))
            #expect(push.change == ReferenceChange(kind: .symbol, action: .modify, id: 8))
            #expect(push.sequence == subscription.sequence + 1 && push.generation > subscription.generation)
            #expect(push.isLastOfGeneration)
            guard case .symbol(let pushed, let flags)? = push.record else {
                Issue.record("no record")
                return
            }
            #expect(pushed == record && flags.contains([.active, .exchangeActive]))
            #expect(try client.resolve(record.symbolKey).precisionPrice == precision)

            fixture.publish(ReferenceDelta(deletedSymbolIds: [address == fixture.unix ? 9 : 10]))
            #expect(try #require(try nextChange(client)).change.action == .remove)

            var exchange = Tables.exchange(1, "ALPHA_SPOT")
            exchange.displayName = "Renamed \(precision)"
            fixture.publish(ReferenceDelta(exchanges: [exchange]))
            #expect(try #require(try nextChange(client)).record == .exchange(exchange))

            #expect(try client.status().subscriberCount == 1)
            try client.unsubscribe()
            #expect(try client.status().subscriberCount == 0)
        }
    }

    @Test func heartbeatsCome() throws {
        let fixture = try ServerFixture(Tables.snapshot()) {
            $0.limits.heartbeatMilliseconds = 50
            $0.limits.sweepMilliseconds = 20
        }
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        try client.subscribe()
        guard case .heartbeat(let heartbeat)? = try client.nextPush(timeoutMilliseconds: patienceMilliseconds) else {
            Issue.record("no heartbeat")
            return
        }
        #expect(heartbeat.epoch == 7 && heartbeat.generation == 3)
    }

    /// The code's id is remembered; it must not outlive what it was said of.
    @Test(.scenario(.changeRacesReply)) func aCodeThatMovedToAnotherExchangeIsFoundThere() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        #expect(try client.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT").exchangeId == 1)
        #expect(try client.resolve(exchange: "DELTA_SPOT", symbol: "C1_USDT").status == .unknownExchange)
        #expect(try client.resolve(exchange: "ALPHA_SPOT", symbols: ["C1_USDT"]).map(\.exchangeId) == [1])

        fixture.publish(
            ReferenceDelta(exchanges: [Tables.exchange(1, "OLD_ALPHA"), Tables.exchange(3, "ALPHA_SPOT")]))
        fixture.publish(ReferenceDelta(exchanges: [Tables.exchange(2, "DELTA_SPOT")]))
        try waitForGeneration(5, client)
        #expect(
            try client.resolve(exchange: "ALPHA_SPOT", symbols: ["C1_USDT", "C2_USDT"]).map(\.exchangeId) == [3, 3])
        #expect(try client.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT").exchangeId == 3)
        #expect(try client.exchange(code: "ALPHA_SPOT").row?.id == 3)
        #expect(try client.resolve(exchange: "DELTA_SPOT", symbol: "C1_USDT").exchangeId == 2)
        #expect(try client.resolve(exchange: "BETA_FUTURES", symbol: "C1_USDT").status == .unknownExchange)
    }

    /// An enum value beats a name, so a code can lead elsewhere although the exchange it led to keeps its name.
    @Test func aNameThatBecomesAnotherExchangesCodeLeadsThere() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        #expect(try client.exchange(code: "alpha_spot").row?.id == 1)
        #expect(try client.search("C1", mode: .prefix, exchange: "alpha_spot", limit: 5).rows.first?.exchangeId == 1)
        var other = Tables.exchange(2, "alpha_spot")
        other.name = "another name"
        let generation = fixture.publish(ReferenceDelta(exchanges: [other])).generation
        try waitForGeneration(generation, client)
        #expect(try client.exchange(code: "alpha_spot").row?.id == 2)
        #expect(try client.search("C1", mode: .prefix, exchange: "alpha_spot", limit: 5).rows.first?.exchangeId == 2)
        #expect(try client.search("C1", mode: .prefix, exchange: nil, limit: 0).rows.isEmpty)
    }

    /// A client behind a proxy that has a change published, and served, between two frames of an answer.
    private final class Interruption: Sendable {
        let proxy: FrameProxy
        private let framesSeen = Mutex(0)
        private let generation = Mutex<UInt64?>(nil)

        var frameCount: Int { framesSeen.withLock { $0 } }
        /// That of the change; nil as long as there was none.
        var publishedGeneration: UInt64? { generation.withLock { $0 } }

        init(_ fixture: ServerFixture, after frameCount: Int, of template: Template, _ delta: ReferenceDelta) throws {
            proxy = try FrameProxy(to: fixture.unix)
            proxy.judge { [weak self] found, _ in
                guard let self, found == template, seeFrame() == frameCount else { return .pass }
                let published = fixture.publish(delta).generation
                let isServed = try? TestSupport.Deadline().poll {
                    try LookupClient(fixture.unix, options: ServerFixture.options()).status().generation >= published
                }
                if isServed == true { generation.withLock { $0 = published } }
                return .pass
            }
        }

        private func seeFrame() -> Int {
            framesSeen.withLock { count in
                count += 1
                return count
            }
        }
    }

    @Test func aBatchShowsOneGenerationWhenTheTablesChangeInIt() throws {
        // The server has answered no more than a window of it when the change comes.
        let fixture = try ServerFixture(Tables.snapshot(symbolCount: 4_000)) { $0.limits.requestsInFlightMax = 64 }
        let change = ReferenceDelta(symbols: [Tables.symbol(4_002, exchangeId: 3, precisionPrice: 1)])
        let interruption = try Interruption(fixture, after: 100, of: .symbolResolution, change)
        let client = try LookupClient(interruption.proxy.address, options: ServerFixture.options())
        let keys = Tables.keys(symbolCount: 4_000)
        let answers = try client.resolve(keys)
        #expect(interruption.publishedGeneration == 4)
        #expect(Set(answers.map(\.generation)) == [3] && answers[3_998].precisionPrice == 5)
        let later = try client.resolve(keys)
        #expect(Set(later.map(\.generation)) == [4] && later[3_998].precisionPrice == 1)
    }

    @Test func aListShowsOneGenerationWhenTheTablesChangeInIt() throws {
        let fixture = try ServerFixture(Tables.snapshot(symbolCount: 4_000)) { $0.limits.listPageMax = 500 }
        let change = ReferenceDelta(
            symbols: [Tables.symbol(4_002, exchangeId: 3, precisionPrice: 1)], deletedSymbolIds: [8])
        // After the first page, which has the symbol that goes, and before the last, which has the one that changes.
        let interruption = try Interruption(fixture, after: 1, of: .endOfList, change)
        let client = try LookupClient(interruption.proxy.address, options: ServerFixture.options())
        let symbols = try client.symbols(exchange: nil, activeOnly: false).rows
        #expect(interruption.publishedGeneration == 4)
        #expect(symbols.count == 3_999 && !symbols.contains { $0.id == 8 })
        #expect(symbols.first { $0.id == 4_002 }?.precisionPrice == 1)
        #expect(interruption.frameCount == 1 + 1 + 8, "the first page, the end of the list, and the list again")
    }

    @Test(.scenario(.serverKilled)) func aNewServerIsFoundAgainAndSaysWhatWasMissed() throws {
        let folder = TemporaryFolder()
        var fixture: ServerFixture? = try ServerFixture(Tables.snapshot(epoch: 7), in: folder)
        let client = try LookupClient(fixture!.unix, options: ServerFixture.options())
        try client.subscribe()
        #expect(try client.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT").status == .ok)

        fixture?.stop()
        fixture = try ServerFixture(Tables.snapshot(symbolCount: 4, epoch: 8, generation: 1), in: folder)
        #expect(try client.resolve(exchange: "ALPHA_SPOT", symbol: "C7_USDT").status == .unknownSymbol)
        #expect(client.welcome?.epoch == 8)

        var seen: [Push] = []
        while seen.count < 20, let push = try client.nextPush(timeoutMilliseconds: patienceMilliseconds) {
            seen.append(push)
            if case .subscribed = push { break }
        }
        #expect(seen.contains { if case .missed(.connectionLost) = $0 { true } else { false } }, "\(seen)")
        #expect(seen.contains(.missed(.newEpoch(8))), "\(seen)")
        guard case .subscribed(let subscription)? = seen.last else {
            Issue.record("\(seen)")
            return
        }
        #expect(subscription.epoch == 8 && !subscription.isResumed)
        withExtendedLifetime(fixture) {}
    }

    /// A client that asked nothing for so long that its server let it go is not told when it asks again.
    @Test(arguments: [true, false]) func anIdleConnectionIsMadeAnew(_ reconnects: Bool) throws {
        let fixture = try ServerFixture(Tables.snapshot()) {
            $0.limits.idleMilliseconds = 50
            $0.limits.sweepMilliseconds = 10
            $0.limits.lingerMilliseconds = 10
        }
        // Whoever is subscribed may be as idle as it likes.
        let watcher = try LookupClient(fixture.unix, options: ServerFixture.options())
        try watcher.subscribe()
        let client = try LookupClient(fixture.unix, options: ServerFixture.options { $0.reconnects = reconnects })
        #expect(try TestSupport.Deadline().poll { try watcher.status().clientCount == 1 })
        if reconnects {
            try client.ping()
        } else {
            let error = try #require(#expect(throws: ClientError.self) { try client.ping() })
            #expect(error.isConnectionLost && error.isServerAway, "\(error)")
        }
    }

    @Test func aServerThatIsGoneIsNamedAndSoIsWhatToDo() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        let client = try LookupClient(
            fixture.unix, options: ServerFixture.options { $0.requestTimeoutMilliseconds = 200 })
        fixture.stop()
        let error = try #require(#expect(throws: ClientError.self) { try client.ping() })
        #expect(error.isConnectionLost)
        #expect(error.description.contains(fixture.unix.description))
    }

    private func waitForGeneration(_ generation: UInt64, _ client: LookupClient) throws {
        #expect(try TestSupport.Deadline().poll { try client.status().generation >= generation })
    }
}
