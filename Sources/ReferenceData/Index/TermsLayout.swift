import Glibc

/// Where things stand in the terms of a row, 72 bytes: what a contract settles in, is of, and when it ends, and the
/// times of a listing. Most rows of a spot venue have none, and share the first of all, the terms of nothing: a branch
/// would wait for the row, and be guessed badly.
enum TermsLayout {
    static let byteCount = 72
    static let expiresAt = ImageField<Timestamp>(16)
    static let listedAt = ImageField<Timestamp>(24)
    static let delistsAt = ImageField<Timestamp>(32)
    /// The slot of the row's unified name, or `noSlot`.
    static let nameSlot = ImageField<UInt32>(40)
    static let settleAsset = ImageField<AssetText>(46)

    static let noSlot = UInt32.max
    /// The decimals of a record that stand here: contract size and strike.
    static let decimals = 0..<RowLayout.decimals.lowerBound

    /// Whether these are the terms of nothing.
    static func areOfNothing(_ terms: UnsafeRawPointer) -> Bool {
        memcmp(terms, StoredRecord.none.terms, byteCount) == 0
    }

    @inline(__always)
    static func strike(at terms: UnsafeRawPointer) -> DecimalValue { decimal(1, at: terms) }

    @inline(__always)
    static func decimal(_ decimal: Int, at terms: UnsafeRawPointer) -> DecimalValue {
        DecimalValue(storedMantissa: terms[mantissa(decimal)], exponent: terms[exponent(decimal)])
    }

    @inline(__always)
    static func mantissa(_ decimal: Int) -> ImageField<Int64> { ImageField(decimal &* 8) }

    @inline(__always)
    static func exponent(_ decimal: Int) -> ImageField<Int8> { ImageField(44 &+ decimal) }
}

extension SymbolRecord {
    /// Whether the row has terms, whatever its name.
    var hasTerms: Bool {
        !(settleAsset.isEmpty && contractSize.isAbsent && strike.isAbsent && expiresAt.isAbsent && listedAt.isAbsent
            && delistsAt.isAbsent)
    }

    /// Writes the terms, for a row that has any.
    func storeTerms(at terms: UnsafeMutableRawPointer, nameSlot: UInt32) {
        terms[TermsLayout.expiresAt] = expiresAt
        terms[TermsLayout.listedAt] = listedAt
        terms[TermsLayout.delistsAt] = delistsAt
        terms[TermsLayout.nameSlot] = nameSlot
        terms[TermsLayout.settleAsset] = settleAsset
        for decimal in TermsLayout.decimals {
            terms[TermsLayout.mantissa(decimal)] = self[decimal: decimal].mantissa
            terms[TermsLayout.exponent(decimal)] = self[decimal: decimal].exponent
        }
    }
}
