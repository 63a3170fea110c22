/// Cuts SQL text into statements at its semicolons, as psql does: not inside quotes, dollar quotes or comments, nor
/// inside the body of a function between BEGIN ATOMIC and END.
struct StatementSplitter {
    private let bytes: [UInt8]
    private var offset = 0
    /// Where the first token of the statement being read begins.
    private var tokenOffset: Int?
    /// How many END are still to come before a semicolon ends the statement: of BEGIN ATOMIC, and of CASE in its body.
    private var bodyDepth = 0
    private var isBehindBegin = false

    static func split(_ sql: String) -> [String] {
        var splitter = StatementSplitter(bytes: Array(sql.utf8))
        var statements: [String] = []
        while let statement = splitter.next() { statements.append(statement) }
        return statements
    }

    /// Whether any statement begins or ends a transaction.
    static func hasTransactionControl(_ sql: String) -> Bool {
        var splitter = StatementSplitter(bytes: Array(sql.utf8))
        while splitter.next() != nil {
            guard let start = splitter.tokenOffset else { continue }
            let text = splitter.lowercased(start..<start + splitter.bytes[start...].prefix(while: isWord).count)
            if ["begin", "commit", "rollback", "end", "abort", "start", "prepare"].contains(text) { return true }
        }
        return false
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// The next statement that has any token in it.
    private mutating func next() -> String? {
        var start = offset
        tokenOffset = nil
        bodyDepth = 0
        isBehindBegin = false
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: ";") where bodyDepth > 0: offset += 1
            case UInt8(ascii: ";"):
                offset += 1
                if tokenOffset != nil { return text(start..<offset) }
                start = offset
            case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"): skip(past: "\n")
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): skipBlockComment()
            case UInt8(ascii: "'"):
                noteToken()
                skipQuoted(byte, hasEscapes: isEscapeString)
            case UInt8(ascii: "\""):
                noteToken()
                skipQuoted(byte, hasEscapes: false)
            case UInt8(ascii: "$"):
                noteToken()
                skipDollarQuoted()
            case _ where Self.isWord(byte):
                noteToken()
                readWord()
            default:
                if !Self.isSpace(byte) { noteToken() }
                offset += 1
            }
        }
        return tokenOffset == nil ? nil : text(start..<bytes.count)
    }

    /// Takes a whole name or key word, and notes what it opens or closes.
    private mutating func readWord() {
        let start = offset
        while offset < bytes.count, Self.isWord(bytes[offset]) || bytes[offset] == UInt8(ascii: "$") { offset += 1 }
        let word = lowercased(start..<offset)
        switch word {
        case "atomic" where isBehindBegin: bodyDepth += 1
        case "case" where bodyDepth > 0: bodyDepth += 1
        case "end" where bodyDepth > 0: bodyDepth -= 1
        default: break
        }
        isBehindBegin = word == "begin"
    }

    /// Of ASCII letters; for comparison with key words.
    private func lowercased(_ range: Range<Int>) -> String {
        String(decoding: bytes[range].map { Self.isLetter($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private mutating func noteToken() {
        if tokenOffset == nil { tokenOffset = offset }
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func peek(_ distance: Int) -> UInt8? {
        offset + distance < bytes.count ? bytes[offset + distance] : nil
    }

    /// Whether the quote at `offset` opens E'…', in which a backslash escapes.
    private var isEscapeString: Bool {
        guard offset > 0, bytes[offset - 1] | 0x20 == UInt8(ascii: "e") else { return false }
        return offset == 1 || !Self.isWord(bytes[offset - 2])
    }

    private mutating func skip(past mark: Unicode.Scalar) {
        while offset < bytes.count, bytes[offset] != UInt8(ascii: mark) { offset += 1 }
    }

    private mutating func skipBlockComment() {
        // They nest in SQL.
        var depth = 0
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                depth += 1
                offset += 2
            } else if bytes[offset] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                depth -= 1
                offset += 2
                if depth == 0 { return }
            } else {
                offset += 1
            }
        }
    }

    private mutating func skipQuoted(_ quote: UInt8, hasEscapes: Bool) {
        offset += 1
        while offset < bytes.count, bytes[offset] != quote {
            offset += hasEscapes && bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        // A doubled quote counts as the end of one text and the start of the next, with the same result.
        offset = min(offset + 1, bytes.count)
    }

    private mutating func skipDollarQuoted() {
        var end = offset + 1
        while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
        // `$1` is a parameter and `a$b` a name, no quotes.
        let isInsideName = offset > 0 && Self.isWord(bytes[offset - 1])
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$"), !isInsideName else {
            offset += 1
            return
        }
        let tag = bytes[offset...end]
        offset = end + 1
        while offset < bytes.count {
            if bytes[offset...].starts(with: tag) {
                offset += tag.count
                return
            }
            offset += 1
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80 || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || isLetter(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
