import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// What a list without a kind, or silent about some terms, says all the same.
@Suite("Import: what a line is")
struct ImportIdentityTests: ImportSuite {
    let database: TestSession

    init() throws {
        database = try TestSession()
        try database.run(
            """
            INSERT INTO exchanges (enum_value, name, display_name, market_type)
            VALUES ('OPT', 'opt', 'Options', 'OPTIONS'), ('FUT', 'fut', 'Futures', 'FUTURES')
            """)
    }

    private let terms = "settle_asset,payoff,expires_at,strike,option_type"

    @Test("a line without a kind that has an option's terms is an option, and another one under its string is refused")
    func silentOptions() throws {
        defer { database.keep() }
        func list(_ terms: String) -> String { "\(header),\(self.terms)\nOPT,BTC,USD,W1,\(terms)\n" }
        let call = "BTC,inverse,2090-01-08T08:00:00Z,100000,call"
        #expect(try run(list(call)).insertedCount == 1)
        #expect(try rows("kind, option_type, strike") == "option call 100000")
        #expect(try run(list(call)).unchangedCount == 1)
        #expect(try run("\(header)\nOPT,BTC,USD,W1\n").unchangedCount == 1)
        let before = try rows("symbols::text")
        for other in [
            "BTC,linear,2090-01-15T08:00:00Z,90000,put", "BTC,inverse,2090-01-08T08:00:00Z,90000,call",
            "BTC,inverse,2090-01-08T08:00:00Z,100000,put", "BTC,inverse,2090-01-09T08:00:00Z,100000,call",
        ] {
            #expect(try faults(list(other)).map(\.line) == [2], "\(other)")
        }
        #expect(try rows("symbols::text") == before)
        let whole = SymbolImportOptions(deactivatesMissing: true)
        let rolled = try run(list("BTC,linear,2090-01-15T08:00:00Z,90000,put"), whole)
        #expect((rolled.insertedCount, rolled.goneCount) == (1, 1))
        // What an option needs is asked for by name.
        let unsettled = try faults(list(",inverse,2090-01-08T08:00:00Z,1,call"), whole)
        #expect(unsettled.first?.reason.contains("settle_asset") == true, "\(unsettled)")
    }

    @Test("what a list without any terms left is an option under its id once a list without kinds tells its terms")
    func completedOptions() throws {
        defer { database.keep() }
        try run("\(header)\nOPT,BTC,USD,W1\n")
        #expect(try rows("kind") == "other")
        let told = "\(header),\(terms)\nOPT,BTC,USD,W1,BTC,inverse,2090-01-08T08:00:00Z,100000,call\n"
        #expect(try run(told).updatedCount == 1)
        #expect(try rows("kind, strike") == "option 100000")
        #expect(try run(told).unchangedCount == 1)
    }

    @Test("another strike, option type or day makes another symbol also of what is said to be something else")
    func others() throws {
        defer { database.keep() }
        func list(_ terms: String) -> String { "\(header),kind,\(self.terms)\nFUT,B,U,S,other,\(terms)\n" }
        try run(list(",,,,"))
        // What was unset may be said; the hour and the payoff may change.
        #expect(try run(list("U,linear,2090-01-08T08:00:00Z,1,call")).updatedCount == 1)
        #expect(try run(list("U,inverse,2090-01-08T16:00:00Z,1,call")).updatedCount == 1)
        for other in [
            "U,inverse,2090-01-08T16:00:00Z,2,call", "U,inverse,2090-01-08T16:00:00Z,1,put",
            "U,inverse,2090-01-09T16:00:00Z,1,call", "U,inverse,2090-01-08T16:00:00Z,,call",
        ] {
            #expect(try faults(list(other)).map(\.line) == [2], "\(other)")
        }
        #expect(try run("\(header)\nFUT,B,U,S\n").unchangedCount == 1)
        let whole = SymbolImportOptions(deactivatesMissing: true)
        let rolled = try run(list("U,inverse,2090-01-09T16:00:00Z,1,call"), whole)
        #expect((rolled.insertedCount, rolled.goneCount, rolled.updatedCount) == (1, 1, 0))
    }

    @Test(
        "a first list with kinds renumbers nobody of whom one without said a contract size, payoff or settlement",
        arguments: [
            ("contract_size", "0.001", "U,linear"), ("contract_size", "0.001", "B,inverse"),
            ("payoff", "inverse", "B,inverse"), ("payoff", "inverse", "U,inverse"),
            ("settle_asset,payoff", "B,inverse", "B,inverse"),
        ])
    func firstKinds(columns: String, values: String, contract: String) throws {
        defer { database.keep() }
        try run("\(header),\(columns)\nFUT,B,U,F,\(values)\n")
        let size = columns == "contract_size" ? "0.001" : ""
        let told =
            "\(header),kind,settle_asset,payoff,expires_at,contract_size\n"
            + "FUT,B,U,F,future,\(contract),2090-03-26T08:00:00Z,\(size)\n"
        let result = try run(told)
        #expect((result.insertedCount, result.updatedCount, result.completedCount) == (0, 1, 1))
        #expect(try rows("id, kind, is_kind_assumed") == "1 future f")
        #expect(try run(told).unchangedCount == 1)
    }

    @Test("a payoff that was said is contradicted by another one")
    func contradictedPayoff() throws {
        defer { database.keep() }
        try run("\(header),payoff\nFUT,B,U,F,inverse\n")
        let told = "\(header),kind,settle_asset,payoff,expires_at\nFUT,B,U,F,future,U,linear,2090-03-26T08:00:00Z\n"
        #expect(try faults(told).map(\.line) == [2])
    }

    @Test("what a line is silent about is that of the symbol it means, whoever bore its string last")
    func silentTwins() throws {
        defer { database.keep() }
        let future = "FUT,B,U,S,future,U"
        try run("\(header),kind,settle_asset,payoff,expires_at\n\(future),linear,2090-12-25T16:00:00Z\n")
        try run("\(header),kind,settle_asset,is_active\nFUT,B,U,S,perpetual,U,false\n")
        let ended = "\(header),kind,settle_asset,expires_at,is_active\n\(future),2090-12-25T16:00:00Z,false\n"
        #expect(try run(ended).updatedCount == 1)
        let before = try rows("symbols::text")
        let again = try run(ended)
        #expect((again.insertedCount, again.updatedCount, again.unchangedCount) == (0, 0, 1))
        #expect(try rows("symbols::text") == before)
        // Nor does it matter that another one lives under the string.
        try run("\(header),kind,settle_asset,is_active\nFUT,B,U,S,perpetual,U,true\n")
        #expect(try run(ended).unchangedCount == 1)
        #expect(try rows("kind, payoff, is_active") == "future linear f, perpetual t")
    }
}
