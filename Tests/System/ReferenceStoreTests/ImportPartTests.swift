import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// Lists of which a part is taken, and lists that are silent about what their symbols are.
@Suite("Import: parts, kinds and settle assets")
struct ImportPartTests: ImportSuite {
    let database: TestSession

    init() throws { database = try TestSession() }

    /// A perpetual and a future settled in USDT, a perpetual settled in USDC, and a spot symbol.
    private func addContracts() throws {
        try run(
            """
            \(header),kind,settle_asset,payoff,expires_at
            GATEIO_FUTURES,A,USDT,P,perpetual,USDT,linear,
            GATEIO_FUTURES,A,USDT,F,future,USDT,linear,2090-01-05T08:00:00Z
            GATEIO_FUTURES,A,USDT,C,perpetual,USDC,linear,
            GATEIO_FUTURES,A,USDT,S,spot,,,
            """)
    }

    @Test("where a list is silent, the kind and the settle asset of the known symbol tell whether it is of the part")
    func silentList() throws {
        defer { database.keep() }
        try addContracts()
        let list = """
            \(header),tick_size
            GATEIO_FUTURES,A,USDT,P,0.1
            GATEIO_FUTURES,A,USDT,F,0.1
            GATEIO_FUTURES,A,USDT,C,0.1
            GATEIO_FUTURES,B,USDT,NEW,0.1
            """
        let futures = try run(list, SymbolImportOptions(kinds: [.future]))
        #expect((futures.updatedCount, futures.insertedCount, futures.leftOutCount) == (1, 0, 3))
        #expect(try rows("symbol_string, kind, tick_size") == "P perpetual, F future 0.1, C perpetual, S spot")
        let options = SymbolImportOptions(deactivatesMissing: true, kinds: [.perpetual], settleAssets: ["USDC"])
        let settled = try run(list, options)
        #expect((settled.updatedCount, settled.goneCount, settled.leftOutCount) == (1, 0, 3))
        #expect(try run(list, SymbolImportOptions(kinds: [.spot, .option])).isEmpty)

        // A bad line of which nobody says a part keeps its symbol listed.
        let other = "GATEIO_FUTURES,A,USDT,G"
        try run("\(header),kind,settle_asset,expires_at\n\(other),future,USDT,2090-02-05T08:00:00Z\n")
        let skipping = SymbolImportOptions(skipsBad: true, deactivatesMissing: true, kinds: [.future])
        let skipped = try run("\(header),tick_size\nGATEIO_FUTURES,A,USDT,F,x\n\(other),0.1\n", skipping)
        #expect(skipped.faults.map(\.line) == [2] && skipped.updatedCount == 1 && skipped.goneCount == 0)
        #expect(try rows("symbol_string, is_active, is_last_good") == "P t f, F t t, C t f, S t f, G t f")
    }

    @Test(
        "a column that the list does not have says nothing: a known contract keeps it, for a new one it is not guessed")
    func withoutSettleAsset() throws {
        defer { database.keep() }
        try addContracts()
        let list = """
            \(header),kind,tick_size
            GATEIO_FUTURES,A,USDT,P,perpetual,0.1
            GATEIO_FUTURES,A,USDT,F,future,0.1
            GATEIO_FUTURES,A,USDT,C,perpetual,0.1
            """
        #expect(try run(list).updatedCount == 3)
        #expect(try rows("settle_asset, tick_size") == "USDT 0.1, USDT 0.1, USDC 0.1, ")
        #expect(try rows("expires_at AT TIME ZONE 'UTC'") == ", 2090-01-05 08:00:00, , ")
        #expect(try run(list, SymbolImportOptions(settleAssets: ["USDC"])).leftOutCount == 2)

        let new = list + "\nGATEIO_FUTURES,B,USDT,NEW,perpetual,0.1\nGATEIO_FUTURES,B,USDT,DATED,future,0.1"
        let found = try faults(new)
        #expect(found.map(\.line) == [5, 6])
        #expect(found[0].reason == "settle_asset is missing, which a symbol of the kind perpetual has")
        // A known string of another kind is another contract.
        #expect(try faults("\(header),kind\nGATEIO_FUTURES,A,USDT,P,future\n").map(\.line) == [2])
        // An empty field of a column that is there says that there is none.
        #expect(try faults("\(header),kind,settle_asset\nGATEIO_FUTURES,A,USDT,P,perpetual,\n").map(\.line) == [2])
    }

    @Test("two kinds under one string, one after another: refused with what to do, and nobody is delisted for it")
    func oneStringForTwoKinds() throws {
        defer { database.keep() }
        let list = """
            \(header),kind,settle_asset
            GATEIO_SPOT,A,USDT,AUSDT,spot,
            GATEIO_SPOT,A,USDT,AUSDT,perpetual,USDT
            GATEIO_SPOT,B,USDT,BUSDT,spot,
            """
        try run(list, SymbolImportOptions(kinds: [.spot]))
        for (deactivates, renames) in [(false, false), (true, false), (true, true)] {
            let options = SymbolImportOptions(
                deactivatesMissing: deactivates, renames: renames, kinds: [.perpetual])
            let found = try faults(list, options)
            #expect(found.map(\.line) == [3])
            let reason = try #require(found.first?.reason)
            #expect(reason.contains("A/USDT (id 1), and here to A/USDT:USDT"), "\(reason)")
            #expect(reason.contains("an exchange of its own") && !reason.contains("--deactivate-missing"), "\(reason)")
        }
        #expect(try rows("symbol_string, is_active") == "AUSDT t, BUSDT t")
    }

    /// Whatever the planner expects of tables that were just filled: a loop over all lines for each line took ten
    /// minutes for 100,000.
    @Test("known contracts are looked up in hash tables")
    func knownContractsAreHashed() throws {
        defer { database.keep() }
        try database.run("BEGIN")
        try SymbolImport(database.connection).run(script: ImportStatements.stage)
        let plan = try database.run("EXPLAIN \(ImportStatements.matchCompleted.sql)")
        let lines = try (0..<plan.rowCount).compactMap { try plan.text($0, 0) }
        for subplan in 1...2 {
            #expect(lines.contains { $0.contains("NOT (hashed SubPlan \(subplan))") }, "\(lines)")
        }
        try database.run("ROLLBACK")
    }
}
