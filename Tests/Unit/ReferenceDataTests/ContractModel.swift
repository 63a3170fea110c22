import ReferenceData

/// The lists of contracts and pairs as they are said to be: everything, filtered and sorted.
struct ContractModel {
    struct Row: Hashable {
        let record: SymbolRecord
        let flags: ResolutionFlags

        var isTradable: Bool { flags.contains([.active, .exchangeActive]) }
    }

    /// All that is served.
    private let rows: [Row]

    init(_ snapshot: Snapshot) {
        var rows: [Row] = []
        snapshot.symbols(exchangeId: 0, activeOnly: false, afterSymbolId: 0, limit: .max) {
            rows.append(Row(record: $0, flags: $1))
        }
        self.rows = rows
    }

    var ids: [UInt32] { rows.map(\.record.id) }

    func row(id: UInt32) -> Row? { rows.first { $0.record.id == id } }

    func members(
        exchangeId: UInt16 = 0, base: AssetText, quote: AssetText, kinds: Set<InstrumentKind>,
        expiresFrom: Timestamp = .absent, expiresTo: Timestamp = .absent, activeOnly: Bool
    ) -> [Row] {
        rows.filter { row in
            let (record, expiry) = (row.record, row.record.expiresAt)
            if record.baseAsset != base || record.quoteAsset != quote || !kinds.contains(record.kind) { return false }
            if exchangeId != 0, record.exchangeId != exchangeId { return false }
            if !expiresFrom.isAbsent, expiry.isAbsent || expiry < expiresFrom { return false }
            if !expiresTo.isAbsent, expiry.isAbsent || expiry >= expiresTo { return false }
            return !activeOnly || row.isTradable
        }
        .sorted(by: Self.isBefore)
    }

    /// - Returns: what is behind a row, or nil when there is no such row.
    func behind(_ id: UInt32, _ list: [Row]) -> [Row]? {
        if id == 0 { return list }
        guard let row = row(id: id) else { return nil }
        return list.filter { Self.isBefore(row, $0) }
    }

    func pairs(venueCountMin: Int, activeOnly: Bool) -> [Row] {
        let counted = rows.filter { !activeOnly || $0.isTradable }
        let pairs = Dictionary(grouping: counted) { [$0.record.baseAsset, $0.record.quoteAsset] }
        return pairs.filter { Set($0.value.map(\.record.exchangeId)).count >= venueCountMin }.values.map {
            $0.sorted(by: Self.isBefore)
        }
        .sorted { Self.pairName($0[0]).lexicographicallyPrecedes(Self.pairName($1[0])) }.flatMap(\.self)
    }

    /// The names of the pairs here, so that their order is that of lists.
    private static func pairName(_ row: Row) -> [String] {
        func texts(_ text: AssetText) -> [String] { [text.description.lowercased(), text.description] }
        return texts(row.record.baseAsset) + texts(row.record.quoteAsset)
    }

    private static func isBefore(_ left: Row, _ right: Row) -> Bool {
        let (left, right) = (left.record, right.record)
        if left.exchangeId != right.exchangeId { return left.exchangeId < right.exchangeId }
        if left.expiresAt.isAbsent != right.expiresAt.isAbsent { return left.expiresAt.isAbsent }
        if left.expiresAt != right.expiresAt { return left.expiresAt < right.expiresAt }
        if left.strike.isAbsent != right.strike.isAbsent { return left.strike.isAbsent }
        if left.strike != right.strike { return digits(left.strike).lexicographicallyPrecedes(digits(right.strike)) }
        if left.optionType != right.optionType { return left.optionType == nil || right.optionType == .put }
        return left.id < right.id
    }

    /// A number from 0 on with so many digits before its point that numbers compare as their texts.
    private static func digits(_ number: DecimalValue) -> String {
        let text = number.description
        let whole = text.prefix { $0 != "." }
        return String(repeating: "0", count: 40 - whole.count) + text
    }
}
