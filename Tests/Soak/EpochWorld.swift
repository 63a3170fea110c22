/// A row of `symbols` as the soak's engines can see it.
struct SoakRow: Equatable {
    var id: UInt32
    /// By its symbol string.
    var key: SoakKey
    var isActive: Bool
    var precisionPrice: UInt8
    var precisionBase: UInt8

    /// Whatever leads to it.
    var keys: [SoakKey] { [key, key.asPair] }
}

/// One entry of the audit table: the row after it, nil when it is gone.
struct AuditEntry {
    var id: Int64
    var transaction: UInt64
    /// When it was written: microseconds since 1970, by the clock that the server's log is written by too.
    var atMicroseconds: Int64
    var symbolId: UInt32
    var row: SoakRow?
}

/// What the server says of a generation in its log.
struct PublishedGeneration {
    var epoch: UInt64
    var generation: UInt64
    var snapshot: TransactionSnapshot
    /// When the line was written, by the wall clock and by the monotonic one.
    var atMicroseconds: Int64
    var atNanoseconds: UInt64
    /// What the server started from, rather than read from the database.
    var isFromFile: Bool
}

/// What the right answer was, for every key and every generation of one life of the server.
///
/// Built from the audit entries that each generation's `pg_snapshot` shows, so it owes nothing to the way in which the
/// server came to its answers.
struct EpochWorld {
    /// Audit entries that have been looked at, in the order in which they were read, and those of them that no
    /// generation has shown yet.
    private var entryCountSeen = 0
    private var unshown: [AuditEntry] = []
    private var rows: [UInt32: SoakRow] = [:]
    private var owners: [SoakKey: UInt32] = [:]
    /// For each key the generations from which on the answer changed, ascending.
    private var versions: [SoakKey: [(generation: UInt64, row: SoakRow?)]] = [:]
    /// When each known generation was published.
    private var publishedNanoseconds: [UInt64: UInt64] = [:]
    private(set) var lastGeneration: UInt64 = 0
    /// The generation that came from a file, if this life began with one.
    private(set) var fileGeneration: UInt64?
    /// When the database had first been read.
    var confirmedNanoseconds: UInt64?
    /// When the next life of the server published its first generation.
    var endedNanoseconds: UInt64?

    /// The log's clock is cut to milliseconds.
    private static let logGranularityMicroseconds: Int64 = 1_000

    /// Adds a generation.
    /// - Parameter entries: all that have been read so far, of which those that this generation shows must be some.
    mutating func add(_ published: PublishedGeneration, _ entries: [AuditEntry]) {
        guard published.generation > lastGeneration else { return }
        lastGeneration = published.generation
        publishedNanoseconds[published.generation] = published.atNanoseconds
        if published.isFromFile { fileGeneration = published.generation }
        unshown += entries[entryCountSeen...]
        entryCountSeen = entries.count
        // Of two entries that concern one row or one key the order of their ids is the order of their commits, because
        // the second had to wait for the first.
        unshown.sort { $0.id < $1.id }
        var remaining: [AuditEntry] = []
        for entry in unshown {
            // A transaction that was lost in a crash leaves its number to a later one, which this snapshot, taken
            // before, only seems to show.
            let isLater = entry.atMicroseconds > published.atMicroseconds + Self.logGranularityMicroseconds
            if !isLater, published.snapshot.shows(entry.transaction) {
                apply(entry, published.generation)
            } else {
                remaining.append(entry)
            }
        }
        unshown = remaining
    }

    private mutating func apply(_ entry: AuditEntry, _ generation: UInt64) {
        if let old = rows[entry.symbolId] {
            for key in old.keys where owners[key] == old.id {
                owners[key] = nil
                note(key, nil, generation)
            }
        }
        rows[entry.symbolId] = entry.row
        guard let row = entry.row else { return }
        for key in row.keys {
            owners[key] = row.id
            note(key, row, generation)
        }
    }

    private mutating func note(_ key: SoakKey, _ row: SoakRow?, _ generation: UInt64) {
        if versions[key]?.last?.generation == generation {
            versions[key]![versions[key]!.count - 1].row = row
        } else {
            versions[key, default: []].append((generation, row))
        }
    }

    func knows(_ generation: UInt64) -> Bool { publishedNanoseconds[generation] != nil }

    /// The right answer, `.some(nil)` for "unknown"; nil while the generation is not known.
    func row(_ key: SoakKey, generation: UInt64) -> SoakRow?? {
        guard knows(generation) else { return nil }
        return .some(versions[key]?.last { $0.generation <= generation }?.row)
    }

    /// When something newer could be had; nil as far as is known never.
    func supersededNanoseconds(_ generation: UInt64) -> UInt64? {
        publishedNanoseconds[generation + 1] ?? endedNanoseconds
    }

    /// Keys whose answers in a generation differ from those in another life's generation of the same number.
    func differences(from other: EpochWorld, generation: UInt64) -> [SoakKey] {
        Set(versions.keys).union(other.versions.keys).filter {
            row($0, generation: generation) != other.row($0, generation: generation)
        }
    }
}
