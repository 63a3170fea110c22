/// An exact decimal number: `mantissa * 10^exponent`.
///
/// Every value has one representation: trailing zeros are stripped, zero is `(0, 0)`, and an absent value (SQL NULL) is
/// `(Int64.min, 0)`, so that `==` and hashing compare numbers. At most 18 significant digits; what needs more is not
/// representable and is never rounded. A plain value of 16 bytes: copying allocates nothing.
@frozen
public struct DecimalValue: Sendable, Hashable, BitwiseCopyable {
    /// The most significant digits a value may have. 18 nines still fit an `Int64`.
    public static let digitCountMax = 18

    /// The digits with their sign; `Int64.min` marks an absent value.
    public let mantissa: Int64

    /// The power of ten that scales the mantissa.
    public let exponent: Int8

    /// No value at all, as SQL NULL.
    public static var absent: DecimalValue { DecimalValue(storedMantissa: .min, exponent: 0) }

    /// Zero.
    public static var zero: DecimalValue { DecimalValue(storedMantissa: 0, exponent: 0) }

    /// True for `absent`.
    @inlinable
    public var isAbsent: Bool { mantissa == .min }

    /// Takes the two parts as they are; for blocks of memory this module wrote itself.
    @usableFromInline
    init(storedMantissa mantissa: Int64, exponent: Int8) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    /// Whether two parts are the one representation of a number, or of none, that this type writes.
    @inline(__always)
    static func isStored(mantissa: Int64, exponent: Int8) -> Bool {
        if mantissa == .min || mantissa == 0 { return exponent == 0 }
        // The remainder of a number without sign takes the compiler one multiplication.
        return mantissa.magnitude <= mantissaMagnitudeMax && mantissa.magnitude % 10 != 0
    }

    /// `digitCountMax` nines.
    private static let mantissaMagnitudeMax: UInt64 = 999_999_999_999_999_999

    /// The value `mantissa * 10^exponent`, brought to its one representation.
    ///
    /// Nil when it needs more than 18 significant digits or an exponent outside an `Int8`. `Int64.min` has 19 digits
    /// and is therefore nil too, never `absent`. O(digits), allocates nothing.
    public init?(mantissa: Int64, exponent: Int) {
        guard mantissa != 0 else {
            self = .zero
            return
        }
        var digits = mantissa
        var scale = exponent
        while digits % 10 == 0 {
            digits /= 10
            let (next, overflow) = scale.addingReportingOverflow(1)
            if overflow { return nil }
            scale = next
        }
        guard digits.magnitude <= Self.mantissaMagnitudeMax, let exponent = Int8(exactly: scale) else { return nil }
        self.init(storedMantissa: digits, exponent: exponent)
    }
}
