/// A row of a pair, with its place among them.
struct PairMember: Keyed, BitwiseCopyable {
    let row: RowLocation
    let place: ContractPlace

    var key: ContractPlace { place }

    init(_ view: RowView, _ index: Int, isInOverlay: Bool) {
        place = view.contractPlace(at: index)
        row = RowLocation(id: place.id, isInOverlay: isInOverlay, index: index)
    }
}

/// The rows of one pair that are served, main image and overlay joined, in order of their places: those in a range.
struct PairMembers: IteratorProtocol {
    private var members: MergeJoin<MainMembers, IndexingIterator<[PairMember]>>

    init(_ pair: ServedPair, _ range: ContractRange) {
        members = MergeJoin(
            MainMembers(pair, range), pair.changed.filter { range.contains($0.place) }.makeIterator())
    }

    mutating func next() -> PairMember? { members.next().flatMap { $0.right ?? $0.left } }
}

/// The rows of one pair in a main image, in a range, but for those that are superseded.
///
/// The order of an image that somebody forged may lead anywhere. So that no page begins where an earlier one ended,
/// and rows come that are of the pair and no others, they end where one does not stand behind the one before.
private struct MainMembers: IteratorProtocol {
    private let snapshot: Snapshot
    private let view: RowView
    private let name: PairName
    private let range: ContractRange
    private var entry: Int
    private let end: Int
    private var last: ContractPlace

    init(_ pair: ServedPair, _ range: ContractRange) {
        snapshot = pair.snapshot
        name = pair.name
        self.range = range
        view = snapshot.mainRows
        entry = pair.entries.lowerBound
        end = pair.entries.upperBound
        last = range.after
        skip(upTo: range.after)
    }

    private mutating func skip(upTo place: ContractPlace) {
        let (view, first) = (view, entry)
        entry += partitionPoint(end - first) { offset in
            !(place < view.contractPlace(at: view.pairRowIndex(at: first + offset)))
        }
    }

    mutating func next() -> PairMember? {
        while entry < end {
            let member = PairMember(view, view.pairRowIndex(at: entry), isInOverlay: false)
            guard last < member.place, name.isName(of: view, member.row.index) else { break }
            last = member.place
            entry += 1
            switch range.side(of: member.place) {
            case .inside where !snapshot.isSuperseded(member.row.id): return member
            case .inside: continue
            case .outside(let place): skip(upTo: place)
            case .beyond: entry = end
            }
        }
        entry = end
        return nil
    }
}

extension RowView {
    /// The first entry of the pair order whose pair does not stand before this one. O(log n).
    func pairEntry(from name: PairName) -> Int {
        hasOrders ? partitionPoint(rowCount) { name.isBehind(self, pairRowIndex(at: $0)) } : 0
    }

    /// The entries of the pair order with a pair's rows; empty where it has none. O(log n + rows / 64).
    func pairEntries(of name: PairName) -> Range<Int> {
        let first = pairEntry(from: name)
        guard hasOrders, first < rowCount, name.isName(of: self, pairRowIndex(at: first)) else { return first..<first }
        return first..<search.pairEnd(after: first)
    }

    @inline(__always)
    func contractPlace(at index: Int) -> ContractPlace {
        let (row, terms) = (row(index), terms(at: index))
        return ContractPlace(
            exchangeId: row[RowLayout.exchangeId], expiresAt: terms?[TermsLayout.expiresAt] ?? .absent,
            strike: terms.map { TermsLayout.strike(at: $0) } ?? .absent, optionType: row[RowLayout.kinds] >> 5,
            id: row[RowLayout.id])
    }

    /// Whether a row is of one of some kinds.
    @inline(__always)
    func isOfKind(_ kinds: InstrumentKinds, at index: Int) -> Bool {
        let kind = row(index)[RowLayout.kinds] & 7
        return kind > 0 && kinds.rawValue & (1 << (kind - 1)) != 0
    }
}

extension PairName {
    /// Whether a row is of the pair.
    func isName(of view: RowView, _ index: Int) -> Bool {
        view.baseText(at: index) == base.text && view.quoteText(at: index) == quote.text
    }
}
