import ReferenceData

/// Symbols that a whole load no longer found, with the ids that a database gives out next: one that was restored to an
/// earlier moment gives them out again, perhaps long after that load was served.
struct LapsedSymbols {
    private static let countMax = 10_000
    private var records: [UInt32: SymbolRecord] = [:]
    /// Ids that lapsed before this life of the server; to which symbols they belonged an image does not say.
    private var forgottenIds: ClosedRange<UInt32>?

    init() {}

    /// Those of the life that left an image behind.
    init(before image: Snapshot) {
        let greatest = image.symbolIdGreatest
        if greatest < image.symbolIdMax { forgottenIds = greatest + 1...image.symbolIdMax }
    }

    /// What was served under an id that is none any more.
    subscript(id: UInt32) -> SymbolRecord? { records.isEmpty ? nil : records[id] }

    func isForgotten(_ id: UInt32) -> Bool { forgottenIds?.contains(id) ?? false }

    /// Takes what a whole load changed.
    /// - Parameter greatestId: of the tables; one below it is not given out again.
    mutating func note(_ changes: [ReferenceChange], of former: Snapshot, greatestId: UInt32) {
        for change in changes where change.kind == .symbol && change.action == .remove && change.id > greatestId {
            records[change.id] = former.symbolRecord(id: change.id).record
        }
        // They are given out in order.
        for id in records.keys.sorted().dropFirst(Self.countMax) { records[id] = nil }
    }

    /// The ids of these rows are in use again.
    mutating func forget(_ rows: some Collection<SymbolRecord>) {
        guard !records.isEmpty else { return }
        for row in rows { records[row.id] = nil }
    }
}
