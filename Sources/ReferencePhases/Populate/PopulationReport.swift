import ReferenceData
import ReferenceStore

/// A venue that the legacy tables or the program know, and what became of it.
public struct PopulatedVenue: Sendable, Hashable {
    public enum Outcome: String, Sendable, CaseIterable {
        /// In the legacy data and in `exchanges`.
        case mapped
        /// In the legacy data and known by name, but not in `exchanges` until now.
        case added
        /// In the legacy data only; its pairs are skipped.
        case unknown
        /// Known, but the legacy data do not mention it.
        case missing
    }

    /// As the legacy tables spell it; the code for one they do not mention.
    public var legacyName: String
    /// `exchanges.enum_value`; nil when unknown.
    public var code: String?
    /// Nil when there is no row, or (in a dry run) not yet.
    public var exchangeId: UInt16?
    public var outcome: Outcome
    /// Pairs under this spelling, both tables together.
    public var pairCount: Int
}

/// A pair of the legacy tables, and what became of it.
public struct PopulatedPair: Sendable, Hashable {
    public enum Outcome: String, Sendable, CaseIterable {
        /// Had no symbol.
        case new
        /// Had one; values that populate itself had inferred, or that nobody had said, changed.
        case updated
        /// Had one, and nothing but perhaps `last_seen` changed.
        case known
        /// Can have none, or has one that cannot be represented; `remark` says why.
        case skipped
    }

    /// The venue's code; as the legacy tables spell it where it is unknown.
    public var exchange: String
    public var baseAsset: String
    public var quoteAsset: String
    /// Nil where the pair has none, or (in a dry run) not yet.
    public var symbolId: UInt32?
    public var symbolString: String?
    public var outcome: Outcome
    /// Why it was skipped, or what somebody should look at.
    public var remark: String?
    /// What the symbol has now, or (in a dry run) would have. Nil where nobody said any, and where the pair was
    /// skipped.
    public var precisionPrice: UInt8?
    public var precisionBase: UInt8?
    public var precisionQuote: UInt8?
    public var tickSize: DecimalValue
    public var stepSize: DecimalValue
    /// Newest row of the legacy tables.
    public var lastSeen: Timestamp
    /// Whether digits, tick or step were read off market data, as the symbol then says itself.
    public var isInferred: Bool
}

/// What a population found and did.
public struct PopulationReport: Sendable, Hashable {
    public var isDryRun: Bool
    /// Legacy tables that are not there, or are no tables: nothing was read from them.
    public var absentTables: [String]
    /// In the order of their spelling; those the legacy data do not mention last.
    public var venues: [PopulatedVenue]
    /// Ordered by venue, base and quote, by bytes.
    public var pairs: [PopulatedPair]
    /// Symbols whose `last_seen` moved, new ones not counted.
    public var seenCount: Int

    public func pairCount(_ outcome: PopulatedPair.Outcome) -> Int { pairs.count { $0.outcome == outcome } }
}
