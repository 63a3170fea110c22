import ReferenceData

/// The columns of a symbol file, from its header line.
package struct SymbolFileHeader {
    /// Those that the file has, in their order.
    package let columns: [SymbolColumn]
    /// Which field of a line holds each of them.
    private let positions: [Int]
    private let fieldCount: Int
    /// The column of reasons, in a file of rejected lines.
    private let reasonPosition: Int?
    /// The columns as the file names them, in its order, but for the reasons.
    let names: [ArraySlice<UInt8>]

    /// Names stand in any order; unknown, doubled and missing ones are refused, because a misspelt column that is
    /// silently left out looks like an import that worked.
    package init(_ record: CSVReader.Record) throws(StoreError) {
        var found: [SymbolColumn: Int] = [:]
        var reasonPosition: Int?
        for field in 0..<record.fieldCount {
            if reasonPosition == nil, record.field(field).elementsEqual(RejectFile.reasonColumn.utf8) {
                reasonPosition = field
                continue
            }
            guard let name = record.text(field) else {
                throw .unusableFile("line \(record.line): the header is not UTF-8")
            }
            guard let column = SymbolColumn.allCases.first(where: { $0.rules.fileName.hasBytes(of: name) }) else {
                let known = SymbolColumn.allCases.map(\.rules.fileName).joined(separator: ", ")
                throw .unusableFile(
                    "line \(record.line): unknown column \"\(FieldFault.seen(name))\"; known are \(known)")
            }
            guard found.updateValue(field, forKey: column) == nil else {
                throw .unusableFile("line \(record.line): column \"\(name)\" stands twice")
            }
        }
        for column in Self.required where found[column] == nil {
            throw .unusableFile(
                "line \(record.line): column \"\(column.rules.fileName)\" is missing; the first line names the columns")
        }
        fieldCount = record.fieldCount
        columns = SymbolColumn.allCases.filter { found[$0] != nil }
        positions = columns.compactMap { found[$0] }
        self.reasonPosition = reasonPosition
        names = Self.fields(of: record, without: reasonPosition)
    }

    private static let ofHeader = "the header has "

    /// What is wrong with a line that has not one field for each column.
    private func countProblem(_ count: Int) -> String {
        "\(count) field\(count == 1 ? "" : "s"), \(Self.ofHeader)\(fieldCount)"
    }

    /// How many fields a line had, of which that is said; nil where something else is.
    private static func count(toldBy reason: String?) -> Int? {
        let words = reason?.split(separator: " ", maxSplits: 2) ?? []
        return words.count == 3 && words[2].hasPrefix(ofHeader) ? Int(words[0]) : nil
    }

    /// Whether a line of rejects had too few fields, and nobody has said what the missing ones hold.
    private func isStillShort(_ record: CSVReader.Record) -> Bool {
        guard let reasonPosition, record.fieldCount == fieldCount,
            let count = Self.count(toldBy: record.text(reasonPosition)), (0..<names.count).contains(count)
        else { return false }
        return Self.fields(of: record, without: reasonPosition)[count...].allSatisfy(\.isEmpty)
    }

    /// The fields of a line in the order of the file, but for its reason, as many as there are. Where they are too many
    /// they do not become one for each column by losing a reason, which only its words tell then.
    func given(_ record: CSVReader.Record) -> [ArraySlice<UInt8>] {
        if record.fieldCount == fieldCount { return Self.fields(of: record, without: reasonPosition) }
        let last = record.fieldCount - 1
        let hasReason =
            reasonPosition != nil && record.fieldCount > fieldCount && Self.count(toldBy: record.text(last)) != nil
        let given = Self.fields(of: record, without: hasReason ? last : nil)
        return given.count == names.count ? given + [[]] : given
    }

    private static func fields(of record: CSVReader.Record, without position: Int?) -> [ArraySlice<UInt8>] {
        (0..<record.fieldCount).filter { $0 != position }.map(record.field)
    }

    /// Without these a line says nothing.
    static let required = SymbolColumn.allCases.filter(\.rules.isRequired)

    /// What one line says of a symbol. An empty field says nothing in a column that takes no NULL, unless it is a text:
    /// those must be there.
    package func line(of record: CSVReader.Record) -> SymbolLine {
        var line = SymbolLine(line: record.line)
        if record.fieldCount != fieldCount {
            line.problem = countProblem(record.fieldCount)
        } else if isStillShort(record), let reasonPosition {
            line.problem = record.text(reasonPosition)
        }
        for (column, position) in zip(columns, positions) where position < record.fieldCount {
            let text = record.text(position)
            if text?.isEmpty == true, !column.rules.isNullable, !column.rules.isRequired { continue }
            if let text {
                line.fields.read(text, as: column)
            } else {
                line.fields.refuse(column, FieldFault(column.rules.fileName, "", .notUTF8))
            }
        }
        return line
    }

    /// Reads the columns that tell which symbol a line is of, and no others, from fields of a faulty line, the first of
    /// which is its field `first`.
    func readKeys(_ texts: [String], from first: Int, into line: inout SymbolLine) {
        for (column, position) in zip(columns, positions) where column.rules.isRequired {
            guard texts.indices.contains(position - first) else { continue }
            line.fields.read(texts[position - first], as: column)
        }
    }
}
