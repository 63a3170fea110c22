import ReferenceData

/// An exact decimal number of up to 38 significant digits: `mantissa * 10^exponent`.
///
/// What market data and balances are kept in: `numeric(20,8)` of the legacy tables has up to 20 digits and
/// `numeric(30,18)` up to 30, where a `DecimalValue` of the reference data has 18. Every value has one representation
/// (trailing zeros are stripped, zero is `(0, 0)`), so that `==` and hashing compare numbers. Nothing is ever rounded:
/// what needs more digits is an error. A plain value; copying and computing allocate nothing.
public struct WideDecimal: Sendable, Hashable, BitwiseCopyable {
    /// The most significant digits a value may have.
    public static let digitCountMax = 38
    /// The exponents a value may have; the server's own go from -16,383 to 131,071.
    public static let exponents = -1_000...1_000

    /// The digits with their sign.
    public let mantissa: Int128
    /// The power of ten that scales the mantissa.
    public let exponent: Int16

    /// Zero.
    public static let zero = WideDecimal(0)

    /// 38 nines.
    private static let magnitudeMax: UInt128 = 99_999_999_999_999_999_999_999_999_999_999_999_999

    /// A whole number. O(digits).
    public init(_ value: Int) {
        let (digits, exponent) = Self.stripped(Int128(value), 0)
        self.init(stored: digits, exponent)
    }

    /// The same number. Nil for an absent one. O(1).
    public init?(_ value: DecimalValue) {
        if value.isAbsent { return nil }
        self.init(stored: Int128(value.mantissa), Int(value.exponent))
    }

    /// The value `mantissa * 10^exponent`, brought to its one representation. O(digits).
    /// - Throws: `tooManyDigits`, or `outOfRange` for an exponent outside of `exponents`.
    public init(mantissa: Int128, exponent: Int) throws(NumberFault) {
        let (digits, exponent) = Self.stripped(mantissa, exponent)
        guard digits.magnitude <= Self.magnitudeMax else { throw .tooManyDigits }
        guard Self.exponents.contains(exponent) else { throw .outOfRange }
        self.init(stored: digits, exponent)
    }

    private init(stored mantissa: Int128, _ exponent: Int) {
        self.mantissa = mantissa
        self.exponent = Int16(exponent)
    }

    private static func stripped(_ mantissa: Int128, _ exponent: Int) -> (Int128, Int) {
        guard mantissa != 0 else { return (0, 0) }
        var (digits, exponent) = (mantissa, exponent)
        // Nearly all have 64 bits, whose division is one instruction.
        while var short = Int64(exactly: digits) {
            while short % 10 == 0 {
                short /= 10
                exponent = min(exponent, .max - 1) + 1
            }
            return (Int128(short), exponent)
        }
        while digits % 10 == 0 {
            digits /= 10
            exponent = min(exponent, .max - 1) + 1
        }
        return (digits, exponent)
    }

    /// The same number as the reference data keep it; nil where it has more than 18 digits. O(1).
    public var decimalValue: DecimalValue? {
        Int64(exactly: mantissa).flatMap { DecimalValue(mantissa: $0, exponent: Int(exponent)) }
    }

    /// The nearest `Double`: for what people look at, never for what is stored.
    public var approximation: Double { Double(description) ?? .nan }

    /// Digits after the point, as a column's scale counts them.
    var scale: Int { max(0, -Int(exponent)) }

    /// Digits before the point, as a column's precision less its scale counts them; 0 below 1.
    var wholeDigitCount: Int { max(0, order) }

    /// The power of ten above the value; 0 for zero.
    private var order: Int {
        var (rest, count) = (mantissa.magnitude, 0)
        while rest > 0 {
            rest /= 10
            count += 1
        }
        return count == 0 ? 0 : count + Int(exponent)
    }
}

extension WideDecimal: Comparable {
    /// By value, exactly. O(digits).
    public static func < (left: WideDecimal, right: WideDecimal) -> Bool {
        if left.exponent == right.exponent { return left.mantissa < right.mantissa }
        let (leftSign, rightSign) = (left.mantissa.signum(), right.mantissa.signum())
        if leftSign != rightSign { return leftSign < rightSign }
        if leftSign == 0 { return false }
        let (leftOrder, rightOrder) = (left.order, right.order)
        if leftOrder != rightOrder { return (leftOrder < rightOrder) == (leftSign > 0) }
        // Of one order of magnitude: scaled to one exponent both have as many digits as the one with more.
        let least = min(left.exponent, right.exponent)
        return left.scaled(to: least) < right.scaled(to: least)
    }

    private func scaled(to least: Int16) -> Int128 {
        (least..<exponent).reduce(mantissa) { scaled, _ in scaled * 10 }
    }
}

// MARK: - Computing

extension WideDecimal {
    /// The exact sum.
    /// - Throws: `tooManyDigits`, `outOfRange`.
    public func adding(_ other: WideDecimal) throws(NumberFault) -> WideDecimal {
        let least = min(exponent, other.exponent)
        let (sum, isOverflow) = try widened(to: least).addingReportingOverflow(other.widened(to: least))
        guard !isOverflow else { throw .tooManyDigits }
        return try WideDecimal(mantissa: sum, exponent: Int(least))
    }

    /// The exact difference.
    /// - Throws: `tooManyDigits`, `outOfRange`.
    public func subtracting(_ other: WideDecimal) throws(NumberFault) -> WideDecimal { try adding(-other) }

    /// The exact product.
    /// - Throws: `tooManyDigits`, `outOfRange`.
    public func multiplied(by other: WideDecimal) throws(NumberFault) -> WideDecimal {
        let (product, isOverflow) = mantissa.multipliedReportingOverflow(by: other.mantissa)
        guard !isOverflow else { throw .tooManyDigits }
        return try WideDecimal(mantissa: product, exponent: Int(exponent) + Int(other.exponent))
    }

    /// Half of it, which always has an exact value.
    /// - Throws: `tooManyDigits`, `outOfRange`.
    public func halved() throws(NumberFault) -> WideDecimal {
        try multiplied(by: WideDecimal(mantissa: 5, exponent: -1))
    }

    /// The number with the other sign.
    public static prefix func - (value: WideDecimal) -> WideDecimal {
        WideDecimal(stored: -value.mantissa, Int(value.exponent))
    }

    /// The mantissa at a smaller exponent.
    private func widened(to least: Int16) throws(NumberFault) -> Int128 {
        guard mantissa != 0 else { return 0 }
        guard exponent - least < Self.digitCountMax else { throw .tooManyDigits }
        var wide = mantissa
        for _ in least..<exponent {
            let (product, isOverflow) = wide.multipliedReportingOverflow(by: 10)
            guard !isOverflow else { throw .tooManyDigits }
            wide = product
        }
        return wide
    }
}

/// Why a number cannot be held exactly.
public enum NumberFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text or the bytes are no finite decimal number.
    case notANumber
    /// It needs more than `WideDecimal.digitCountMax` significant digits.
    case tooManyDigits
    /// Its exponent is outside of `WideDecimal.exponents`.
    case outOfRange
    /// The column keeps so many digits before and after the point, and the number has more of either.
    case exceedsColumn(wholeDigitCountMax: Int, scaleMax: Int)

    /// As the end of a sentence that begins with the number or its name.
    public var description: String {
        switch self {
        case .notANumber: "is no finite decimal number"
        case .tooManyDigits: "needs more than \(WideDecimal.digitCountMax) significant digits"
        case .outOfRange:
            "has an exponent outside of \(WideDecimal.exponents.lowerBound) to \(WideDecimal.exponents.upperBound)"
        case .exceedsColumn(let wholeDigitCountMax, let scaleMax):
            "has more than \(wholeDigitCountMax) digits before the point or more than \(scaleMax) behind it, and would "
                + "be refused or rounded"
        }
    }
}
