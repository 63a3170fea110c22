/// A decimal as a frame holds it, in one field for the mantissa and one for the exponent: mantissa × 10^exponent, and
/// absent where the mantissa is null.
@frozen public struct WireDecimal: Sendable, Hashable, BitwiseCopyable {
    public let mantissa: Int64
    public let exponent: Int8

    @inlinable
    public init(mantissa: Int64, exponent: Int8) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    @inlinable public static var absent: WireDecimal { WireDecimal(mantissa: .wireNull, exponent: 0) }

    @inlinable public var isAbsent: Bool { mantissa == .wireNull }
}
