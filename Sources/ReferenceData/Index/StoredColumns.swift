/// The columns of a row from outside that are judged by themselves.
struct StoredColumns: BitwiseCopyable {
    private let row: UnsafeRawPointer
    private let terms: UnsafeRawPointer?
    private let flags: UInt8
    private let judgedAt: Timestamp

    /// - Parameter judgedAt: the time at which the image was judged.
    @inline(__always)
    init(_ row: UnsafeRawPointer, terms: UnsafeRawPointer?, judgedAt: Timestamp) {
        self.row = row
        self.terms = terms
        self.judgedAt = judgedAt
        flags = row[RowLayout.flags]
    }

    @inline(__always)
    var isActive: Bool { flags & SlotLayout.activeBit != 0 }

    /// When a row that is active in the table becomes inactive by itself; absent for others.
    @inline(__always)
    var due: Timestamp {
        guard let terms, flags & (SlotLayout.activeBit | RowLayout.dueBit) != 0 else { return .absent }
        return .earliest(terms[TermsLayout.expiresAt], terms[TermsLayout.delistsAt])
    }

    /// Whether only known flags are set, those of derived digits and of being due fit the rest, each decimal has the
    /// one form it has, texts are texts, and the row has what its kind has. Any precision is one.
    @inline(__always)
    var areValid: Bool {
        let activeBits = SlotLayout.activeBit | RowLayout.dueBit
        let digits = row[RowLayout.derivedDigits]
        var areValid = flags & ~RowLayout.allBits == 0 && flags & activeBits != activeBits
        areValid = areValid && digits.isSubset(of: .known) && digits.isEmpty == (flags & SlotLayout.derivedBit == 0)
        let lastGoodBits = flags & (RowLayout.markedBit | RowLayout.outlivingBit)
        areValid = areValid && (lastGoodBits == 0) == (flags & SlotLayout.lastGoodBit == 0)
        for decimal in RowLayout.decimals {
            let (mantissa, exponent) = (row[RowLayout.mantissa(decimal)], row[RowLayout.exponent(decimal)])
            areValid = areValid && DecimalValue.isStored(mantissa: mantissa, exponent: exponent)
        }
        areValid =
            areValid && row[RowLayout.claims].arePossible
            && row[RowLayout.textBits] & ~(RowLayout.longSymbolBit | RowLayout.longPairBit) == 0
        let due = due
        let isDue = !due.isAbsent && due <= judgedAt
        return areValid && isDue == (flags & RowLayout.dueBit != 0) && areKindsValid
    }

    /// As `SymbolRecord.kindProblem`.
    @inline(__always)
    private var areKindsValid: Bool {
        let kinds = row[RowLayout.kinds]
        let (kind, payoff, optionType) = (kinds & 7, kinds >> 3 & 3, kinds >> 5)
        if row[RowLayout.claims].hasEqualAssets, kind == InstrumentKind.spot.rawValue { return false }
        // Nearly all rows of a spot venue.
        if terms == nil, kinds == InstrumentKind.spot.rawValue { return true }
        guard let kind = InstrumentKind(rawValue: kind), optionType < 3 else { return false }
        guard let terms else { return kind == .other }
        for decimal in TermsLayout.decimals {
            let (mantissa, exponent) = (terms[TermsLayout.mantissa(decimal)], terms[TermsLayout.exponent(decimal)])
            guard DecimalValue.isStored(mantissa: mantissa, exponent: exponent) else { return false }
        }
        let settle = terms + TermsLayout.settleAsset.offset
        guard isAssetText(settle) else { return false }
        let hasSettle = settle.load(as: UInt8.self) != 0
        let expires = !terms[TermsLayout.expiresAt].isAbsent
        let hasStrike = terms[TermsLayout.mantissa(1)] != .min
        let hasSize = terms[TermsLayout.mantissa(0)] != .min
        return switch kind {
        case .spot: payoff == 0 && optionType == 0 && !(hasSettle || expires || hasStrike || hasSize)
        case .perpetual: hasSettle && !expires && !hasStrike && optionType == 0
        case .future: hasSettle && expires && !hasStrike && optionType == 0
        case .option: hasSettle && expires && hasStrike && optionType != 0
        case .other: true
        }
    }
}
