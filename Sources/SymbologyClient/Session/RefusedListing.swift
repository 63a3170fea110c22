import ReferenceData

/// A row of the database that cannot be served as it stands, and why.
public struct RefusedListing: Sendable, Hashable {
    /// `exchange` or `symbol`.
    public var table: ReferenceKind
    /// As the database has it, in range or not.
    public var id: Int64
    /// The symbol's exchange; nil where that cannot be represented, and for exchanges.
    public var exchangeId: UInt16?
    /// The row's own symbol string; empty where it cannot be represented.
    public var symbol: String
    /// The row's own base asset; empty where it cannot be represented.
    public var baseAsset: String
    /// The row's own quote asset; empty where it cannot be represented.
    public var quoteAsset: String
    /// The column and what is wrong with it.
    public var reason: String
    /// The reason was longer than the protocol carries.
    public var isReasonCut: Bool
    /// The row's last good record is served in its place.
    public var isLastGoodServed: Bool
}

/// Some refused rows of a list.
public typealias RefusedPage = Page<RefusedListing>
