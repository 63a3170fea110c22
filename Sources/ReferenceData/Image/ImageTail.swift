/// The sections that only a file has: exchanges, aliases, refused rows and texts, as they stand behind those of a base.
struct ImageTail {
    let block: MemoryBlock
    let byteCount: Int
    /// By section, from `exchanges` on: byte offset in the file, and count of elements.
    let sections: [(offset: Int, count: Int)]
    let databaseSnapshotByteCount: Int

    static let cases = ImageSection.allCases[ImageSection.exchanges.rawValue...]

    /// Lays out what a snapshot has besides its rows, to stand at an offset of the file. O(exchanges, aliases,
    /// refused).
    init(_ snapshot: Snapshot, byteOffset: Int) {
        let exchanges = snapshot.directory.exchanges
        let aliases = snapshot.aliases.aliases
        let refused = snapshot.refused
        var texts = Array(snapshot.databaseSnapshot.utf8)
        databaseSnapshotByteCount = texts.count
        var reasonOffsets: [Int] = []
        for row in refused {
            reasonOffsets.append(texts.count)
            texts += row.reason.utf8
        }
        var sections: [(offset: Int, count: Int)] = []
        var end = byteOffset
        let counts = [exchanges.count, aliases.count, refused.count, texts.count]
        for (section, count) in zip(Self.cases, counts) {
            sections.append((end, count))
            end += ImageLayout.aligned(count * section.elementByteCount)
        }
        self.sections = sections
        byteCount = end - byteOffset
        block = .zeroed(byteCount: byteCount)

        var place = block.start
        for exchange in exchanges {
            exchange.store(at: place, isLastGood: snapshot.directory.lastGoodIds.contains(exchange.id))
            place += ExchangeLayout.byteCount
        }
        place = block.start + (sections[1].offset - byteOffset)
        for alias in aliases {
            alias.store(at: place)
            place += AliasLayout.byteCount
        }
        place = block.start + (sections[2].offset - byteOffset)
        for (row, reasonOffset) in zip(refused, reasonOffsets) {
            row.store(at: place, reasonOffset: reasonOffset)
            place += RefusedRowLayout.byteCount
        }
        let textStart = block.start + (sections[3].offset - byteOffset)
        texts.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { textStart.copyMemory(from: start, byteCount: bytes.count) }
        }
    }
}

/// The header of a file.
enum ImageHeader {
    /// The header of a snapshot's base, completed for a file; the checksum is still zero.
    static func block(_ snapshot: Snapshot, _ tail: ImageTail, confirmedAt: Timestamp) -> MemoryBlock {
        let block = MemoryBlock.zeroed(byteCount: ImageLayout.headerByteCount)
        let header = block.start
        header.copyMemory(from: snapshot.baseImage.block.start, byteCount: ImageLayout.headerByteCount)
        func store(_ value: UInt64, at offset: Int) {
            header.storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
        }
        store(UInt64(snapshot.baseImage.byteCount + tail.byteCount), at: ImageLayout.byteCountOffset)
        store(0, at: ImageLayout.checksumOffset)
        store(snapshot.epoch, at: ImageLayout.epochOffset)
        store(snapshot.generation, at: ImageLayout.generationOffset)
        store(UInt64(bitPattern: confirmedAt.microsecondsSince1970), at: ImageLayout.confirmedAtOffset)
        store(snapshot.isLoaded ? ImageLayout.loadedFlag : 0, at: ImageLayout.flagsOffset)
        store(UInt64(tail.databaseSnapshotByteCount), at: ImageLayout.databaseSnapshotByteCountOffset)
        for (section, place) in zip(ImageTail.cases, tail.sections) {
            let entry = ImageLayout.sectionsOffset + section.rawValue * ImageLayout.sectionEntryByteCount
            store(UInt64(place.offset), at: entry)
            store(UInt64(place.count), at: entry + 8)
        }
        return block
    }
}

extension Exchange {
    func store(at place: UnsafeMutableRawPointer, isLastGood: Bool) {
        var flags: UInt8 = isActive ? ExchangeLayout.activeBit : 0
        if isLastGood { flags |= ExchangeLayout.lastGoodBit }
        if baseURL != nil { flags |= ExchangeLayout.baseURLBit }
        if websocketURL != nil { flags |= ExchangeLayout.websocketURLBit }
        if rateLimitRequestsPerSecond != nil { flags |= ExchangeLayout.rateLimitBit }
        if precisionDefault != nil { flags |= ExchangeLayout.precisionDefaultBit }
        place.storeBytes(of: id, toByteOffset: ExchangeLayout.idOffset, as: UInt16.self)
        place.storeBytes(of: marketType.rawValue, toByteOffset: ExchangeLayout.marketTypeOffset, as: UInt8.self)
        place.storeBytes(of: flags, toByteOffset: ExchangeLayout.flagsOffset, as: UInt8.self)
        place.storeBytes(
            of: rateLimitRequestsPerSecond ?? 0, toByteOffset: ExchangeLayout.rateLimitOffset, as: UInt32.self)
        place.storeBytes(
            of: precisionDefault ?? 0, toByteOffset: ExchangeLayout.precisionDefaultOffset, as: UInt8.self)
        place.storeBytes(
            of: createdAt.microsecondsSince1970, toByteOffset: ExchangeLayout.createdAtOffset, as: Int64.self)
        place.storeBytes(
            of: updatedAt.microsecondsSince1970, toByteOffset: ExchangeLayout.updatedAtOffset, as: Int64.self)
        func store(_ text: String, _ offset: Int, byteCountMax: Int) {
            for (index, byte) in text.utf8.prefix(byteCountMax).enumerated() {
                place.storeBytes(of: byte, toByteOffset: offset + index, as: UInt8.self)
            }
        }
        store(name, ExchangeLayout.nameOffset, byteCountMax: Self.nameByteCountMax)
        store(enumValue, ExchangeLayout.enumValueOffset, byteCountMax: Self.enumValueByteCountMax)
        store(displayName, ExchangeLayout.displayNameOffset, byteCountMax: Self.displayNameByteCountMax)
        store(baseURL ?? "", ExchangeLayout.baseURLOffset, byteCountMax: Self.urlByteCountMax)
        store(websocketURL ?? "", ExchangeLayout.websocketURLOffset, byteCountMax: Self.urlByteCountMax)
    }

    /// Reads what `store` wrote; nil for bytes that are no exchange.
    init?(storedAt place: UnsafeRawPointer) {
        func text(_ offset: Int, byteCountMax: Int) -> String? {
            let field = UnsafeRawBufferPointer(start: place + offset, count: byteCountMax)
            let byteCount = field.firstIndex(of: 0) ?? byteCountMax
            guard field[byteCount...].allSatisfy({ $0 == 0 }) else { return nil }
            return String(validating: field.prefix(byteCount), as: UTF8.self)
        }
        let flags = place.load(fromByteOffset: ExchangeLayout.flagsOffset, as: UInt8.self)
        func optional<Value>(_ value: Value, _ bit: UInt8) -> Value? { flags & bit != 0 ? value : nil }
        guard flags & ~ExchangeLayout.allBits == 0,
            let marketType = MarketType(
                rawValue: place.load(fromByteOffset: ExchangeLayout.marketTypeOffset, as: UInt8.self)),
            let name = text(ExchangeLayout.nameOffset, byteCountMax: Self.nameByteCountMax),
            let enumValue = text(ExchangeLayout.enumValueOffset, byteCountMax: Self.enumValueByteCountMax),
            let displayName = text(ExchangeLayout.displayNameOffset, byteCountMax: Self.displayNameByteCountMax),
            let baseURL = text(ExchangeLayout.baseURLOffset, byteCountMax: Self.urlByteCountMax),
            let websocketURL = text(ExchangeLayout.websocketURLOffset, byteCountMax: Self.urlByteCountMax)
        else { return nil }
        func time(_ offset: Int) -> Timestamp {
            Timestamp(microsecondsSince1970: place.load(fromByteOffset: offset, as: Int64.self))
        }
        self.init(
            id: place.load(fromByteOffset: ExchangeLayout.idOffset, as: UInt16.self), name: name, enumValue: enumValue,
            displayName: displayName, marketType: marketType, isActive: flags & ExchangeLayout.activeBit != 0,
            baseURL: optional(baseURL, ExchangeLayout.baseURLBit),
            websocketURL: optional(websocketURL, ExchangeLayout.websocketURLBit),
            rateLimitRequestsPerSecond: optional(
                place.load(fromByteOffset: ExchangeLayout.rateLimitOffset, as: UInt32.self),
                ExchangeLayout.rateLimitBit),
            precisionDefault: optional(
                place.load(fromByteOffset: ExchangeLayout.precisionDefaultOffset, as: UInt8.self),
                ExchangeLayout.precisionDefaultBit),
            createdAt: time(ExchangeLayout.createdAtOffset), updatedAt: time(ExchangeLayout.updatedAtOffset))
    }
}

extension SymbolAlias {
    func store(at place: UnsafeMutableRawPointer) {
        key.copyBytes(to: place)
        place.storeBytes(of: symbolId, toByteOffset: AliasLayout.symbolIdOffset, as: UInt32.self)
    }

    init(storedAt place: UnsafeRawPointer) {
        self.init(
            key: SymbolKey(frameBytes: place),
            symbolId: place.load(fromByteOffset: AliasLayout.symbolIdOffset, as: UInt32.self))
    }
}

extension RefusedRow {
    func store(at place: UnsafeMutableRawPointer, reasonOffset: Int) {
        place.storeBytes(of: id, toByteOffset: RefusedRowLayout.idOffset, as: Int64.self)
        place.storeBytes(
            of: UInt64(reasonOffset), toByteOffset: RefusedRowLayout.reasonOffsetOffset, as: UInt64.self)
        place.storeBytes(
            of: UInt32(clamping: reason.utf8.count), toByteOffset: RefusedRowLayout.reasonByteCountOffset,
            as: UInt32.self)
        place.storeBytes(of: exchangeId, toByteOffset: RefusedRowLayout.exchangeIdOffset, as: UInt16.self)
        place.storeBytes(of: table.rawValue, toByteOffset: RefusedRowLayout.tableOffset, as: UInt8.self)
        var flags: UInt8 = 0
        if let symbolKey {
            flags |= RefusedRowLayout.symbolKeyBit
            symbolKey.copyBytes(to: place + RefusedRowLayout.symbolKeyOffset)
        }
        if let pairKey {
            flags |= RefusedRowLayout.pairKeyBit
            pairKey.copyBytes(to: place + RefusedRowLayout.pairKeyOffset)
        }
        place.storeBytes(of: flags, toByteOffset: RefusedRowLayout.flagsOffset, as: UInt8.self)
    }

    /// Reads what `store` wrote; nil for bytes that are no refused row.
    init?(storedAt place: UnsafeRawPointer, texts: UnsafeRawBufferPointer) {
        let offset = place.load(fromByteOffset: RefusedRowLayout.reasonOffsetOffset, as: UInt64.self)
        let byteCount = Int(place.load(fromByteOffset: RefusedRowLayout.reasonByteCountOffset, as: UInt32.self))
        guard let offset = Int(exactly: offset), offset <= texts.count, byteCount <= texts.count - offset,
            let reason = String(validating: texts[offset..<offset + byteCount], as: UTF8.self),
            let table = ReferenceKind(
                rawValue: place.load(fromByteOffset: RefusedRowLayout.tableOffset, as: UInt8.self)),
            table != .everything
        else { return nil }
        let flags = place.load(fromByteOffset: RefusedRowLayout.flagsOffset, as: UInt8.self)
        // A refused row may lack any of its texts; what it has of a key was represented, and is a text.
        guard flags & ~(RefusedRowLayout.symbolKeyBit | RefusedRowLayout.pairKeyBit) == 0,
            isSymbolKeyText(place + RefusedRowLayout.symbolKeyOffset, mayBeEmpty: true),
            isPairKeyText(place + RefusedRowLayout.pairKeyOffset, mayBeEmpty: true)
        else { return nil }
        self.init(
            table: table, id: place.load(fromByteOffset: RefusedRowLayout.idOffset, as: Int64.self), reason: reason,
            symbolKey: flags & RefusedRowLayout.symbolKeyBit == 0
                ? nil : SymbolKey(frameBytes: place + RefusedRowLayout.symbolKeyOffset),
            pairKey: flags & RefusedRowLayout.pairKeyBit == 0
                ? nil : PairKey(frameBytes: place + RefusedRowLayout.pairKeyOffset),
            exchangeId: place.load(fromByteOffset: RefusedRowLayout.exchangeIdOffset, as: UInt16.self))
    }
}
