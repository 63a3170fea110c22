/// The exchanges of a snapshot. There are few of them, so any change replaces the whole.
final class ExchangeDirectory: @unchecked Sendable {
    /// The bits of an exchange's byte in the table that symbol lookups read.
    enum FlagBits {
        static let known: UInt8 = 1
        /// Equals `ResolutionFlags.exchangeActive`.
        static let active: UInt8 = 2
        /// The raw value of the market type stands from this bit on.
        static let marketTypeShift: UInt8 = 2
    }

    static let empty = ExchangeDirectory([], lastGoodIds: [])

    /// In id order.
    let exchanges: [Exchange]
    /// Exchanges whose newest version was refused.
    let lastGoodIds: Set<UInt16>
    let activeCount: Int
    /// One byte of `FlagBits` for every id that an exchange can have, so that a lookup need not ask whether it has one.
    let flags: UnsafeRawPointer

    private let flagBlock: MemoryBlock
    /// Position in `exchanges` by id; -1 where there is none.
    private let positions: [Int32]
    /// By id, `SymbolRecord.unknownPrecision` for none.
    private let precisionDefaults: [UInt8]
    /// Enum values and, where they are nobody's enum value, names.
    private let codes: KeyTable

    var byteCount: Int { flagBlock.byteCount + codes.byteCount + positions.count * 4 + exchanges.count * 512 }

    /// Exchanges in id order, each valid and no id, enum value or name twice.
    init(_ exchanges: [Exchange], lastGoodIds: Set<UInt16>) {
        self.exchanges = exchanges
        self.lastGoodIds = lastGoodIds
        activeCount = exchanges.count { $0.isActive }
        flagBlock = MemoryBlock.zeroed(byteCount: 1 << 16)
        flags = UnsafeRawPointer(flagBlock.start)
        var positions = [Int32](repeating: -1, count: Int(exchanges.last?.id ?? 0) + 1)
        var precisionDefaults = [UInt8](repeating: SymbolRecord.unknownPrecision, count: positions.count)
        for (position, exchange) in exchanges.enumerated() {
            positions[Int(exchange.id)] = Int32(truncatingIfNeeded: position)
            var bits = FlagBits.known
            if exchange.isActive { bits |= FlagBits.active }
            bits |= exchange.marketType.rawValue << FlagBits.marketTypeShift
            precisionDefaults[Int(exchange.id)] = exchange.precisionDefault ?? SymbolRecord.unknownPrecision
            flagBlock.start.storeBytes(of: bits, toByteOffset: Int(exchange.id), as: UInt8.self)
        }
        self.positions = positions
        self.precisionDefaults = precisionDefaults
        let enumValues = exchanges.compactMap { row in Self.codeKey(row.enumValue).map { ($0, UInt32(row.id)) } }
        let names = exchanges.compactMap { row in Self.codeKey(row.name).map { ($0, UInt32(row.id)) } }
        codes = KeyTable(enumValues + names)
    }

    func exchange(id: UInt16) -> Exchange? {
        guard Int(id) < positions.count, positions[Int(id)] >= 0 else { return nil }
        return exchanges[Int(positions[Int(id)])]
    }

    /// The id of an enum value, or else of a name.
    func id(code: String) -> UInt16? {
        guard let text = ShortText(code) else { return code.withBorrowedUTF8 { id(code: $0) } }
        return codes.id(of: KeyWords(exchangeId: 0, text)).map { UInt16(truncatingIfNeeded: $0) }
    }

    func id(code: UnsafeRawBufferPointer) -> UInt16? {
        guard code.count <= Exchange.codeByteCountMax, let key = KeyWords(exchangeId: 0, text: code) else { return nil }
        return codes.id(of: key).map { UInt16(truncatingIfNeeded: $0) }
    }

    func isKnown(_ id: UInt16) -> Bool {
        flags.load(fromByteOffset: Int(id), as: UInt8.self) & FlagBits.known != 0
    }

    /// What an exchange trades; nil for one that is unknown. O(1), allocates nothing.
    @inline(__always)
    func marketType(_ id: UInt16) -> MarketType? {
        MarketType(rawValue: flags.load(fromByteOffset: Int(id), as: UInt8.self) >> FlagBits.marketTypeShift)
    }

    /// The digits of an exchange's symbols where nothing else says them. O(1), allocates nothing.
    @inline(__always)
    func precisionDefault(_ id: UInt16) -> UInt8? {
        guard Int(id) < precisionDefaults.count, precisionDefaults[Int(id)] != SymbolRecord.unknownPrecision else {
            return nil
        }
        return precisionDefaults[Int(id)]
    }

    /// The exchanges of both whose rows are other rows, or answer other pairs, in the new one.
    func reinterpreted(in new: ExchangeDirectory) -> [UInt16] {
        exchanges.lazy.map(\.id).filter { id in
            new.isKnown(id)
                && (self.marketType(id) != new.marketType(id) || self.precisionDefault(id) != new.precisionDefault(id))
        }
    }

    /// The flags that answers about an exchange carry; `active` and `exchangeActive` are one here.
    func resolutionFlags(of exchange: Exchange) -> ResolutionFlags {
        var flags: ResolutionFlags = exchange.isActive ? [.active, .exchangeActive] : []
        if lastGoodIds.contains(exchange.id) { flags.insert(.lastGood) }
        return flags
    }

    private static func codeKey(_ code: String) -> KeyWords? {
        SymbolKey(exchangeId: 0, symbol: code)?.words
    }
}
