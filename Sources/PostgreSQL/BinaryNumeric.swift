/// PostgreSQL's binary `numeric`: digits to the base 10,000 behind a header of four 16-bit words.
///
///     | digit count | weight of the first digit | sign | display scale | digit | digit | …
public enum BinaryNumeric {
    public static let signPositive: UInt16 = 0x0000
    public static let signNegative: UInt16 = 0x4000
    public static let signNaN: UInt16 = 0xC000
    public static let signInfinity: UInt16 = 0xD000
    public static let signNegativeInfinity: UInt16 = 0xF000

    /// The value as a plain decimal with its display scale, nil when the bytes are not a numeric. Allocates.
    public static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard bytes.count >= 8 else { return nil }
        func word(_ index: Int) -> UInt16 {
            UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        }
        let digitCount = Int(word(0))
        let weight = Int(Int16(bitPattern: word(1)))
        let scale = Int(word(3))
        guard bytes.count == 8 + digitCount * 2 else { return nil }
        let sign: String
        switch word(2) {
        case signPositive: sign = ""
        case signNegative: sign = "-"
        case signNaN: return "NaN"
        case signInfinity: return "Infinity"
        case signNegativeInfinity: return "-Infinity"
        default: return nil
        }
        /// The base-10,000 digit that stands for 10,000^power, padded to four characters.
        func group(_ power: Int) -> String? {
            let index = weight - power
            let digit = index >= 0 && index < digitCount ? word(4 + index) : 0
            guard digit < 10_000 else { return nil }
            let text = String(digit)
            return String(repeating: "0", count: 4 - text.count) + text
        }
        var whole = ""
        for power in stride(from: max(weight, 0), through: 0, by: -1) {
            guard let part = group(power) else { return nil }
            whole += part
        }
        let stripped = whole.drop { $0 == "0" }
        var text = sign + (stripped.isEmpty ? "0" : stripped)
        guard scale > 0 else { return text }
        var fraction = ""
        for power in 1...((scale + 3) / 4) {
            guard let part = group(-power) else { return nil }
            fraction += part
        }
        text += "." + fraction.prefix(scale)
        return text
    }
}
