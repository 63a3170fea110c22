import ReferenceData

/// The columns of a symbol file, from its header line.
package struct SymbolFileHeader {
    /// Those that the file has, in their order.
    package let columns: [SymbolColumn]
    /// Which field of a line holds each of them.
    private let positions: [Int]
    private let fieldCount: Int

    /// Names stand in any order; unknown, doubled and missing ones are refused, because a misspelt column that is
    /// silently left out looks like an import that worked.
    package init(_ record: CSVReader.Record) throws(StoreError) {
        var found: [SymbolColumn: Int] = [:]
        for field in 0..<record.fieldCount {
            guard let name = String(validating: record.field(field), as: UTF8.self) else {
                throw .unusableFile("line \(record.line): the header is not UTF-8")
            }
            guard let column = SymbolColumn.allCases.first(where: { $0.rules.fileName.hasBytes(of: name) }) else {
                let known = SymbolColumn.allCases.map(\.rules.fileName).joined(separator: ", ")
                throw .unusableFile("line \(record.line): unknown column \"\(name)\"; known are \(known)")
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
    }

    /// Without these a line says nothing.
    static let required = SymbolColumn.allCases.filter(\.rules.isRequired)

    /// What one line says of a symbol. An empty field says nothing in a column that takes no NULL, unless it is a text:
    /// those must be there.
    /// - Throws: all that is wrong with the line by itself, by the rules of the schema.
    package func fields(of record: CSVReader.Record) throws(LineFault) -> SymbolFields {
        guard record.fieldCount == fieldCount else {
            throw LineFault(line: record.line, reason: "\(record.fieldCount) fields, the header has \(fieldCount)")
        }
        var fields = SymbolFields()
        for (column, position) in zip(columns, positions) {
            let bytes = record.field(position)
            if bytes.isEmpty, !column.rules.isNullable, !column.rules.isRequired { continue }
            if let text = String(validating: bytes, as: UTF8.self) {
                fields.read(text, as: column)
            } else {
                fields.refuse(column, FieldFault(column.rules.fileName, "", .notUTF8))
            }
        }
        let faults = fields.faults
        guard faults.isEmpty else {
            throw LineFault(line: record.line, reason: faults.map(\.description).joined(separator: "; "))
        }
        return fields
    }
}
