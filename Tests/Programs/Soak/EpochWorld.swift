/// A row of `symbols` as the soak's engines can see it.
struct SoakRow: Equatable {
    var id: UInt32
    /// By its symbol string.
    var key: SoakKey
    var isActive: Bool
    var precisionPrice: UInt8
    var precisionBase: UInt8
    var precisionQuote: UInt8
    /// When it expires or is delisted, in microseconds since 1970, whatever `isActive` says.
    var dueMicroseconds: Int64?

    /// As it is at a time.
    func judged(at microseconds: Int64) -> SoakRow {
        var row = self
        if let dueMicroseconds, dueMicroseconds <= microseconds { row.isActive = false }
        return row
    }

    /// Whatever leads to it.
    var keys: [SoakKey] { key.isFuture ? [key] : [key, key.asPair] }
}

/// A row of `exchanges`, at the place of its code in `SoakKey.exchangeCodes`.
struct SoakExchange: Equatable {
    var id: UInt16
    var isActive: Bool
}

/// One entry of the audit table.
struct AuditEntry {
    enum Change: Equatable {
        /// The row after it, nil when it is gone.
        case symbol(id: UInt32, row: SoakRow?)
        /// An exchange, by its place in `SoakKey.exchangeCodes`.
        case exchange(Int, isActive: Bool)
    }

    var id: Int64
    var transaction: UInt64
    /// When it was written: microseconds since 1970, by the clock that the server's log is written by too.
    var atMicroseconds: Int64
    var change: Change
}

/// The right answer.
struct Expectation: Equatable {
    /// Of the key, listed or not.
    var exchange: SoakExchange
    /// Nil for a symbol that is not listed.
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
    /// That of the file's former life which the server started from, where it did not read this from the database.
    var fileGeneration: UInt64?
    /// The time whose truth it shows, in microseconds since 1970: what was due by then is inactive.
    var judgedMicroseconds = Int64.min
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
    private var exchanges: [SoakExchange]
    private var owners: [SoakKey: UInt32] = [:]
    /// For each key the generations from which on the answer changed, ascending.
    private var versions: [SoakKey: [(generation: UInt64, row: SoakRow?)]] = [:]
    /// The same for each exchange; the first is what the audit began with.
    private var exchangeVersions: [[(generation: UInt64, exchange: SoakExchange)]]
    /// When each known generation was published.
    private var publishedNanoseconds: [UInt64: UInt64] = [:]
    private(set) var lastGeneration: UInt64 = 0
    private var judgedMicroseconds: [UInt64: Int64] = [:]
    /// What the file showed and the generations that show it, if this life began with one: the first, and those in
    /// which nothing changed but the time.
    private var fileSnapshot: TransactionSnapshot?
    private var fileGenerations: Set<UInt64> = []
    private var lastSnapshot: TransactionSnapshot?
    /// Generations in which nothing changed but the time.
    private(set) var dueGenerationCount = 0
    /// By how much the wall clock is ahead of the monotonic one.
    private var wallAheadNanoseconds: Int64 = 0
    /// When the database had first been read.
    var confirmedNanoseconds: UInt64?
    /// When the next life of the server published its first generation.
    var endedNanoseconds: UInt64?

    /// The log's clock is cut to milliseconds.
    private static let logGranularityMicroseconds: Int64 = 1_000

    /// - Parameter exchanges: as they were before the first audit entry.
    init(_ exchanges: [SoakExchange]) {
        self.exchanges = exchanges
        exchangeVersions = exchanges.map { [(generation: UInt64(0), exchange: $0)] }
    }

    /// Adds a generation, which must be newer than the last one.
    /// - Parameter entries: all that have been read so far, of which those that this generation shows must be some.
    /// - Returns: those that it shows and none before did.
    @discardableResult
    mutating func add(_ published: PublishedGeneration, _ entries: [AuditEntry]) -> [AuditEntry] {
        lastGeneration = published.generation
        publishedNanoseconds[published.generation] = published.atNanoseconds
        judgedMicroseconds[published.generation] = published.judgedMicroseconds
        wallAheadNanoseconds = published.atMicroseconds &* 1_000 &- Int64(clamping: published.atNanoseconds)
        if published.snapshot == lastSnapshot { dueGenerationCount += 1 }
        lastSnapshot = published.snapshot
        if published.fileGeneration != nil { fileSnapshot = published.snapshot }
        if confirmedNanoseconds == nil, published.snapshot == fileSnapshot {
            fileGenerations.insert(published.generation)
        }
        unshown += entries[entryCountSeen...]
        entryCountSeen = entries.count
        // Of two entries that concern one row or one key the order of their ids is the order of their commits, because
        // the second had to wait for the first.
        unshown.sort { $0.id < $1.id }
        var remaining: [AuditEntry] = []
        var shown: [AuditEntry] = []
        for entry in unshown {
            // A transaction that was lost in a crash leaves its number to a later one, which this snapshot, taken
            // before, only seems to show.
            let isLater = entry.atMicroseconds > published.atMicroseconds + Self.logGranularityMicroseconds
            if !isLater, published.snapshot.shows(entry.transaction) {
                apply(entry.change, published.generation)
                shown.append(entry)
            } else {
                remaining.append(entry)
            }
        }
        unshown = remaining
        return shown
    }

    /// How many rows the newest generation shows otherwise than all the entries that have been read leave them.
    ///
    /// An entry that no generation shows is none of them when a later one undid it: nothing is published then.
    func unpublishedCount(_ entries: [AuditEntry]) -> Int {
        var symbols: [UInt32: SoakRow?] = [:]
        var isActive: [Int: Bool] = [:]
        for entry in (unshown + entries[entryCountSeen...]).sorted(by: { $0.id < $1.id }) {
            switch entry.change {
            case .symbol(let id, let row): symbols.updateValue(row, forKey: id)
            case .exchange(let place, let value): isActive[place] = value
            }
        }
        return symbols.count { $1 != rows[$0] } + isActive.count { $1 != exchanges[$0].isActive }
    }

    private mutating func apply(_ change: AuditEntry.Change, _ generation: UInt64) {
        switch change {
        case .symbol(let id, let row): apply(id, row, generation)
        case .exchange(let place, let isActive):
            exchanges[place].isActive = isActive
            if exchangeVersions[place].last?.generation == generation { exchangeVersions[place].removeLast() }
            exchangeVersions[place].append((generation, exchanges[place]))
        }
    }

    private mutating func apply(_ id: UInt32, _ row: SoakRow?, _ generation: UInt64) {
        if let old = rows[id] {
            for key in old.keys where owners[key] == old.id {
                owners[key] = nil
                note(key, nil, generation)
            }
        }
        rows[id] = row
        guard let row else { return }
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

    func isOfFile(_ generation: UInt64) -> Bool { fileGenerations.contains(generation) }

    /// The wall clock's time at a moment of the monotonic one.
    func wallMicroseconds(at nanoseconds: UInt64) -> Int64 {
        (Int64(clamping: nanoseconds) &+ wallAheadNanoseconds) / 1_000
    }

    func knows(_ generation: UInt64) -> Bool { publishedNanoseconds[generation] != nil }

    /// The right answer; nil while the generation is not known.
    func expectation(_ key: SoakKey, generation: UInt64) -> Expectation? {
        guard knows(generation),
            let exchange = exchangeVersions[Int(key.exchange)].last(where: { $0.generation <= generation })?.exchange
        else { return nil }
        let row = versions[key]?.last { $0.generation <= generation }?.row
        return Expectation(exchange: exchange, row: row?.judged(at: judgedMicroseconds[generation] ?? .min))
    }

    /// When something newer could be had; nil as far as is known never.
    func supersededNanoseconds(_ generation: UInt64) -> UInt64? {
        publishedNanoseconds[generation + 1] ?? endedNanoseconds
    }

    /// Keys whose answers in a generation differ from those in a generation of another life.
    func differences(_ generation: UInt64, from other: EpochWorld, _ otherGeneration: UInt64) -> [SoakKey] {
        Set(versions.keys).union(other.versions.keys).filter {
            expectation($0, generation: generation) != other.expectation($0, generation: otherGeneration)
        }
    }
}
