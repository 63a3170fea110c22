/// What can be said of a symbol file without a database: the header, and each line by itself.
///
/// Reads the bytes once, keeps one record at a time. Bytes of any kind are answered, never trapped on.
package struct SymbolFileCheck {
    /// Lines that could be imported, as far as one can tell without the tables.
    package private(set) var goodCount = 0
    /// The first fault of each bad line, by line number.
    package private(set) var faults: [(line: Int, reason: String)] = []

    package init(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        var reader = CSVReader(bytes)
        var record = CSVReader.Record()
        guard case .record = reader.next(&record) else { throw .unusableFile("the file has no header") }
        let header = try SymbolHeader(record)
        while true {
            switch reader.next(&record) {
            case .end: return
            case .fault(let line, let reason): faults.append((line, reason))
            case .record:
                switch SymbolLine.read(record, header, SymbolColumn.allCases) {
                case .success: goodCount += 1
                case .failure(let fault): faults.append((record.line, fault.reason))
                }
            }
        }
    }
}
