/// PostgreSQL's snapshots and the change feed's stamps and tombstones in forty lines: what a refresh may see, and when.
struct ModelDatabase {
    struct Snapshot: Hashable {
        let xmin: UInt64
        let xmax: UInt64
        let running: Set<UInt64>

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
        /// nil stands for everything.
        let id: Int?
    }

    private var nextXid: UInt64 = 100
    private(set) var running: [UInt64: [Write]] = [:]
    private(set) var rows: [Int: (value: Int, xid: UInt64)] = [:]
    private var tombstones: [Tombstone] = []
    private var pruneHorizon: UInt64 = 0
    private(set) var snapshots: [String: Snapshot] = [:]

    var values: [Int: Int] { rows.mapValues(\.value) }

    mutating func begin() -> UInt64 {
        defer { nextXid += 1 }
        running[nextXid] = []
        return nextXid
    }

    /// False when another transaction holds the row's lock.
    mutating func write(_ xid: UInt64, _ write: Write) -> Bool {
        let isLocked = running.contains { other, writes in
            other != xid && writes.contains { $0.conflicts(with: write) }
        }
        guard !isLocked else { return false }
        running[xid]?.append(write)
        return true
    }

    /// Returns whether the transaction rings.
    mutating func commit(_ xid: UInt64) -> Bool {
        let writes = running.removeValue(forKey: xid) ?? []
        for write in writes {
            switch write {
            case .put(let id, let value): rows[id] = (value, xid)
            case .delete(let id):
                if rows.removeValue(forKey: id) != nil { tombstones.append(Tombstone(xid: xid, id: id)) }
            case .truncate:
                rows = [:]
                tombstones.append(Tombstone(xid: xid, id: nil))
            }
        }
        return !writes.isEmpty
    }

    mutating func rollback(_ xid: UInt64) { running[xid] = nil }

    mutating func prune() {
        let xmin = currentSnapshot().xmin
        let gone = tombstones.filter { $0.xid < xmin }.map(\.xid)
        tombstones.removeAll { $0.xid < xmin }
        pruneHorizon = max(pruneHorizon, gone.max() ?? 0)
    }

    mutating func currentSnapshot() -> Snapshot {
        let snapshot = Snapshot(
            xmin: running.keys.min() ?? nextXid, xmax: nextXid, running: Set(running.keys))
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
        func isNew(_ xid: UInt64) -> Bool { xid >= old.xmin && !old.shows(xid) && xid < now.xmax }
        let newTombstones = tombstones.filter { isNew($0.xid) }
        if newTombstones.contains(where: { $0.id == nil }) { return .expired(isTruncated: true) }
        return .changes(
            deleted: newTombstones.compactMap(\.id).filter { rows[$0] == nil },
            rows: rows.filter { isNew($0.value.xid) }.mapValues(\.value))
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
