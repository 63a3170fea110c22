/// Why a text is no number that a `DecimalValue` holds.
public enum DecimalTextFault: Error, Sendable, Hashable {
    /// It has no digit.
    case noDigits
    /// It holds something that no number has, or has it in the wrong place.
    case unexpected(Unicode.Scalar)
    /// NaN or an infinity.
    case notFinite
    /// Digits of another base than ten.
    case notDecimal
    /// It needs so many digits: more than `DecimalValue.digitCountMax`.
    case tooManyDigits(Int)
    /// Its last digit stands for a power of ten beyond those of an `Int8`.
    case outOfRange
}

extension DecimalTextFault: CustomStringConvertible {
    /// As the end of a sentence that begins with the text.
    public var description: String {
        switch self {
        case .noDigits: "is no number"
        case .unexpected(","): "holds a comma: a number has a point before its fraction and nothing between thousands"
        case .unexpected(let scalar): "holds \(scalar.spelledOut), which has no place there in a number"
        case .notFinite: "is no finite number"
        case .notDecimal: "is no decimal number"
        case .tooManyDigits(let count):
            "has \(count) significant digits, at most \(DecimalValue.digitCountMax) are kept exactly"
        case .outOfRange: "has a digit beyond 10^\(Int8.min) or 10^\(Int8.max)"
        }
    }
}
