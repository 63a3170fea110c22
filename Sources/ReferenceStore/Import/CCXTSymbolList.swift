import ReferenceData

/// What ccxt's `load_markets()` returns, written down as JSON: an object or a list of markets of one exchange.
///
/// A market is a line, numbered from 1. Numbers keep the digits of their text. A column that no market of the file
/// gives is not among the list's, so that an import leaves it alone.
package struct CCXTSymbolList: SymbolList {
    package static let entryName = "market"
    package let columns: [SymbolColumn]
    private let code: String
    package var exchange: String? { code }
    private let precision: CCXTPrecision
    private var cursor: Cursor
    private var market = CCXTMarket()

    package var byteOffset: Int { cursor.reader.offset }
    package var byteCount: Int { cursor.reader.byteCount }

    /// Reads the file once, to its end: what is no JSON is known before its first line. The bytes must outlive the
    /// list.
    /// - Parameters:
    ///   - exchange: the code of the exchange whose markets these are.
    ///   - precision: what their precision counts; nil where the file must tell, as `CCXTSurvey.precision` has it.
    /// - Throws: `.unusableFile`.
    package init(
        _ bytes: UnsafeRawBufferPointer, exchange: String, precision: CCXTPrecision? = nil
    ) throws(StoreError) {
        if let refusal = ListForm.refusal(of: bytes) { throw .unusableFile(refusal) }
        cursor = Cursor(bytes)
        var survey = CCXTSurvey()
        do throws(JSONReader.Fault) {
            try cursor.open()
            var reading = cursor
            while try reading.next(&market) { survey.note(market, reading.reader) }
            try reading.close()
        } catch {
            throw .unusableFile("\(cursor.reader.place(of: error.offset)): \(error.reason); \(Self.whatIsRead)")
        }
        guard survey.marketCount > 0 else { throw .unusableFile("the file holds no market; \(Self.whatIsRead)") }
        guard let known = precision ?? survey.precision else {
            let names = CCXTPrecision.allCases.map(\.rawValue).joined(separator: ", ")
            throw .unusableFile(
                "every precision in the file is a whole number, which may be the size of a tick or a count of digits: "
                    + "say by --precision what ccxt's exchange.precisionMode says, one of \(names)")
        }
        code = exchange
        self.precision = known
        columns = survey.columns(known)
    }

    private static let whatIsRead =
        "what ccxt's load_markets() returns is read, as JSON: an object or a list of markets"

    package mutating func next() -> SymbolLine? {
        guard step() else { return nil }
        var line = SymbolLine(line: cursor.entryCount, problem: market.problem)
        line.fields.read(code, as: .exchange)
        for column in columns where column != .exchange {
            do throws(CCXTMarket.Fault) {
                if let text = try market.text(of: column, cursor.reader, precision) {
                    line.fields.read(text, as: column)
                } else if column.rules.isNullable {
                    line.fields[column] = .null
                }
            } catch {
                line.problem = line.problem ?? error.reason
            }
        }
        // Engines that know a market by ccxt's name would ask for it in vain.
        if let said = (try? market.text(.symbol, cursor.reader)) ?? nil, let name = line.fields.unifiedName,
            !said.hasBytes(of: name)
        {
            line.remark = "the file calls it \"\(said)\", and its values make it \(name)"
        }
        return line
    }

    package func names(of lines: Set<Int>) -> [Int: String] {
        var list = self
        var names: [Int: String] = [:]
        while names.count < lines.count, list.step() {
            let entry = list.cursor.entryCount
            if lines.contains(entry) { names[entry] = list.name ?? "" }
        }
        return names.filter { !$0.value.isEmpty }
    }

    package func rejects(_ faults: [LineFault]) -> [UInt8] {
        var list = self
        var file = RejectFile(columns: columns.map(\.rules.fileName.utf8))
        for fault in faults {
            while list.cursor.entryCount < fault.line {
                guard list.step() else { return file.bytes }
            }
            file.write(columns.map { list.rawText(of: $0).utf8 }, reason: fault.reason)
        }
        return file.bytes
    }

    /// A column as a CSV file has it; what cannot be read as it stands. A kind that nobody says is one that there is
    /// not: left empty it would be the exchange's, and the line imported before somebody has mended it.
    private func rawText(of column: SymbolColumn) -> String {
        if column == .exchange { return code }
        if let text = try? market.text(of: column, cursor.reader, precision) { return text }
        if column == .kind { return "?" }
        if column == .payoff { return (try? market.payoff())?.name ?? "" }
        let texts = CCXTMarket.sources(of: column, precision).lazy.compactMap { try? market.text($0, cursor.reader) }
        return texts.first ?? ""
    }

    /// As ccxt calls it, else as the venue does.
    private var name: String? {
        (try? market.text(.symbol, cursor.reader)) ?? (try? market.text(.id, cursor.reader)) ?? nil
    }

    /// What was read once is JSON to its end.
    private mutating func step() -> Bool { (try? cursor.next(&market)) ?? false }
}

/// The place in a file of markets.
private struct Cursor {
    private(set) var reader: JSONReader
    private var isObject = false
    /// The markets read, of which the last is the current one.
    private(set) var entryCount = 0

    init(_ bytes: UnsafeRawBufferPointer) { reader = JSONReader(bytes) }

    mutating func open() throws(JSONReader.Fault) {
        let value = try reader.value()
        isObject = value == .object
        guard isObject || value == .array else { throw reader.fault("no object and no list stands here") }
    }

    /// Steps to the next market; false behind the last.
    mutating func next(_ market: inout CCXTMarket) throws(JSONReader.Fault) -> Bool {
        let isFirst = entryCount == 0
        guard try isObject ? reader.nextKey(isFirst: isFirst) != nil : reader.hasNextElement(isFirst: isFirst) else {
            return false
        }
        try market.read(&reader)
        entryCount += 1
        return true
    }

    mutating func close() throws(JSONReader.Fault) {
        if reader.hasMore() { throw reader.fault("something stands behind the last bracket") }
    }
}
