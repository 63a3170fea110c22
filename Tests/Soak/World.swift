/// A row of `symbols` as the soak's engines can see it.
struct SoakRow: Equatable {
    var id: UInt32
    var key: SoakKey
    var isActive: Bool
    var precisionPrice: UInt8
    var precisionBase: UInt8
}

/// One entry of the audit table: the row after it, nil when it is gone.
struct AuditEntry {
    var id: Int64
    var transaction: UInt64
    var symbolId: UInt32
    var row: SoakRow?
}

/// `pg_snapshot` as text: which transactions a state shows.
struct TransactionSnapshot {
    let xmin: UInt64
    let xmax: UInt64
    let inProgress: Set<UInt64>

    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let xmin = UInt64(parts[0]), let xmax = UInt64(parts[1]) else { return nil }
        self.xmin = xmin
        self.xmax = xmax
        inProgress = Set(parts[2].split(separator: ",").compactMap { UInt64($0) })
    }

    func shows(_ transaction: UInt64) -> Bool {
        transaction < xmin || transaction < xmax && !inProgress.contains(transaction)
    }
}

/// What the right answer was, for every key and every generation of one life of the server.
///
/// Built from the audit entries that each generation's `pg_snapshot` shows, so it owes nothing to the way in which the
/// server came to its answers.
struct EpochWorld {
    private var appliedIds: Set<Int64> = []
    private var rows: [UInt32: SoakRow] = [:]
    private var owners: [SoakKey: UInt32] = [:]
    /// For each key the generations from which on the answer changed, ascending.
    private var versions: [SoakKey: [(generation: UInt64, row: SoakRow?)]] = [:]
    private(set) var firstGeneration: UInt64?
    private(set) var lastGeneration: UInt64 = 0

    /// Adds a generation. Entries in the order of their ids: of two that concern one row or one key that is the order
    /// of their commits, because the second had to wait for the first.
    mutating func add(generation: UInt64, _ snapshot: TransactionSnapshot, _ entries: [AuditEntry]) {
        guard firstGeneration == nil || generation > lastGeneration else { return }
        if firstGeneration == nil { firstGeneration = generation }
        lastGeneration = generation
        for entry in entries where !appliedIds.contains(entry.id) && snapshot.shows(entry.transaction) {
            appliedIds.insert(entry.id)
            if let old = rows[entry.symbolId], owners[old.key] == old.id {
                owners[old.key] = nil
                note(old.key, nil, generation)
            }
            rows[entry.symbolId] = entry.row
            if let row = entry.row {
                owners[row.key] = row.id
                note(row.key, row, generation)
            }
        }
    }

    private mutating func note(_ key: SoakKey, _ row: SoakRow?, _ generation: UInt64) {
        if versions[key]?.last?.generation == generation {
            versions[key]![versions[key]!.count - 1].row = row
        } else {
            versions[key, default: []].append((generation, row))
        }
    }

    /// Nil while the generation is not known.
    func row(_ key: SoakKey, generation: UInt64) -> SoakRow?? {
        guard let firstGeneration, generation >= firstGeneration, generation <= lastGeneration else { return nil }
        return .some(versions[key]?.last { $0.generation <= generation }?.row)
    }
}
