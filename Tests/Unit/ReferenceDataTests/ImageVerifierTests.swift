import Scenarios
import TestSupport
import Testing

@testable import ReferenceData

/// Images that were changed by somebody who made the checksum fit: what could not have been written is refused.
struct ImageVerifierTests {
    /// A whole image and the places in it.
    private struct Forgery {
        var bytes: [UInt8]
        let sections: [Range<Int>]

        init(seed: UInt64) {
            bytes = ImageCorruptionTests.bytes(seed: seed)
            sections = ImageCorruptionTests.sections(bytes)
        }

        func places(_ section: ImageSection) -> Range<Int> { sections[section.rawValue] }

        /// Where the first element of a section begins for which something holds.
        func first(_ section: ImageSection, where isWanted: (ArraySlice<UInt8>) -> Bool = { _ in true }) -> Int? {
            stride(from: places(section).lowerBound, to: places(section).upperBound, by: section.elementByteCount)
                .first { isWanted(bytes[$0..<$0 + section.elementByteCount]) }
        }

        func claims(ofRowAt row: Int) -> SlotClaims {
            let offset = row + RowLayout.claims.offset
            return SlotClaims(bits: UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8)
        }

        /// The row of which `isWanted` holds.
        func row(where isWanted: (SymbolRecord) -> Bool) throws -> Int {
            let snapshot = try SnapshotImageTests.open(bytes).snapshot
            let index = withExtendedLifetime(snapshot) {
                (0..<snapshot.mainRows.rowCount).first { isWanted(snapshot.mainRows.record(at: $0)) }
            }
            return places(.rows).lowerBound + (try #require(index)) * RowLayout.byteCount
        }

        /// Why the bytes are refused, once the checksum fits.
        func failure() -> ImageFileError? {
            var forged = bytes
            ImageCorruptionTests.sign(&forged)
            return ImageCorruptionTests.failure(forged)
        }
    }

    /// Slots, entries and members say of each row what the row says. The first case a fuzzer found: an image with one
    /// byte of a slot's id cleared, which resolved a key to symbol 0.
    @Test(.scenario(.imageFileDamaged), arguments: ImageCorruptionTests.seeds)
    func whatSectionsSayOfARowIsTheSame(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let whole = Forgery(seed: seed)
        #expect(whole.failure() == nil, "seed \(seed)")
        func refuses(_ place: Int, _ what: Comment) {
            var forgery = whole
            forgery.bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
            let failure = forgery.failure()
            guard case .damaged = failure else {
                Issue.record("\(what), byte \(place): \(String(describing: failure)), seed \(seed)")
                return
            }
        }
        for section in [ImageSection.symbolSlots, .pairSlots] {
            for slot in stride(from: whole.places(section).lowerBound, to: whole.places(section).upperBound, by: 64)
            where whole.bytes[slot + 59] != 0 {
                refuses(slot + ([0, 1] + Array(52..<64)).randomElement(using: &generator)!, "\(section)")
                // Rows repeat the beginnings of their texts, but not their names.
                let starts = section == .symbolSlots ? Array(2..<18) : Array(2..<10) + Array(27..<35)
                let isName = UInt16(whole.bytes[slot + 1]) << 8 & NameKey.markBit != 0
                if !isName { refuses(slot + starts.randomElement(using: &generator)!, "texts of \(section)") }
            }
        }
        let rows = whole.places(.rows)
        for row in stride(from: rows.lowerBound, to: rows.upperBound, by: RowLayout.byteCount) {
            // What a slot repeats of the row that owns it, and who owns what.
            var places = Array(0..<6) + [RowLayout.claims.offset, RowLayout.claims.offset + 1]
            places += [RowLayout.textBits.offset] + Array(RowLayout.symbolStart.offset..<RowLayout.byteCount)
            let claims = whole.claims(ofRowAt: row)
            if claims[.symbol] & SlotClaims.owner != 0 { places += Array(6..<10) + Array(20..<24) }
            if claims[.pair] & SlotClaims.owner != 0 { places += Array(6..<10) + Array(24..<28) }
            refuses(row + places.randomElement(using: &generator)!, "rows")
        }
        for section in [ImageSection.sharedKeys, .dueOrder] {
            for place in whole.places(section) { refuses(place, "\(section)") }
        }
        for section in [ImageSection.idBlocks, .idEntries, .exchangeRanges, .exchangeMembers] {
            for place in stride(from: whole.places(section).lowerBound, to: whole.places(section).upperBound, by: 4) {
                refuses(place + Int.random(in: 0..<4, using: &generator), "\(section)")
            }
        }
    }

    /// Nobody verifies the bits that divide the pair order: forged ones join pairs, and what is found must still be of
    /// the pair that was asked for.
    @Test(.scenario(.imageFileDamaged), arguments: ImageCorruptionTests.seeds)
    func pairsThatForgedBitsJoinAreToldApart(seed: UInt64) throws {
        var forgery = Forgery(seed: seed)
        let places = forgery.places(.searchIndex)
        let rowCount = forgery.places(.rows).count / RowLayout.byteCount
        let bits = places.lowerBound + SearchIndex.Parts(rowCount: rowCount).pairStarts
        for place in bits..<bits + 8 { forgery.bytes[place] = 0 }
        ImageCorruptionTests.sign(&forgery.bytes)
        let snapshot = try SnapshotImageTests.open(forgery.bytes).snapshot
        var foundCount = 0
        var pairs: [(base: AssetText, quote: AssetText)] = []
        snapshot.symbols(exchangeId: 0, activeOnly: false, afterSymbolId: 0, limit: .max) { record, _ in
            pairs.append((record.baseAsset, record.quoteAsset))
        }
        for pair in pairs {
            snapshot.find(base: pair.base, quote: pair.quote) { record, _ in
                #expect(record.baseAsset == pair.base && record.quoteAsset == pair.quote, "seed \(seed)")
                foundCount += 1
            }
        }
        #expect(foundCount > 0, "seed \(seed)")
    }

    /// Whoever changes all places alike still cannot make a row that is none.
    @Test func rowsBreakNoRule() throws {
        func refuses(_ what: Comment, _ change: (inout Forgery) throws -> Void) rethrows {
            var forgery = Forgery(seed: 1)
            try change(&forgery)
            #expect(forgery.failure() == .damaged("rows"), what)
        }
        try refuses("a decimal in another form") {
            // 10 with an exponent of 0 is written as 1 with an exponent of 1.
            let mantissa = try #require($0.first(.rows)) + RowLayout.mantissa(2).offset
            $0.bytes.replaceSubrange(mantissa..<mantissa + 8, with: [10, 0, 0, 0, 0, 0, 0, 0])
        }
        for kinds in [0, 6, 7, 1 | 1 << 3, 1 | 1 << 5, 2, 3, 4] as [UInt8] {
            try refuses("kinds \(kinds) of a spot symbol") {
                $0.bytes[try $0.row { $0.kind == .spot && $0.listedAt.isAbsent } + RowLayout.kinds.offset] = kinds
            }
        }
        for kind in InstrumentKind.allCases where kind != .option && kind != .other {
            try refuses("an option as \(kind)") {
                $0.bytes[try $0.row { $0.kind == .option } + RowLayout.kinds.offset] = kind.rawValue
            }
        }
        try refuses("digits derived, and no flag") {
            $0.bytes[try $0.row { $0.derivedDigits.isEmpty } + RowLayout.derivedDigits.offset] = 1
        }
        try refuses("terms that there are not") {
            $0.bytes[try $0.row { $0.kind == .spot && $0.listedAt.isAbsent } + RowLayout.terms.end - 1] = 1
        }
        refuses("a bit that means nothing") {
            $0.bytes[$0.places(.rows).lowerBound + RowLayout.claims.end - 1] |= 0x80
        }
        refuses("a settle asset with a hole") {
            let second = $0.places(.terms).lowerBound + TermsLayout.byteCount
            $0.bytes[second + TermsLayout.settleAsset.offset + 24] = 65
        }
        for offset in 0..<TermsLayout.byteCount {
            var forgery = Forgery(seed: 1)
            forgery.bytes[forgery.places(.terms).lowerBound + offset] ^= 1
            #expect(forgery.failure() == .damaged("terms"), "terms of nothing, byte \(offset)")
        }
    }

    /// A spot symbol of one asset alone, whoever says so: the row, the slot, or both.
    @Test func assetsOfASpotSymbolDiffer() throws {
        let whole = Forgery(seed: 1)
        let snapshot = try SnapshotImageTests.open(whole.bytes).snapshot
        let view = snapshot.mainRows
        let index = try #require(
            (0..<view.rowCount).first { index in
                view.record(at: index).kind == .spot && view.row(index)[RowLayout.textBits] == 0
                    && view.row(index)[RowLayout.claims][.pair] & SlotClaims.owner != 0
            })
        let row = whole.places(.rows).lowerBound + index * RowLayout.byteCount
        let slotIndex = view.pairTable.index(of: view.pairSlot(at: index))
        let slot = whole.places(.pairSlots).lowerBound + slotIndex * SlotLayout.byteCount
        for (changesRow, changesSlot) in [(true, false), (false, true), (true, true)] {
            var forgery = whole
            if changesRow {
                forgery.bytes[row + RowLayout.claims.offset + 1] |= 0x10
                let base = row + RowLayout.pairStart.offset
                for offset in 0..<8 { forgery.bytes[base + 8 + offset] = forgery.bytes[base + offset] }
            }
            if changesSlot {
                for offset in 0..<25 { forgery.bytes[slot + 27 + offset] = forgery.bytes[slot + 2 + offset] }
            }
            guard case .damaged = forgery.failure() else {
                Issue.record("row \(changesRow), slot \(changesSlot)")
                continue
            }
        }
    }

    /// What is due at the time of the image is inactive, and nothing else is due.
    @Test func rowsAreDueWhenTheyAre() throws {
        var forgery = Forgery(seed: 1)
        for place in ImageHeader.judgedAt.offset..<ImageHeader.judgedAt.end { forgery.bytes[place] = 0xFF }
        forgery.bytes[ImageHeader.judgedAt.end - 1] = 0x7F
        #expect(forgery.failure() == .damaged("rows"), "everything would be due")
        forgery = Forgery(seed: 1)
        forgery.bytes[ImageHeader.asOf.offset] = 1
        #expect(forgery.failure() == .damaged("asOf"))
    }

    /// Texts are UTF-8 and nothing stands behind their end.
    @Test(
        .scenario(.imageFileDamaged),
        arguments: [ImageSection.symbolSlots, .pairSlots, .aliases, .refusedRows, .exchanges])
    func textsAreTexts(section: ImageSection) throws {
        let offset =
            switch section {
            case .refusedRows: RefusedRowLayout.symbolKey.offset + 2
            case .exchanges: ExchangeLayout.name.offset
            default: 2
            }
        // The first byte is no text; the others stand behind a NUL: in a pair's key the end of the base, and of all.
        for (byte, place) in [(UInt8(0xFF), 0), (0x80, 0), (65, 24), (65, 49)] {
            var forgery = Forgery(seed: 1)
            let element = try #require(
                forgery.first(section) { element in
                    let text = element.dropFirst(offset)
                    return text.first != 0 && text.dropFirst(23).first == 0
                })
            forgery.bytes[element + offset + place] = byte
            guard case .damaged = forgery.failure() else {
                Issue.record("\(section): byte \(byte) at \(place)")
                continue
            }
        }
    }

    @Test func exchangesAreThoseOfTheRowsAndEachItsOwn() throws {
        let whole = Forgery(seed: 1)
        let first = whole.places(.exchanges).lowerBound
        let count = whole.places(.exchanges).count / ExchangeLayout.byteCount
        try #require(count > 1)
        let last = first + (count - 1) * ExchangeLayout.byteCount

        var forgery = whole
        forgery.bytes[last] = 200
        #expect(forgery.failure() == .damaged("exchangeRanges: rows of an unknown exchange"))

        forgery = whole
        for offset in ExchangeLayout.name.offset..<ExchangeLayout.displayName.offset {
            forgery.bytes[last + offset] = forgery.bytes[first + offset]
        }
        #expect(forgery.failure() == .damaged("exchanges"))

        forgery = whole
        for offset in ExchangeLayout.enumValue.offset..<ExchangeLayout.displayName.offset {
            forgery.bytes[last + offset] = 0
        }
        #expect(forgery.failure() == .damaged("exchanges"))

        forgery = whole
        forgery.bytes[first + ExchangeLayout.flags.offset] |= 0x80
        #expect(forgery.failure() == .damaged("exchanges"))
    }

    @Test func headersAndRefusedRowsSayNothingUnknown() throws {
        for (offset, what) in [(ImageHeader.rowCount.offset, "rowCount"), (ImageHeader.flags.offset, "flags")] {
            var forgery = Forgery(seed: 1)
            forgery.bytes[offset] ^= 3
            #expect(forgery.failure() == .damaged(what))
        }
        // One that cannot be counted on from.
        var last = Forgery(seed: 1)
        let generation = ImageHeader.generation
        last.bytes.replaceSubrange(generation.offset..<generation.end, with: repeatElement(0xFF, count: 8))
        #expect(last.failure() == .damaged("generation"))
        var forgery = Forgery(seed: 1)
        let refused = try #require(forgery.first(.refusedRows))
        forgery.bytes[refused + RefusedRowLayout.flags.offset] |= 4
        #expect(forgery.failure() == .damaged("refusedRows"))
    }

    /// Where the order of pairs is another than their names', a list ends: a page that began before the one that it
    /// follows would have no end.
    @Test func pairsOutOfOrderHaveAnEnd() throws {
        let pairCount = 1_000
        var symbols: [SymbolRecord] = []
        for index in 0..<UInt32(pairCount * 2) {
            let base = "P\(10_000 + index / 2)"
            symbols.append(SnapshotTests.record(index + 1, UInt16(index % 2) + 1, base, "USDT"))
        }
        var bytes = SnapshotImageTests.bytes(
            of: SnapshotImage(SnapshotTests.snapshot(symbols), confirmedAt: .absent))
        // The first pair, and one on which a page of so many symbols ends, change places.
        let pageCount = 1_024
        let order = ImageCorruptionTests.sections(bytes)[ImageSection.pairOrder.rawValue].lowerBound
        let (first, last) = (order, order + (pageCount - 2) * 4)
        for offset in 0..<8 { bytes.swapAt(first + offset, last + offset) }
        ImageCorruptionTests.sign(&bytes)
        let snapshot = try SnapshotImageTests.open(bytes).snapshot

        var (after, count, pages) = (UInt32(0), 0, 0)
        var hasMore = true
        while hasMore {
            let page = snapshot.pairs(
                venueCountMin: 2, activeOnly: false, afterSymbolId: after, limit: 100, { _, _ in count += 1 })
            let end = try #require(page)
            (after, hasMore) = (end.lastId, end.hasMore)
            pages += 1
            try #require(pages <= symbols.count)
        }
        #expect(count <= symbols.count)
        let page = SnapshotResolver(snapshot).pairs(venueCountMin: 2, activeOnly: false, limit: pairCount * 10)
        #expect(page.rows.count <= pairCount && !page.hasMore)
    }
}
