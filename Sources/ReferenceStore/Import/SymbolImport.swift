import PostgreSQL
import ReferenceData

/// How an import is to go about it.
public struct SymbolImportOptions: Sendable, Hashable {
    /// Leave bad lines out and import the others.
    public var skipsBad: Bool
    /// Deactivate the active symbols, of each exchange that the file names, that it does not list. A file with bad
    /// lines is then refused even where they are skipped: nobody knows which symbols those were.
    public var deactivatesMissing: Bool
    /// Find out what would change, and change nothing.
    public var isDryRun: Bool
    /// For so many days a former symbol string stays an alias, 1 to `ReferenceManagement.aliasDayCountMax`; nil leaves
    /// none.
    public var aliasDayCount: Int?

    public init(
        skipsBad: Bool = false, deactivatesMissing: Bool = false, isDryRun: Bool = false,
        aliasDayCount: Int? = ReferenceManagement.aliasDayCountDefault
    ) {
        self.skipsBad = skipsBad
        self.deactivatesMissing = deactivatesMissing
        self.isDryRun = isDryRun
        self.aliasDayCount = aliasDayCount
    }
}

/// Imports a CSV file of symbols in one transaction: inserts what is missing, updates what differs, touches nothing
/// else.
///
/// The first line names the columns (`ColumnRules.fileName`), in any order; `exchange`, `base_asset`, `quote_asset` and
/// `symbol_string` are required. A row is known by its exchange, base and quote. An empty field is NULL in a column
/// that takes NULL, and "as it is" (or the schema's default) in one that does not. `created_at` and `updated_at` count
/// for new rows only. An `id` is kept for a new row and must agree for one that is there. A symbol whose string changes
/// is renamed: the former one stays an alias for a while.
///
/// Takes `SHARE ROW EXCLUSIVE` on `symbols` after the file is copied: readers go on, of two imports the second waits. A
/// dry run takes no such lock. Memory: the file, and at most `faultCountMax` faults. Not thread-safe.
public struct SymbolImport {
    /// How many faults are listed; all are counted.
    public static let faultCountMax = 100
    /// Line numbers and COPY buffers are 32 bits wide.
    public static let fileByteCountMax = 1 << 30
    /// Rows are written in pieces of so many lines, or a twentieth of the file: each tells how far it is.
    static let pieceLineCountMin = 20_000
    static let pieceCountMax = 20
    /// Reading tells how far it is each time so many lines are read.
    static let progressLineCount = 10_000

    let connection: Connection

    /// - Parameter connection: not inside a transaction.
    public init(_ connection: Connection) { self.connection = connection }

    /// - Parameters:
    ///   - onProgress: called on this thread, some dozens of times however long the file is.
    ///   - onChange: called in a dry run for each symbol that would change, in the order of the file, those that are
    ///     gone at the end. O(changes) of memory.
    /// - Throws: `.badLines` (nothing was imported), `.unusableFile`, `.database`, `.notMigrated`.
    public func run(
        csv bytes: UnsafeRawBufferPointer, _ options: SymbolImportOptions = SymbolImportOptions(),
        onProgress: (SymbolImportProgress) -> Void = { _ in }, onChange: (SymbolImportChange) -> Void = { _ in }
    ) throws(StoreError) -> SymbolImportResult {
        guard bytes.count <= Self.fileByteCountMax else {
            throw .unusableFile(
                "the file has \(bytes.count) bytes, at most \(Self.fileByteCountMax) are imported at once")
        }
        var reader = CSVReader(bytes)
        let header = try readHeader(&reader)
        return try StoreError.wrapping("import") {
            try connection.transaction { try run(&reader, header, options, onProgress, onChange) }
        }
    }

    /// The same for bytes in an array.
    public func run(
        csv bytes: [UInt8], _ options: SymbolImportOptions = SymbolImportOptions(),
        onProgress: (SymbolImportProgress) -> Void = { _ in }, onChange: (SymbolImportChange) -> Void = { _ in }
    ) throws(StoreError) -> SymbolImportResult {
        try StoreError.wrapping("import") {
            try bytes.withUnsafeBytes { try run(csv: $0, options, onProgress: onProgress, onChange: onChange) }
        }
    }

    /// Whether the table holds any symbol: a seed is for an empty one only. One statement, constant time.
    /// - Throws: `.database`, `.notMigrated`.
    public func hasSymbols() throws(StoreError) -> Bool {
        try StoreError.wrapping("any symbol") {
            let anySymbol = Statement(name: "any symbol", sql: "SELECT EXISTS (SELECT FROM symbols)")
            return try connection.query(anySymbol).bool(0, 0) == true
        }
    }

    private func readHeader(_ reader: inout CSVReader) throws(StoreError) -> SymbolFileHeader {
        var record = CSVReader.Record()
        switch reader.next(&record) {
        case .record: return try SymbolFileHeader(record)
        case .fault(let line, let reason): throw .unusableFile("line \(line): \(reason)")
        case .end:
            let columns = SymbolFileHeader.required.map(\.rules.fileName).joined(separator: ",")
            throw .unusableFile("the file is empty; its first line names the columns: \(columns)")
        }
    }

    private func run(
        _ reader: inout CSVReader, _ header: SymbolFileHeader, _ options: SymbolImportOptions,
        _ onProgress: (SymbolImportProgress) -> Void, _ onChange: (SymbolImportChange) -> Void
    ) throws -> SymbolImportResult {
        try connection.query(ImportStatements.planner)
        try connection.executeScript(ImportStatements.stage.sql, name: ImportStatements.stage.name)
        var faults = FaultList()
        let stagedCount = try stageLines(&reader, header, &faults, onProgress)
        onProgress(.checking(lineCount: stagedCount))
        try connection.query(ImportStatements.analyze)
        if !options.isDryRun { try connection.query(ImportStatements.lock) }
        try connection.query(ImportStatements.match(header.columns))
        try connection.query(ImportStatements.analyzeRows)
        let faultyCount = try findFaults(&faults)

        if faults.count > 0, !options.skipsBad || options.deactivatesMissing {
            throw StoreError.badLines(faults.sorted, faultCount: faults.count)
        }
        var result = SymbolImportResult()
        result.skippedCount = faults.count
        result.faults = faults.sorted
        if faultyCount > 0 { try connection.query(ImportStatements.dropFaulty) }
        try write(header.columns, options, &result, onProgress, onChange)
        result.unchangedCount = stagedCount - faultyCount - result.updatedCount - result.insertedCount
        return result
    }

    /// Checks each line and copies the good ones. Reads the file once.
    private func stageLines(
        _ reader: inout CSVReader, _ header: SymbolFileHeader, _ faults: inout FaultList,
        _ onProgress: (SymbolImportProgress) -> Void
    ) throws -> Int {
        var record = CSVReader.Record()
        var lineCount = 0
        let columns = header.columns
        return try connection.copyIn(ImportStatements.copy(columns)) { writer in
            while true {
                switch reader.next(&record) {
                case .end: return
                case .fault(let line, let reason): faults.add(LineFault(line: line, reason: reason))
                case .record:
                    switch Result(catching: { () throws(LineFault) in try header.fields(of: record) }) {
                    case .success(let fields):
                        try writer.writeRow([String(record.line)] + columns.map { fields.text(of: $0) })
                    case .failure(let fault): faults.add(fault)
                    }
                }
                lineCount += 1
                if lineCount.isMultiple(of: Self.progressLineCount) {
                    onProgress(
                        .reading(
                            lineCount: lineCount, byteCount: reader.byteOffset, ofByteCount: reader.byteCount))
                }
            }
        }
    }

    /// Adds what only the database can tell.
    /// - Returns: how many staged lines are faulty.
    private func findFaults(_ faults: inout FaultList) throws -> Int {
        let count = try connection.query(ImportStatements.findFaults).affectedRowCount
        guard count > 0 else { return 0 }
        faults.makeRoom()
        let result = try connection.query(ImportStatements.readFaults, [.int64(Int64(Self.faultCountMax))])
        for row in 0..<result.rowCount {
            guard let line = try result.int32(row, 0), let reason = try result.text(row, 1) else { continue }
            faults.add(LineFault(line: Int(line), reason: reason))
        }
        faults.addUnlisted(count - result.rowCount)
        return count
    }
}

/// All faults counted, the first ones listed.
private struct FaultList {
    private(set) var count = 0
    private var listed: [LineFault] = []
    private var listedCountMax = SymbolImport.faultCountMax

    mutating func add(_ fault: LineFault) {
        count += 1
        if listed.count < listedCountMax { listed.append(fault) }
    }

    /// The file's own faults must not crowd out those that the database finds on earlier lines: of both the first are
    /// listed, and the lowest lines of these shown.
    mutating func makeRoom() { listedCountMax = listed.count + SymbolImport.faultCountMax }

    mutating func addUnlisted(_ unlistedCount: Int) { count += unlistedCount }

    var sorted: [LineFault] { Array(listed.sorted { $0.line < $1.line }.prefix(SymbolImport.faultCountMax)) }
}
