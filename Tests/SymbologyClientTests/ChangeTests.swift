import LookupServer
import ReferenceData
import SymbologyClient
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
            #expect(try #require(try nextChange(client)).change.action == .delete)

            var exchange = Tables.exchange(1, "ALPHA_SPOT")
            exchange.displayName = "Renamed \(precision)"
            fixture.publish(ReferenceDelta(exchanges: [exchange]))
            #expect(try #require(try nextChange(client)).record == .exchange(exchange))

            try client.unsubscribe()
            #expect(try client.nextPush(timeoutMilliseconds: 0) == nil)
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
    @Test func aCodeThatMovedToAnotherExchangeIsFoundThere() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        #expect(try client.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT").exchangeId == 1)
        #expect(try client.resolve(exchange: "DELTA_SPOT", symbol: "C1_USDT").status == .unknownExchange)

        fixture.publish(
            ReferenceDelta(exchanges: [Tables.exchange(1, "OLD_ALPHA"), Tables.exchange(3, "ALPHA_SPOT")]))
        fixture.publish(ReferenceDelta(exchanges: [Tables.exchange(2, "DELTA_SPOT")]))
        try waitForGeneration(5, client)
        #expect(try client.resolve(exchange: "ALPHA_SPOT", symbol: "C1_USDT").exchangeId == 3)
        #expect(try client.exchange(code: "ALPHA_SPOT").exchange?.id == 3)
        #expect(try client.resolve(exchange: "DELTA_SPOT", symbol: "C1_USDT").exchangeId == 2)
        #expect(
            try client.resolve(exchange: "ALPHA_SPOT", symbols: ["C1_USDT", "C2_USDT"]).map(\.exchangeId) == [3, 3])
        #expect(try client.resolve(exchange: "BETA_FUTURES", symbol: "C1_USDT").status == .unknownExchange)
    }

    /// An enum value beats a name, so a code can lead elsewhere although the exchange it led to keeps its name.
    @Test func aNameThatBecomesAnotherExchangesCodeLeadsThere() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        #expect(try client.exchange(code: "alpha_spot").exchange?.id == 1)
        #expect(try client.search("C1", mode: .prefix, exchange: "alpha_spot", limit: 5).symbols.first?.exchangeId == 1)
        var other = Tables.exchange(2, "alpha_spot")
        other.name = "another name"
        let generation = fixture.publish(ReferenceDelta(exchanges: [other])).generation
        try waitForGeneration(generation, client)
        #expect(try client.exchange(code: "alpha_spot").exchange?.id == 2)
        #expect(try client.search("C1", mode: .prefix, exchange: "alpha_spot", limit: 5).symbols.first?.exchangeId == 2)
        #expect(try client.search("C1", mode: .prefix, exchange: nil, limit: 0).symbols.isEmpty)
    }

    /// Publishes all the time while batches and lists run: each must show one generation.
    @Test func batchesAndListsShowOneGenerationWhileTablesChange() throws {
        let fixture = try ServerFixture(Tables.snapshot(symbolCount: 4_000)) { $0.limits.listPageMax = 500 }
        let client = try LookupClient(fixture.tcp, options: ServerFixture.options())
        let keys = Tables.keys(symbolCount: 4_000)
        for round in 0..<50 {
            fixture.publish(
                ReferenceDelta(symbols: [Tables.symbol(8, exchangeId: 1, precisionPrice: UInt8(round % 9 + 1))]))
            let generations = Set(try client.resolve(keys).map(\.generation))
            #expect(generations.count == 1, "round \(round)")
        }
        #expect(try client.symbols(exchange: nil, activeOnly: false).symbols.count == 4_000)
    }

    @Test func aNewServerIsFoundAgainAndSaysWhatWasMissed() throws {
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
