import Glibc

/// A file of `name = value` lines: the names of the flags, `#` starts a comment line, blank lines are free.
struct ConfigurationFile {
    private static let byteCountMax = 1 << 20

    let entries: [Setting: Configuration.Entry]

    init(path: String) throws(CommandFailure) {
        let text = try Self.read(path)
        var entries: [Setting: Configuration.Entry] = [:]
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, rawLine) in lines.enumerated() {
            let line = Self.trim(rawLine)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "=") else {
                throw CommandFailure(
                    .configuration, "\(path):\(index + 1): there is no = in \"\(Cell.escapeControls(String(line)))\"",
                    next: "write a setting as name = value, for example: format = json")
            }
            let name = String(Self.trim(line[..<equals]))
            guard let setting = Setting(rawValue: name) else {
                let known = Setting.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure(
                    .configuration, "\(path):\(index + 1): unknown setting \"\(Cell.escapeControls(name))\"",
                    next: "known are: \(known)")
            }
            let value = String(Self.trim(line[line.index(after: equals)...]))
            entries[setting] = Configuration.Entry(value: value, origin: .file(path: path, line: index + 1))
        }
        self.entries = entries
    }

    private static func trim(_ text: Substring) -> Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" || character == "\r" }
        var text = text
        while let first = text.first, isBlank(first) { text.removeFirst() }
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
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
