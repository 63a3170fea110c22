import ReferenceData

/// Whether a symbol of some kind says something in a column.
enum KindRule {
    case required, refused, free
}

extension SymbolColumn {
    /// The columns that say what a contract is, and that a spot symbol leaves empty.
    static let ofContracts: [SymbolColumn] = [
        .settleAsset, .payoff, .contractSize, .expiresAt, .strike, .optionType,
    ]

    /// The same as `SymbolRecord.kindProblem` and the CHECKs of the schema.
    func rule(of kind: InstrumentKind) -> KindRule {
        switch (kind, self) {
        case (.other, _): .free
        case (.spot, _): .refused
        case (_, .settleAsset), (.future, .expiresAt), (.option, .expiresAt), (.option, .strike),
            (.option, .optionType):
            .required
        case (_, .payoff), (_, .contractSize): .free
        default: .refused
        }
    }
}

extension InstrumentKind {
    /// The kind of a name; nil for one that is none.
    init?(name: String) {
        guard let kind = Self.allCases.first(where: { $0.name.hasBytes(of: name) }) else { return nil }
        self = kind
    }
}

extension SymbolFields {
    /// The kind that is given; nil where none is.
    var kind: InstrumentKind? {
        if case .text(let name)? = self[.kind] { InstrumentKind(name: name) } else { nil }
    }

    /// What contradicts the kind. Nothing does where none is given.
    var kindFaults: [FieldFault] {
        guard let kind else { return [] }
        if kind == .spot, case .text(let base)? = self[.baseAsset], self[.quoteAsset] == .text(base), !base.isEmpty {
            return [FieldFault("quote_asset", base, .sameAs(field: "base_asset"))]
        }
        return SymbolColumn.ofContracts.compactMap { column in
            if isUnread(column) { return nil }
            let isGiven = self[column] != nil && self[column] != .null
            switch column.rule(of: kind) {
            case .required where !isGiven: return FieldFault(column.name, "", .neededBy(kind: kind.name))
            case .refused where isGiven:
                return FieldFault(column.name, self[column]?.description ?? "", .notOf(kind: kind.name))
            default: return nil
            }
        }
    }

    /// Fills in what a symbol of which nobody says a kind is, by the market of its exchange: a perpetual, linear and
    /// settled in the quote asset, where futures are traded; a spot symbol where spot is; and where options are,
    /// nothing with a name.
    mutating func fillKind(of market: MarketType) {
        guard self[.kind] == nil, !isUnread(.kind) else { return }
        switch market {
        case .spot: self[.kind] = .text(InstrumentKind.spot.name)
        case .options: self[.kind] = .text(InstrumentKind.other.name)
        case .futures:
            self[.kind] = .text(InstrumentKind.perpetual.name)
            if !isGiven(.settleAsset) { self[.settleAsset] = self[.quoteAsset] }
            if !isGiven(.payoff) { self[.payoff] = .text(Payoff.linear.name) }
        }
    }

    /// Whether a column has a value other than NULL, or a text that stands for none.
    private func isGiven(_ column: SymbolColumn) -> Bool {
        isUnread(column) || self[column] != nil && self[column] != .null
    }
}
