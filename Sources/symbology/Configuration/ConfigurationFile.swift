import Glibc

/// A file of `name = value` lines: the names of the flags, `#` starts a comment line, blank lines are free.
struct ConfigurationFile {
    private static let byteCountMax = 1 << 20
    /// Of a name that is repeated in an error; every name there is, is shorter.
    private static let nameByteCountMax = 40

    let entries: [Setting: Configuration.Entry]

    init(path: String) throws(CommandFailure) {
        let text = try Self.read(path)
        var entries: [Setting: Configuration.Entry] = [:]
        // By bytes: a line that ends as on Windows ends with one Character, which is not "\n".
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, rawLine) in lines.enumerated() {
            let place = "\(Cell.escapeControls(path)):\(index + 1)"
            let line = Self.trim(rawLine)
            try Self.requireOneLine(line, place)
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
                // What stands there may be a password: only a name that is known is repeated.
                let name = Setting.byName[Self.firstWord(line)].map { " after \"\($0.name)\"" } ?? ""
                throw CommandFailure(
                    .configuration, "\(place): there is no =\(name)",
                    next: "write a setting as name = value, for example: format = json")
            }
            let name = Self.trim(line[..<equals])
            guard let setting = Setting.byName[String(Substring(name))] else {
                let known = Setting.all.map(\.name).joined(separator: ", ")
                throw CommandFailure(
                    .configuration, "\(place): unknown setting \"\(Self.firstWord(name))\"",
                    next: "known are: \(known)")
            }
            let value = String(Substring(Self.trim(line[line.index(after: equals)...])))
            entries[setting] = Configuration.Entry(value: value, origin: .file(path: path, line: index + 1))
        }
        self.entries = entries
    }

    private static func trim(_ text: Substring.UTF8View) -> Substring.UTF8View {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == 0x09 || byte == 0x0D }
        var text = text
        while let first = text.first, isBlank(first) { text.removeFirst() }
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }

    /// A file whose lines end in carriage returns alone would be one line, and all of it a comment.
    private static func requireOneLine(_ line: Substring.UTF8View, _ place: String) throws(CommandFailure) {
        guard !line.contains(0x0D) else {
            throw CommandFailure(
                .configuration, "\(place): there is a carriage return amid the line",
                next: "end lines with a line feed, as editors on Linux do")
        }
    }

    /// What a line begins with, as far as it could be a name: what follows is shown to nobody.
    private static func firstWord(_ line: Substring.UTF8View) -> String {
        let word = line.prefix(nameByteCountMax).prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return String(Substring(word))
    }

    private static func read(_ path: String) throws(CommandFailure) -> String {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path, byteCountMax: byteCountMax)
        } catch {
            throw CommandFailure(
                .configuration, "cannot read the configuration: \(error.message)", next: "check --config")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.configuration, "\(path) is not valid UTF-8", next: "save it as UTF-8")
        }
        return text
    }
}
