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

    /// Text of which nothing is said by nothing.
    static func nonEmpty(_ text: String) -> Cell { text.isEmpty ? .absent : .text(text) }

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
        case .list(let cells): Self.tableText(of: cells)
        case .absent: "-"
        }
    }

    /// The first of a long list: one row of a table decides how wide all others are.
    private static func tableText(of cells: [Cell]) -> String {
        let characterCountMax = 100
        var text = ""
        for (index, cell) in cells.enumerated() {
            let next = (index == 0 ? "" : ",") + cell.tableText
            if index > 0, text.count + next.count > characterCountMax {
                return "\(text) … and \(cells.count - index) more"
            }
            text += next
        }
        return text
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

    /// A line with one JSON object.
    static func jsonLine(_ names: [String], _ cells: [Cell]) -> String {
        "{" + zip(names, cells).map { "\(quoteForJSON($0)):\($1.jsonText)" }.joined(separator: ",") + "}\n"
    }

    static func quoteForJSON(_ text: String) -> String {
        let escaped = replaceScalars(text) { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: isControl(scalar) ? "\\u00" + twoHexDigits(scalar.value) : nil
            }
        }
        return "\"\(escaped)\""
    }

    private static func escapeForTSV(_ text: String) -> String {
        replaceScalars(text) { scalar in
            switch scalar {
            case "\t": "\\t"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\\": "\\\\"
            default: nil
            }
        }
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    }

    static func escapeControls(_ text: String, exceptLineEnds: Bool = false) -> String {
        let isShown = { (scalar: Unicode.Scalar) in !isControl(scalar) || exceptLineEnds && scalar == "\n" }
        if text.unicodeScalars.allSatisfy(isShown) { return text }
        return replaceScalars(text) { isShown($0) ? nil : "\\x" + twoHexDigits($0.value) }
    }

    /// With what `replacement` gives for a scalar; nil keeps it.
    private static func replaceScalars(_ text: String, by replacement: (Unicode.Scalar) -> String?) -> String {
        var replaced = ""
        for scalar in text.unicodeScalars {
            if let other = replacement(scalar) {
                replaced += other
            } else {
                replaced.unicodeScalars.append(scalar)
            }
        }
        return replaced
    }

    private static func twoHexDigits(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
    }
}
