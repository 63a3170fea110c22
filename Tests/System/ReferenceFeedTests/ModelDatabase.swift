/// PostgreSQL's snapshots and the change feed's stamps and tombstones in forty lines: what a refresh may see, and when.
struct ModelDatabase {
    /// What a reader takes as the mark of how far it has read.
    enum WatermarkRule {
        /// The whole snapshot, as the product does.
        case snapshot
        /// Canary: its xmin alone.
        case xmin
        /// Canary: the newest time of a change that was seen.
        case updatedAt
    }

    struct Snapshot: Hashable {
        let xmin: UInt64
        let xmax: UInt64
        let running: Set<UInt64>
        /// The newest stamp among the rows and tombstones it shows.
        let newestStamp: UInt64

        func shows(_ xid: UInt64) -> Bool { xid < xmax && !running.contains(xid) }

        var text: String { "\(xmin):\(xmax):\(running.sorted().map(String.init).joined(separator: ","))" }
    }

    enum Write {
        case put(id: Int, value: Int)
        case delete(id: Int)
        case truncate
    }

    struct Tombstone {
        let xid: UInt64
        let stamp: UInt64
        /// nil stands for everything.
        let id: Int?
    }

    private var nextXid: UInt64 = 100
    private var nextStamp: UInt64 = 1
    /// What open transactions have written, each with the time of the statement.
    private(set) var running: [UInt64: [(write: Write, stamp: UInt64)]] = [:]
    private(set) var prepared: Set<UInt64> = []
    private(set) var rows: [Int: (value: Int, xid: UInt64, stamp: UInt64)] = [:]
    let rule: WatermarkRule
    private var tombstones: [Tombstone] = []
    private var pruneHorizon: UInt64 = 0
    private(set) var snapshots: [String: Snapshot] = [:]

    init(rule: WatermarkRule = .snapshot) { self.rule = rule }

    var values: [Int: Int] { rows.mapValues(\.value) }

    mutating func begin() -> UInt64 {
        defer { nextXid += 1 }
        running[nextXid] = []
        return nextXid
    }

    /// False when another transaction holds the row's lock.
    mutating func write(_ xid: UInt64, _ write: Write) -> Bool {
        let isLocked = running.contains { other, writes in
            other != xid && writes.contains { $0.write.conflicts(with: write) }
        }
        guard !isLocked, !prepared.contains(xid) else { return false }
        running[xid]?.append((write, nextStamp))
        nextStamp += 1
        return true
    }

    /// PREPARE TRANSACTION: nothing but its end is left, and no disconnect ends it.
    mutating func prepare(_ xid: UInt64) { prepared.insert(xid) }

    /// ROLLBACK TO SAVEPOINT: what was written since is gone, the transaction goes on.
    mutating func rollback(_ xid: UInt64, keeping writeCount: Int) {
        guard !prepared.contains(xid), let writes = running[xid] else { return }
        running[xid] = Array(writes.prefix(writeCount))
    }

    /// Returns whether the transaction rings.
    mutating func commit(_ xid: UInt64) -> Bool {
        let writes = running.removeValue(forKey: xid) ?? []
        for (write, stamp) in writes {
            switch write {
            case .put(let id, let value): rows[id] = (value, xid, stamp)
            case .delete(let id):
                if rows.removeValue(forKey: id) != nil {
                    tombstones.append(Tombstone(xid: xid, stamp: stamp, id: id))
                }
            case .truncate:
                rows = [:]
                tombstones.append(Tombstone(xid: xid, stamp: stamp, id: nil))
            }
        }
        // A prepared transaction cannot ring.
        return prepared.remove(xid) == nil && !writes.isEmpty
    }

    mutating func rollback(_ xid: UInt64) {
        running[xid] = nil
        prepared.remove(xid)
    }

    mutating func prune() {
        let xmin = currentSnapshot().xmin
        let gone = tombstones.filter { $0.xid < xmin }.map(\.xid)
        tombstones.removeAll { $0.xid < xmin }
        pruneHorizon = max(pruneHorizon, gone.max() ?? 0)
    }

    mutating func currentSnapshot() -> Snapshot {
        let snapshot = Snapshot(
            xmin: running.keys.min() ?? nextXid, xmax: nextXid, running: Set(running.keys),
            newestStamp: max(rows.values.map(\.stamp).max() ?? 0, tombstones.map(\.stamp).max() ?? 0))
        snapshots[snapshot.text] = snapshot
        return snapshot
    }

    enum Increment {
        case expired(isTruncated: Bool)
        case changes(deleted: [Int], rows: [Int: Int])
    }

    /// The predicate of the statement `reference changes`.
    func changes(since old: Snapshot, at now: Snapshot) -> Increment {
        if pruneHorizon >= old.xmin, pruneHorizon < now.xmax { return .expired(isTruncated: false) }
        func isNew(_ xid: UInt64, _ stamp: UInt64) -> Bool {
            switch rule {
            case .snapshot: xid >= old.xmin && !old.shows(xid) && xid < now.xmax
            case .xmin: xid >= old.xmin && xid < now.xmin
            case .updatedAt: stamp > old.newestStamp
            }
        }
        let newTombstones = tombstones.filter { isNew($0.xid, $0.stamp) }
        if newTombstones.contains(where: { $0.id == nil }) { return .expired(isTruncated: true) }
        return .changes(
            deleted: newTombstones.compactMap(\.id).filter { rows[$0] == nil },
            rows: rows.filter { isNew($0.value.xid, $0.value.stamp) }.mapValues(\.value))
    }
}

extension ModelDatabase.Write {
    func conflicts(with other: ModelDatabase.Write) -> Bool {
        switch (self, other) {
        case (.truncate, _), (_, .truncate): true
        default: id == other.id
        }
    }

    private var id: Int? {
        switch self {
        case .put(let id, _), .delete(let id): id
        case .truncate: nil
        }
    }
}
