import ReferenceData

/// A CSV file whose first line names the columns.
package struct CSVSymbolList: SymbolList {
    private var reader: CSVReader
    private var record = CSVReader.Record()
    private let header: SymbolFileHeader

    package static let entryName = "line"
    package var exchange: String? { nil }
    package var columns: [SymbolColumn] { header.columns }
    package var byteOffset: Int { reader.byteOffset }
    package var byteCount: Int { reader.byteCount }

    /// The bytes must outlive the list.
    /// - Throws: `.unusableFile`.
    package init(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        if let refusal = ListForm.refusalAsCSV(of: bytes) { throw .unusableFile(refusal) }
        reader = CSVReader(bytes)
        switch reader.next(&record) {
        case .record: header = try SymbolFileHeader(record)
        case .fault(let line, let reason): throw .unusableFile("line \(line): \(reason)")
        case .end:
            let columns = SymbolFileHeader.required.map(\.rules.fileName).joined(separator: ",")
            throw .unusableFile("the file is empty; its first line names the columns: \(columns)")
        }
    }

    package mutating func next() -> SymbolLine? {
        switch reader.next(&record) {
        case .record: header.line(of: record)
        case .fault(_, let reason): faultyLine(reason)
        case .end: nil
        }
    }

    /// The fields before the fault count, and as keys what stands behind it: they may tell that the venue still lists a
    /// symbol.
    private func faultyLine(_ reason: String) -> SymbolLine {
        var line = header.line(of: record)
        header.readKeys(reader.faultyFields, from: record.fieldCount, into: &line)
        line.problem = reason
        return line
    }

    package func names(of lines: Set<Int>) -> [Int: String] { [:] }

    package func rejects(_ faults: [LineFault]) -> [UInt8] {
        var (reader, record) = (reader, record)
        var file = RejectFile(columns: header.names)
        var rest = faults[...]
        while let fault = rest.first {
            let outcome = reader.next(&record)
            if outcome == .end { break }
            guard record.line == fault.line else { continue }
            rest = rest.dropFirst()
            if outcome == .record {
                file.write(header.given(record), reason: fault.reason)
            } else {
                file.write(CollectionOfOne(reader.lastLine), reason: fault.reason)
            }
        }
        return file.bytes
    }
}
