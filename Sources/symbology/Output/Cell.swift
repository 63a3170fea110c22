/// One value of one row, before it is known who reads it.
enum Cell: Sendable, Hashable {
    case text(String)
    case integer(Int64)
    /// A number that must not pass through floating point: a JSON string, digits as they are.
    case decimal(String)
    case boolean(Bool)
    /// JSON from elsewhere, which in JSON stands as it is.
    case json(String)
    /// Several values of one row: a JSON array, else side by side with commas.
    case list([Cell])
    case absent

    init(_ value: some BinaryInteger) { self = .integer(Int64(clamping: value)) }
    init(_ value: String?) { self = value.map { .text($0) } ?? .absent }

    var isNumber: Bool {
        switch self {
        case .integer, .decimal: true
        case .text, .boolean, .json, .list, .absent: false
        }
    }

    /// For people. What could move the cursor or change the colour of a terminal is shown, not sent.
    var tableText: String {
        switch self {
        case .text(let text): text.isEmpty ? "\"\"" : Self.escapeControls(text)
        case .integer(let number): String(number)
        case .decimal(let digits): digits
        case .boolean(let flag): flag ? "yes" : "no"
        case .json(let text): Self.escapeControls(text)
        case .list(let cells): cells.map(\.tableText).joined(separator: ",")
        case .absent: "-"
        }
    }

    /// For `cut` and `awk`: absent is empty; tab, line ends and the backslash are written as `\t`, `\n`, `\r`, `\\`.
    var tsvText: String {
        switch self {
        case .text(let text), .json(let text):
            text.utf8.contains(where: { $0 < 0x20 || $0 == 0x5C }) ? Self.escapeForTSV(text) : text
        case .integer(let number): String(number)
        case .decimal(let digits): digits
        case .boolean(let flag): flag ? "true" : "false"
        case .list(let cells): cells.map(\.tsvText).joined(separator: ",")
        case .absent: ""
        }
    }

    var jsonText: String {
        switch self {
        case .text(let text): Self.quoteForJSON(text)
        case .integer(let number): String(number)
        case .decimal(let digits): Self.quoteForJSON(digits)
        case .boolean(let flag): flag ? "true" : "false"
        case .json(let text): text
        case .list(let cells): "[" + cells.map(\.jsonText).joined(separator: ",") + "]"
        case .absent: "null"
        }
    }

    static func quoteForJSON(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where isControl(scalar): quoted += "\\u00" + twoHexDigits(scalar.value)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func escapeForTSV(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t": escaped += "\\t"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\\": escaped += "\\\\"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    }

    static func escapeControls(_ text: String, exceptLineEnds: Bool = false) -> String {
        let isControl = { (scalar: Unicode.Scalar) in
            Self.isControl(scalar) && !(exceptLineEnds && scalar == "\n")
        }
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                escaped += "\\x" + twoHexDigits(scalar.value)
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func twoHexDigits(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
    }
}
