import ReferenceStore

/// What an import may do besides, in the tests of the transition table.
struct TransitionOptions: Sendable, CustomStringConvertible {
    var deactivates = false
    var renames = false
    var listsAnew = false

    var importOptions: SymbolImportOptions {
        SymbolImportOptions(
            skipsBad: true, deactivatesMissing: deactivates, renames: renames, listsAnew: listsAnew)
    }

    var description: String {
        [deactivates ? "deactivate-missing" : nil, renames ? "rename" : nil, listsAnew ? "new-listing" : nil]
            .compactMap { $0 }.joined(separator: " ")
    }
}

/// One row of the table: symbols that are there, lines of a file, and what they lead to. `@` stands for a prefix, so
/// that two rows can be tried side by side in one file.
struct ImportTransition: Sendable {
    static let header =
        "exchange,base_asset,quote_asset,symbol_string,kind,settle_asset,payoff,"
        + "expires_at,listed_at,is_active,tick_size"

    let name: String
    /// `exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset, payoff, expires_at, is_active,
    /// is_kind_assumed` in SQL; their ids count from 1.
    let known: [String]
    let lines: [String]
    /// Which of the lines are refused, from 0.
    let refused: @Sendable (TransitionOptions) -> [Int]
    /// `id symbol_string unified_name tick`, behind it `dead` and `last-good` where it is so; a new id is `new`.
    let becomes: @Sendable (TransitionOptions) -> [String]

    init(
        _ name: String, known: [String] = [], lines: [String],
        refused: @escaping @Sendable (TransitionOptions) -> [Int] = { _ in [] },
        becomes: @escaping @Sendable (TransitionOptions) -> [String]
    ) {
        self.name = name
        self.known = known
        self.lines = lines
        self.refused = refused
        self.becomes = becomes
    }

    private static func spot(_ base: String, _ string: String, isActive: Bool = true) -> String {
        "2, '\(base)', 'USDT', '\(string)', 'spot', NULL, NULL, NULL, \(isActive), true"
    }

    private static func contract(
        _ string: String, _ kind: String, settle: String = "USDT", payoff: String = "'linear'",
        expires: String? = nil, isActive: Bool = true, isAssumed: Bool = true
    ) -> String {
        "3, '@B', 'USDT', '\(string)', '\(kind)', '\(settle)', \(payoff), "
            + (expires.map { "'\($0)'" } ?? "NULL") + ", \(isActive), \(isAssumed)"
    }

    private static func line(
        _ base: String, _ string: String, tick: String = "", listed: String = "", active: String = ""
    )
        -> String
    {
        "GATEIO_SPOT,\(base),USDT,\(string),,,,,\(listed),\(active),\(tick)"
    }

    private static func contractLine(
        _ string: String, _ kind: String, settle: String = "USDT", payoff: String = "linear", expires: String = ""
    ) -> String {
        "GATEIO_FUTURES,@B,USDT,\(string),\(kind),\(settle),\(payoff),\(expires),,,"
    }

    static let all: [ImportTransition] = [
        ImportTransition(
            "update", known: [spot("@A", "@A")], lines: [line("@A", "@A", tick: "0.5")],
            becomes: { _ in ["1 @A @A/USDT 0.5"] }),
        ImportTransition("insert", lines: [line("@A", "@A")], becomes: { _ in ["new @A @A/USDT"] }),
        ImportTransition(
            "a new string, the old one gone", known: [spot("@A", "@OLD")], lines: [line("@A", "@NEW")],
            refused: { $0.renames ? [] : [0] },
            becomes: { [$0.renames ? "1 @NEW @A/USDT" : "1 @OLD @A/USDT last-good"] }),
        ImportTransition(
            "two strings change places", known: [spot("@A", "@1"), spot("@B", "@2")],
            lines: [line("@A", "@2"), line("@B", "@1")], becomes: { _ in ["1 @2 @A/USDT", "2 @1 @B/USDT"] }),
        ImportTransition(
            "a ring", known: [spot("@A", "@1"), spot("@B", "@2"), spot("@C", "@3")],
            lines: [line("@C", "@1"), line("@A", "@2"), line("@B", "@3")],
            becomes: { _ in ["1 @2 @A/USDT", "2 @3 @B/USDT", "3 @1 @C/USDT"] }),
        ImportTransition(
            "a newcomer takes what another one gives up", known: [spot("@A", "@1")],
            lines: [line("@N", "@1"), line("@A", "@2")], becomes: { _ in ["1 @2 @A/USDT", "new @1 @N/USDT"] }),
        ImportTransition(
            "a first list with kinds", known: [contract("@F", "perpetual")],
            lines: [contractLine("@F", "future", settle: "@B", payoff: "inverse", expires: "2090-01-05T08:00:00Z")],
            becomes: { _ in ["1 @F @B/USDT:@B-900105"] }),
        ImportTransition(
            "a perpetual that was said to be one becomes a future",
            known: [contract("@F", "perpetual", isAssumed: false)],
            lines: [contractLine("@F", "future", settle: "@B", payoff: "inverse", expires: "2090-01-05T08:00:00Z")],
            refused: { $0.deactivates ? [] : [0] },
            becomes: {
                $0.deactivates
                    ? ["1 @F @B/USDT:USDT dead", "new @F @B/USDT:@B-900105"] : ["1 @F @B/USDT:USDT last-good"]
            }),
        ImportTransition(
            "another settle asset",
            known: [contract("@F", "future", payoff: "NULL", expires: "2090-01-05T08:00:00Z")],
            lines: [contractLine("@F", "future", settle: "USDC", expires: "2090-01-05T08:00:00Z")],
            becomes: { _ in ["1 @F @B/USDT:USDC-900105"] }),
        ImportTransition(
            "another hour of the same day", known: [contract("@F", "future", expires: "2090-01-05T08:00:00Z")],
            lines: [contractLine("@F", "future", expires: "2090-01-05T16:00:00Z")],
            becomes: { _ in ["1 @F @B/USDT:USDT-900105"] }),
        ImportTransition(
            "a string rolls to another contract", known: [contract("@F", "future", expires: "2090-01-05T08:00:00Z")],
            lines: [contractLine("@F", "future", expires: "2090-02-05T08:00:00Z")],
            refused: { $0.deactivates ? [] : [0] },
            becomes: {
                $0.deactivates
                    ? ["1 @F @B/USDT:USDT-900105 dead", "new @F @B/USDT:USDT-900205"]
                    : ["1 @F @B/USDT:USDT-900105 last-good"]
            }),
        ImportTransition(
            "a string goes from one asset to another", known: [spot("@A", "@X")], lines: [line("@N", "@X")],
            refused: { $0.deactivates ? [] : [0] },
            becomes: {
                $0.deactivates ? ["1 @X @A/USDT dead", "new @X @N/USDT"] : ["1 @X @A/USDT"]
            }),
        ImportTransition(
            "the string of a dead symbol", known: [spot("@A", "@X", isActive: false)], lines: [line("@N", "@X")],
            becomes: { _ in ["1 @X @A/USDT dead", "new @X @N/USDT"] }),
        ImportTransition(
            "what was delisted", known: [spot("@A", "@X", isActive: false)], lines: [line("@A", "@X")],
            becomes: {
                if $0.listsAnew { return ["1 @X @A/USDT dead", "new @X @A/USDT"] }
                return [$0.deactivates ? "1 @X @A/USDT" : "1 @X @A/USDT dead"]
            }),
        ImportTransition(
            "what was delisted, and is active", known: [spot("@A", "@X", isActive: false)],
            lines: [line("@A", "@X", active: "true")],
            becomes: { $0.listsAnew ? ["1 @X @A/USDT dead", "new @X @A/USDT"] : ["1 @X @A/USDT"] }),
        ImportTransition(
            "what was delisted, and listed before that", known: [spot("@A", "@X", isActive: false)],
            lines: [line("@A", "@X", listed: "2010-01-01T00:00:00Z")],
            becomes: {
                if $0.listsAnew { return ["1 @X @A/USDT dead", "new @X @A/USDT"] }
                return [$0.deactivates ? "1 @X @A/USDT" : "1 @X @A/USDT dead"]
            }),
        ImportTransition(
            "what was delisted, and listed later", known: [spot("@A", "@X", isActive: false)],
            lines: [line("@A", "@X", listed: "2080-01-01T00:00:00Z")],
            becomes: { _ in ["1 @X @A/USDT dead", "new @X @A/USDT"] }),
        ImportTransition(
            "what has expired holds nobody up", known: [contract("@F", "future", expires: "2020-01-05T08:00:00Z")],
            lines: [contractLine("@F", "future", expires: "2090-01-05T08:00:00Z")],
            becomes: { _ in ["1 @F @B/USDT:USDT-200105 dead", "new @F @B/USDT:USDT-900105"] }),
        ImportTransition(
            "what is gone", known: [spot("@A", "@A")], lines: [],
            becomes: { [$0.deactivates ? "1 @A @A/USDT dead" : "1 @A @A/USDT"] }),
        ImportTransition(
            "no kind", lines: ["GATEIO_FUTURES,@B,USDT,@P,,,,,,,"], becomes: { _ in ["new @P @B/USDT:USDT"] }),
        ImportTransition(
            "a bad line names a pair", known: [spot("@A", "@A")], lines: ["GATEIO_SPOT,@A,USDT,,,,,,,,1"],
            refused: { _ in [0] }, becomes: { _ in ["1 @A @A/USDT last-good"] }),
        ImportTransition(
            "a bad line names a string", known: [spot("@A", "@A")], lines: ["GATEIO_SPOT,,USDT,@A,,,,,,,1"],
            refused: { _ in [0] }, becomes: { _ in ["1 @A @A/USDT last-good"] }),
        ImportTransition(
            "rules that cannot be served", known: [spot("@A", "@A")],
            lines: [line("@A", "@A", tick: "1.0000000000000000000001")],
            refused: { _ in [0] }, becomes: { _ in ["1 @A @A/USDT last-good"] }),
        ImportTransition(
            "a line twice", lines: [line("@A", "@A"), line("@A", "@A")], refused: { _ in [1] },
            becomes: { _ in ["new @A @A/USDT"] }),
        ImportTransition(
            "two kinds under one string",
            lines: [contractLine("@F", "perpetual"), contractLine("@F", "future", expires: "2090-01-05T08:00:00Z")],
            refused: { _ in [0, 1] }, becomes: { _ in [] }),
        ImportTransition(
            "two strings change places, one line is bad", known: [spot("@A", "@1"), spot("@B", "@2")],
            lines: [line("@A", "@2"), line("@B", "@1", tick: "x")], refused: { _ in [0, 1] },
            becomes: { _ in ["1 @1 @A/USDT last-good", "2 @2 @B/USDT last-good"] }),
        ImportTransition(
            "a ring, one line names no asset", known: [spot("@A", "@1"), spot("@B", "@2"), spot("@C", "@3")],
            lines: [line("@C", "@1"), line("@A", "@2"), line("", "@3")], refused: { _ in [0, 1, 2] },
            becomes: { _ in
                ["1 @1 @A/USDT last-good", "2 @2 @B/USDT", "3 @3 @C/USDT last-good"]
            }),
    ]
}
