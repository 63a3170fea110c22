/// A pair with all its rows: where they stand in the main image, and which the overlay has.
struct ServedPair {
    let snapshot: Snapshot
    let name: PairName
    /// Of the pair order. Rows that the overlay supersedes are among them.
    let entries: Range<Int>
    /// In order of their places.
    let changed: [PairMember]

    /// - Parameter overlayIndexes: its rows in the overlay, in any order.
    init(_ snapshot: Snapshot, _ name: PairName, entries: Range<Int>, overlayIndexes: [Int]) {
        self.snapshot = snapshot
        self.name = name
        self.entries = entries
        changed = overlayIndexes.map { PairMember(snapshot.overlayRows, $0, isInOverlay: true) }
            .sorted { $0.place < $1.place }
    }

    /// A pair of the main image that the overlay does not concern, by its entries, of which there is one.
    init(_ snapshot: Snapshot, entries: Range<Int>) {
        let view = snapshot.mainRows
        self.init(
            snapshot, PairName(view, view.pairRowIndex(at: entries.lowerBound)), entries: entries, overlayIndexes: [])
    }

    /// Any pair. O(log n + its rows / 64 + overlay), and what its rows in the overlay cost to sort.
    init(_ snapshot: Snapshot, _ name: PairName) {
        let overlay = snapshot.overlayRows
        self.init(
            snapshot, name, entries: snapshot.mainRows.pairEntries(of: name),
            overlayIndexes: snapshot.changedIds.rowIndexes.filter { name.isName(of: overlay, $0) })
    }

    /// Its last row that is served, or nil. O(rows passed over): those that the overlay supersedes.
    var last: PairMember? {
        let view = snapshot.mainRows
        var last = changed.last
        for entry in entries.reversed() {
            let member = PairMember(view, view.pairRowIndex(at: entry), isInOverlay: false)
            // Others than its own rows are only in images that somebody forged.
            if snapshot.isSuperseded(member.row.id) || !name.isName(of: view, member.row.index) { continue }
            if let changed = last, member.place < changed.place { break }
            last = member
            break
        }
        return last
    }

    /// Counts the exchanges that list it, with `activeOnly` those where it is tradable, until there are enough.
    ///
    /// Rows are read only until one counts, the ones that expire last first: those are alive longest.
    func venues(atMost countMax: Int, activeOnly: Bool) -> (count: Int, scannedCount: Int) {
        let search = snapshot.mainRows.search
        func position(_ entry: Int) -> Int { snapshot.mainRows.rowIndex(in: snapshot.mainRows.pairOrder, at: entry) }
        var (count, scannedCount) = (0, 0)
        var entry = entries.lowerBound
        var rest = changed[...]
        while count < countMax {
            let inMain = entry < entries.upperBound ? search.exchangeId(at: position(entry)) : nil
            guard let exchangeId = rest.first.map({ min($0.place.exchangeId, inMain ?? .max) }) ?? inMain else { break }
            var isVenue = false
            let isTrading = snapshot.exchangeBits(exchangeId) & ExchangeDirectory.FlagBits.active != 0
            while let member = rest.first, member.place.exchangeId == exchangeId {
                isVenue = isVenue || !activeOnly || snapshot.isTradable(snapshot.flags(of: member.row))
                rest.removeFirst()
            }
            if inMain == exchangeId {
                let end = runEnd(entry, before: entries.upperBound) {
                    search.exchangeId(at: position($0)) == exchangeId
                }
                var candidate = end
                while !isVenue, candidate > entry, isTrading || !activeOnly {
                    candidate -= 1
                    scannedCount += 1
                    isVenue = (!activeOnly || search.isActive(at: position(candidate))) && !isSuperseded(candidate)
                }
                entry = end
            }
            if isVenue { count += 1 }
        }
        return (count, scannedCount)
    }

    private func isSuperseded(_ entry: Int) -> Bool {
        snapshot.changedIds.count > 0
            && snapshot.isSuperseded(snapshot.mainRows.id(at: snapshot.mainRows.pairRowIndex(at: entry)))
    }
}
