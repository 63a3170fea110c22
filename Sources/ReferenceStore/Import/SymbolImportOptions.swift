import PostgreSQL
import ReferenceData

/// How an import is to go about it.
public struct SymbolImportOptions: Sendable, Hashable {
    /// Leave bad lines out and import the others.
    public var skipsBad: Bool
    /// Deactivate the active symbols, of each exchange that the list names, that it does not list. A line that is left
    /// out but names a pair or a string lists it all the same.
    public var deactivatesMissing: Bool
    /// Let a symbol have another symbol string than before, and keep the former one as an alias.
    public var renames: Bool
    /// Give what was delisted and is listed again a new id.
    public var listsAnew: Bool
    /// Let ticks, steps and contract sizes change ten-fold or more, new ids be far above all others, and most symbols
    /// of an exchange be deactivated or renamed.
    public var allowsJumps: Bool
    /// Take these kinds only; nil takes all.
    public var kinds: Set<InstrumentKind>?
    /// Take what settles in these assets only; nil takes all.
    public var settleAssets: Set<String>?
    /// Find out what would change, and change nothing.
    public var isDryRun: Bool
    /// For so many days a former symbol string stays an alias, 1 to `ReferenceManagement.aliasDayCountMax`; nil leaves
    /// none.
    public var aliasDayCount: Int?

    public init(
        skipsBad: Bool = false, deactivatesMissing: Bool = false, renames: Bool = false, listsAnew: Bool = false,
        allowsJumps: Bool = false, kinds: Set<InstrumentKind>? = nil, settleAssets: Set<String>? = nil,
        isDryRun: Bool = false, aliasDayCount: Int? = ReferenceManagement.aliasDayCountDefault
    ) {
        self.skipsBad = skipsBad
        self.deactivatesMissing = deactivatesMissing
        self.renames = renames
        self.listsAnew = listsAnew
        self.allowsJumps = allowsJumps
        self.kinds = kinds
        self.settleAssets = settleAssets
        self.isDryRun = isDryRun
        self.aliasDayCount = aliasDayCount
    }

    /// Whether a part of the list is taken, and not all of it.
    var isOfPart: Bool { kinds != nil || settleAssets != nil }

    /// As `ImportStatements.isOfPart` takes it.
    var part: [Parameter] {
        func joined(_ names: (some Sequence<String>)?) -> Parameter {
            names.map { .text($0.joined(separator: "\u{1F}")) } ?? .null
        }
        return [joined(kinds.map { $0.map(\.name) }), joined(settleAssets)]
    }

    /// Whether a line says by itself that it is of another part. What it is silent of, the tables tell.
    func leavesOut(_ fields: SymbolFields) -> Bool {
        if let kinds, let kind = fields.kind, !kinds.contains(kind) { return true }
        if let settleAssets, case .text(let asset)? = fields[.settleAsset] { return !settleAssets.contains(asset) }
        return settleAssets != nil && fields.kind == .spot
    }
}
