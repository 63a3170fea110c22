import ReferenceStore

/// What an import says of single lines: of each kind of remark the first ones, and which lines there are more.
struct ImportReport {
    private static let noticeCountMax = 20
    private static let faultCountMax = 1_000
    /// Remarks that have less in common are counted together.
    private static let kindCountMax = 50
    private static let characterCountMax = 1_000

    /// As the command line names it.
    let file: String
    let list: any SymbolList
    /// The file that gets the bad lines.
    let rejects: String?
    /// Whether every line is named.
    let isVerbose: Bool

    private struct Remark {
        let line: Int
        let text: String
    }

    /// What is worth a look, and what was left out.
    func tell(_ result: SymbolImportResult) {
        for change in result.massChanges {
            writeLineToStandardError("symbology: \(Self.shown(file)): \(change)")
        }
        let notices = result.notices.map { Remark(line: $0.line, text: $0.text) }
        let faults = remarks(result.faults, "skipped: ")
        let seeNotices = "--verbose names all of them"
        for text in shown(notices, Self.noticeCountMax, seeNotices) + shown(faults, Self.faultCountMax, seeFaults) {
            writeLineToStandardError("symbology: \(text)")
        }
    }

    /// An exchange that nobody knows is told once, however many lines name it.
    private func remarks(_ faults: [LineFault], _ start: String = "") -> [Remark] {
        var others: [String: LineRanges] = [:]
        for fault in faults {
            guard let code = fault.unknownExchange else { continue }
            if others[code] == nil { others[code] = LineRanges() } else { others[code]?.add(fault.line) }
        }
        return faults.compactMap { fault in
            let text = start + fault.reason
            guard let code = fault.unknownExchange, !isVerbose else { return Remark(line: fault.line, text: text) }
            guard let lines = others.removeValue(forKey: code) else { return nil }
            let more = lines.count > 0 ? ", and so in \(lines.count) more \(entries(lines.count)), \(lines)" : ""
            return Remark(line: fault.line, text: "\(text)\(more) (symbology exchanges add makes one known)")
        }
    }

    private var seeFaults: String {
        rejects.map { "\($0) has all of them" } ?? "--verbose names all of them, --rejects FILE writes them"
    }

    func failure(_ error: StoreError) -> CommandFailure {
        func listed(_ what: String, _ faults: [LineFault]) -> String {
            ([what] + shown(remarks(faults), Self.faultCountMax, seeFaults)).joined(separator: "\n  ")
        }
        func bad(_ faults: [LineFault]) -> String { "\(faults.count) bad \(entries(faults.count))" }
        switch error {
        case .badLines(let faults, let skipsBad):
            return CommandFailure(
                .answerIsNo, listed("\(bad(faults)), nothing was imported:", faults),
                next: skipsBad
                    ? "no \(entries(1)) is left: correct the file"
                    : "correct the file, or leave bad \(entries(2)) out with --skip-bad")
        case .tooManyBadLines(let faults, let lineCount):
            let what = "more than \(bad(faults)) in the first \(lineCount), nothing was imported:"
            return CommandFailure(
                .answerIsNo, listed(what, faults), next: "this is no list of symbols, and was read no further")
        case .jumps(let jumps, let skipped):
            let what =
                "in \(jumps.count) \(entries(jumps.count)) a tick, a step, digits or a contract size would change "
                + "ten-fold or more, or an id is far above all others, nothing was imported:"
            let others = skipped.isEmpty ? "" : "\n" + listed("besides, \(bad(skipped)):", skipped)
            return CommandFailure(
                .answerIsNo, listed(what, jumps) + others,
                next: "a wrong table would reach every engine at once: ask the venue, then --allow-jumps")
        case .massChanges(let changes):
            return CommandFailure(
                .answerIsNo,
                (["nothing was imported:"] + changes.map(\.description)).joined(separator: "\n  "),
                next: changes.contains { $0.goneCount > 0 }
                    ? "if the list is whole, --allow-jumps; a part of it is imported with --kinds or --settle, or "
                        + "without --deactivate-missing"
                    : "ask the venue, then --allow-jumps")
        default: return Self.failure(error, of: file)
        }
    }

    /// Of a file that is no list, too.
    static func failure(_ error: StoreError, of file: String) -> CommandFailure {
        guard case .unusableFile(let reason) = error else { return DatabaseTarget.failure(error) }
        return CommandFailure(.answerIsNo, "\(shown(file)): \(shown(reason))", next: "nothing was imported")
    }

    /// What an error says of single lines, in their order; nil where it says nothing of any.
    static func faults(_ error: StoreError) -> [LineFault]? {
        switch error {
        case .badLines(let faults, _), .tooManyBadLines(let faults, _): faults
        case .jumps(let jumps, let skipped): (jumps + skipped).sorted { $0.line < $1.line }
        default: nil
        }
    }

    /// `line`, `markets`.
    func entries(_ count: Int) -> String { type(of: list).entryName + (count == 1 ? "" : "s") }

    /// What a file holds moves no cursor, ends no line, which could pass for one of another file, and fills no screen.
    static func shown(_ text: String) -> String {
        let isShort = text.utf8.count <= characterCountMax
        return Cell.escapeControls(isShort ? text : "\(text.prefix(characterCountMax))…")
    }

    /// - Parameter seeAll: where all of them are.
    private func shown(_ remarks: [Remark], _ countMax: Int, _ seeAll: String) -> [String] {
        var counts: [String: Int] = [:]
        var others: [String: LineRanges] = [:]
        var first: [(kind: String, text: String)] = []
        let named = remarks.filter { remark in
            var kind = Self.kind(of: remark.text)
            if counts[kind] == nil, counts.count >= Self.kindCountMax { kind = "" }
            if counts[kind] == nil { first.append((kind, remark.text)) }
            counts[kind, default: 0] += 1
            if isVerbose || counts[kind, default: 0] <= countMax { return true }
            others[kind, default: LineRanges()].add(remark.line)
            return false
        }
        let names = list.names(of: Set(named.map(\.line)))
        let rest = first.compactMap { kind, text in others[kind].map { (kind, text, lines: $0) } }
        return named.map { "\(place($0.line, names[$0.line])): \(Self.shown($0.text))" }
            + rest.map { kind, text, lines in
                let what = kind.isEmpty ? "of other kinds, \(lines)" : "like this, \(lines): \(Self.shown(text))"
                return "\(Self.shown(file)): \(lines.count) more \(entries(lines.count)) \(what); \(seeAll)"
            }
    }

    /// What remarks of one kind have in common: their words without what is quoted, and without numbers, times and
    /// names of symbols, which hold a digit or a slash.
    private static func kind(of text: String) -> String {
        var isQuoted = false
        let words = text.split(separator: " ").filter { word in
            let quoteCount = word.utf8.count { $0 == UInt8(ascii: "\"") }
            let isInQuotes = isQuoted || quoteCount > 0
            if quoteCount % 2 == 1 { isQuoted.toggle() }
            return !isInQuotes && !word.utf8.contains { "0123456789/".utf8.contains($0) }
        }
        return words.joined(separator: " ")
    }

    /// `symbols.csv:5`, as compilers write it; a list without lines: `okx.json: market 5 (BTC/USDT)`.
    private func place(_ line: Int, _ name: String?) -> String {
        let entry = type(of: list).entryName
        if entry == "line" { return "\(Self.shown(file)):\(line)" }
        return "\(Self.shown(file)): \(entry) \(line)" + (name.map { " (\(Self.shown(String($0.prefix(60)))))" } ?? "")
    }
}
