import PostgreSQL
import ReferenceData
import Scenarios
import Synchronization
import TestSupport
import Testing

@testable import ReferenceFeed

/// Expiries and delistings of a running feed.
@Suite("Due changes: the feed")
struct DueChangeTests {
    private static let modified = [ReferenceChange(kind: .symbol, action: .modify, id: 2)]

    private func status(_ update: SnapshotUpdate, _ id: UInt32 = 2) -> ResolutionStatus {
        update.snapshot.symbolRecord(id: id).status
    }

    /// A snapshot of three symbols, the second of which is due.
    private func snapshot(due: Timestamp, judgedAt: Timestamp) -> Snapshot {
        let exchange = Exchange(id: 2, name: "G", enumValue: "G", displayName: "G", marketType: .spot)
        let symbols = (UInt32(1)...3).map { id in
            SymbolRecord(
                id: id, exchangeId: 2, symbolString: SymbolText("S\(id)")!, baseAsset: AssetText("B\(id)")!,
                quoteAsset: AssetText("Q")!, delistsAt: id == 2 ? due : .absent)
        }
        return .build(
            ReferenceContent(exchanges: [exchange], symbols: symbols), epoch: 9, generation: 4,
            databaseSnapshot: "1:1:",
            at: judgedAt)
    }

    @Test("a symbol that is due is pushed with the database stopped, once", .scenario(.databaseAway, .delistingDates))
    func databaseStopped() throws {
        let cluster = try RestartableCluster()
        let probe = try FeedProbe(conninfo: cluster.conninfo)
        var (update, next) = try probe.update { $0.snapshot.isLoaded }
        #expect(status(update) == .ok)
        try cluster.run("UPDATE symbols SET delists_at = clock_timestamp() + '2 s' WHERE id = 2")
        (update, next) = try probe.update(from: next) { $0.changes == Self.modified }
        #expect(
            status(update) == .ok && update.snapshot.nextDue == update.snapshot.symbolRecord(id: 2).record.delistsAt)
        cluster.stop()
        next = try probe.update(from: next) { !$0.state.databaseConnected }.next
        (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(update.changes == Self.modified && status(update) == .inactive)
        #expect(update.snapshot.nextDue == nil && !update.state.databaseConnected)
        try probe.event { if case .judged(_, setBackFrom: nil) = $0 { true } else { false } }
        // The table says what it said before: that is no news.
        try cluster.start()
        next = try probe.update(from: next) { $0.state.databaseConnected }.next
        _ = try probe.event { if case .recovered = $0 { true } else { false } }
        #expect(probe.latest?.snapshot.generation == update.snapshot.generation)
        #expect(status(try #require(probe.latest)) == .inactive)
        try cluster.run("UPDATE symbols SET delists_at = NULL WHERE id = 2")
        (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(update.changes == Self.modified && status(update) == .ok)
    }

    @Test("what starts from a file, and never reaches a database, is judged at its start and from then on")
    func fromFile() throws {
        let start = FeedConfiguration(target: try ConnectionTarget(conninfo: "host=/nonexistent")).wallClock()
        func later(_ milliseconds: Int64) -> Timestamp {
            Timestamp(microsecondsSince1970: start.microsecondsSince1970 + milliseconds * 1_000)
        }
        for (due, isDueAtStart) in [(later(-1_000), true), (later(700), false)] {
            let probe = try FeedProbe(
                conninfo: "host=/nonexistent", initial: snapshot(due: due, judgedAt: later(-60_000)))
            var (update, next) = try probe.update { $0.snapshot.isLoaded }
            #expect(update.changes.map(\.kind) == [.everything] && update.state.fromFile)
            if !isDueAtStart {
                #expect(status(update) == .ok && update.snapshot.generation == 4)
                (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
                #expect(update.changes == Self.modified)
            }
            #expect(status(update) == .inactive && update.snapshot.generation == 5)
        }
    }

    @Test("an image of the past is judged at its time, never at the wall's")
    func past() throws {
        let past = Timestamp("2026-01-01T00:00:00Z")!
        let exchange = Exchange(id: 2, name: "G", enumValue: "G", displayName: "G", marketType: .spot)
        let record = SymbolRecord(
            id: 2, exchangeId: 2, symbolString: SymbolText("S")!, baseAsset: AssetText("B")!,
            quoteAsset: AssetText("Q")!, delistsAt: Timestamp("2026-01-01T00:00:01Z")!)
        let snapshot = Snapshot.build(
            ReferenceContent(exchanges: [exchange], symbols: [record]), epoch: 9, generation: 1, databaseSnapshot: "",
            asOf: past)
        #expect(
            !DueSchedule.isWatched(snapshot) && !DueSchedule.isDue(snapshot, at: Timestamp("2026-06-01T00:00:00Z")!))
        let probe = try FeedProbe(conninfo: "host=/nonexistent", initial: snapshot)
        let (update, _) = try probe.update { $0.snapshot.isLoaded }
        #expect(status(update) == .ok && update.snapshot.asOf == past)
    }

    @Test("when the clock is set, what is due is judged again, both ways", .scenario(.clockJumps))
    func clockIsSet() throws {
        let clock = SettableClock("2026-03-01T00:00:00Z")
        let probe = try FeedProbe(
            conninfo: "host=/nonexistent",
            initial: snapshot(due: Timestamp("2026-03-27T08:00:00Z")!, judgedAt: clock.now)
        ) { $0.wallClock = { clock.now } }
        var (update, next) = try probe.update { $0.snapshot.isLoaded }
        #expect(status(update) == .ok)
        for (text, expected) in [
            ("2026-03-27T08:00:00Z", ResolutionStatus.inactive), ("2026-03-27T07:59:59.999999Z", .ok),
            ("2031-01-01T00:00:00Z", .inactive), ("1999-01-01T00:00:00Z", .ok),
            ("2026-03-27T08:00:00.000001Z", .inactive),
        ] {
            clock.set(text)
            (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
            #expect(update.changes == Self.modified && status(update) == expected, "\(text)")
            #expect(update.snapshot.judgedAt == clock.now)
        }
        let setBack = probe.events.count { if case .judged(_, setBackFrom: .some) = $0 { true } else { false } }
        #expect(setBack == 2)
        // What steps over nothing that is due is no news.
        clock.set("2026-04-01T00:00:00Z")
        clock.set("2026-03-28T00:00:00Z")
        #expect(probe.latest?.snapshot.generation == update.snapshot.generation)
    }

    @Test("while a refresh waits for a lock, time passes; what it then brings is added to what is true by then")
    func refreshInFlight() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, delists_at)
            SELECT 2, 'B' || g, 'Q', 'S' || g, CASE WHEN g < 4 THEN timestamptz '2026-03-27 08:00Z' END
            FROM generate_series(1, 5) g
            """)
        let clock = SettableClock("2026-03-01T00:00:00Z")
        let probe = try FeedProbe(conninfo: database.readerConninfo()) {
            $0.wallClock = { clock.now }
            $0.lockTimeoutMilliseconds = 60_000
        }
        var (update, next) = try probe.update { $0.snapshot.isLoaded }
        let blocker = try database.connect()
        try blocker.executeScript(
            """
            BEGIN; LOCK TABLE symbols; UPDATE symbols SET precision_price = 3 WHERE id IN (1, 4);
            UPDATE symbols SET delists_at = '2027-01-01Z' WHERE id = 2
            """, name: "block")
        probe.feed.refresh()
        let isWaiting = try Deadline().poll {
            try database.integer("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'symbols'::regclass")
                > 0
        }
        #expect(isWaiting)
        clock.set("2026-03-27T09:00:00Z")
        (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(update.changes.map(\.id) == [1, 2, 3])
        try blocker.executeScript("COMMIT", name: "commit")
        // 2 is active again, 1 and 4 have other digits, and of 3 everything was said.
        (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(update.changes.map(\.id) == [1, 2, 4])
        #expect((UInt32(1)...5).map { status(update, $0) } == [.inactive, .ok, .inactive, .ok, .ok])
    }

    @Test("half of the symbols expire in one moment: that is no loss of symbols, and no load is held back")
    func noShrink() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, delists_at)
            SELECT 2, 'B' || g, 'Q', 'S' || g, CASE WHEN g > 10 THEN timestamptz '2026-03-27 08:00Z' END
            FROM generate_series(1, 500) g
            """)
        let clock = SettableClock("2026-03-01T00:00:00Z")
        let probe = try FeedProbe(conninfo: database.readerConninfo()) { $0.wallClock = { clock.now } }
        var (update, next) = try probe.update { $0.snapshot.isLoaded }
        clock.set("2026-03-28T00:00:00Z")
        (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(update.changes.count == 490 && update.snapshot.activeSymbolCount == 10)
        #expect(update.snapshot.symbolCount == 500 && update.state.heldBack == nil)
        probe.feed.reload()
        _ = try probe.event { if case .loaded(.requested, _) = $0 { true } else { false } }
        #expect(probe.latest?.state.heldBack == nil && probe.latest?.snapshot.generation == update.snapshot.generation)
    }
}

/// A wall clock that a test sets.
private final class SettableClock: Sendable {
    private let microseconds: Atomic<Int64>

    init(_ text: String) { microseconds = Atomic(Timestamp(text)!.microsecondsSince1970) }

    var now: Timestamp { Timestamp(microsecondsSince1970: microseconds.load(ordering: .relaxed)) }

    func set(_ text: String) { microseconds.store(Timestamp(text)!.microsecondsSince1970, ordering: .relaxed) }
}
