extension Unicode.Scalar {
    /// Whether no key holds it: nobody sees it, or takes it for another one.
    ///
    /// Controls, blanks but the plain one, and what joins, separates, turns or marks text without being seen. The
    /// CHECKs of the tables name the same code points.
    public var isKeptOutOfKeys: Bool {
        switch value {
        case 0...0x1F, 0x7F...0xA0, 0xAD, 0x61C, 0x1680, 0x180E, 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x206F,
            0x3000, 0xFEFF, 0xFFF9...0xFFFB:
            true
        default: false
        }
    }

    /// Seen or not: `","`, or its code point and name such as `U+200B ZERO WIDTH SPACE`.
    public var spelledOut: String {
        if value > 0x20, value < 0x7F { return "\"\(self)\"" }
        let digits = String(value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        let name =
            switch self {
            case "\0": "NULL"
            case "\t": "TAB"
            case "\n": "LINE FEED"
            case "\r": "CARRIAGE RETURN"
            default: properties.name ?? (properties.generalCategory == .control ? "CONTROL" : nil)
            }
        return name.map { "\(code) \($0)" } ?? code
    }
}
