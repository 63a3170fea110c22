import PostgreSQL
import ReferenceData

/// Imports a list of symbols in one transaction, judged by the state it leads to: inserts what is missing, updates what
/// differs, touches nothing else.
///
/// A row is known by what it is (`ImportStatements.identity`), then by its symbol string. A symbol of which neither
/// list nor table says a kind is what its exchange trades. A column that the list does not have stays as it is; an
/// empty field is NULL in a column that takes NULL, and "as it is" (or the schema's default) in one that does not.
/// `is_last_good` ends with a list that has every column in which the symbol has a number; a tick or step tells digits.
/// `created_at` and `updated_at` count for new rows only. An `id` is kept for a new row and must agree for one that is
/// there.
///
/// Strings may change places; ids stay with what they are given to. A string that goes from one symbol to another, or
/// that a symbol gives up for a new one, is a fault unless the options allow it: a list of one mistyped line delists
/// nobody and renames nobody. Symbols of the list's exchanges whose time has passed are deactivated.
///
/// Takes `SHARE ROW EXCLUSIVE` on `symbols` after the list is copied: readers go on, of two imports the second waits. A
/// dry run takes no such lock, nor does a list of which nothing can be imported. Memory: the list, and a line of text
/// for each fault and notice. Not thread-safe.
public struct SymbolImport {
    /// Line numbers and COPY buffers are 32 bits wide.
    public static let fileByteCountMax = 1 << 30
    /// Rows are written in pieces of so many lines, or a twentieth of the file: each tells how far it is.
    static let pieceLineCountMin = 20_000
    static let pieceCountMax = 20
    /// Reading tells how far it is each time so many lines are read.
    static let progressLineCount = 10_000
    /// What has more bad lines is no list, whoever skips them: it is read no further.
    public static let badLineCountMax = 100_000

    let connection: Connection
    /// As the constant has it; tests need not make up so many lines.
    var badLineCountMax = Self.badLineCountMax

    /// - Parameter connection: not inside a transaction.
    public init(_ connection: Connection) { self.connection = connection }

    /// Imports CSV.
    /// - Parameters:
    ///   - onProgress: called on this thread, some dozens of times however long the file is.
    ///   - onChange: called in a dry run for each symbol that would change, in the order of the file, those that are
    ///     gone at the end. O(changes) of memory.
    /// - Throws: `.badLines`, `.tooManyBadLines`, `.jumps`, `.massChanges` (nothing was imported), `.unusableFile`,
    ///   `.database`, `.notMigrated`.
    public func run(
        csv bytes: UnsafeRawBufferPointer, _ options: SymbolImportOptions = SymbolImportOptions(),
        onProgress: (SymbolImportProgress) -> Void = { _ in }, onChange: (SymbolImportChange) -> Void = { _ in }
    ) throws(StoreError) -> SymbolImportResult {
        guard bytes.count <= Self.fileByteCountMax else {
            throw .unusableFile(
                "the file has \(bytes.count) bytes, at most \(Self.fileByteCountMax) are imported at once")
        }
        return try run(try CSVSymbolList(bytes), options, onProgress: onProgress, onChange: onChange)
    }

    /// The same for a list of any format.
    package func run(
        _ list: some SymbolList, _ options: SymbolImportOptions = SymbolImportOptions(),
        onProgress: (SymbolImportProgress) -> Void = { _ in }, onChange: (SymbolImportChange) -> Void = { _ in }
    ) throws(StoreError) -> SymbolImportResult {
        try StoreError.wrapping("import") {
            try connection.transaction {
                var list = list
                return try run(&list, options, onProgress, onChange)
            }
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

    private func run(
        _ list: inout some SymbolList, _ options: SymbolImportOptions,
        _ onProgress: (SymbolImportProgress) -> Void, _ onChange: (SymbolImportChange) -> Void
    ) throws -> SymbolImportResult {
        try connection.query(ImportStatements.planner)
        try connection.query(ImportStatements.keepInMemory)
        try run(script: ImportStatements.stage)
        var result = SymbolImportResult()
        var (faults, remarks) = try stageLines(&list, options, &result, onProgress)
        if !faults.isEmpty, faults.count + result.leftOutCount == result.lineCount {
            throw StoreError.badLines(faults, skipsBad: options.skipsBad)
        }
        onProgress(.checking(lineCount: result.lineCount - faults.count))
        try connection.query(ImportStatements.analyze)
        if !options.isDryRun, faults.isEmpty || options.skipsBad {
            try connection.query(ImportStatements.lock)
            // Joins with a table of which the planner believes that it has one row are quadratic.
            if try connection.query(ImportStatements.isOutgrown).bool(0, 0) == true {
                try run(script: ImportStatements.analyzeSymbols)
            }
        }
        let meansKnown = try match(list.columns, options, &result)
        faults += try findFaults(list, options, meansKnown, hasBadLines: !faults.isEmpty)
        if faults.count > badLineCountMax {
            let firstFaults = Array(faults.prefix(badLineCountMax))
            throw StoreError.tooManyBadLines(firstFaults.sorted { $0.line < $1.line }, lineCount: result.lineCount)
        }
        faults.sort { $0.line < $1.line }
        let counts = try count()
        if !faults.isEmpty, !options.skipsBad || counts.lineCount == 0 {
            throw StoreError.badLines(faults, skipsBad: options.skipsBad)
        }
        result.faults = faults
        result.notices = try notices(remarks, options, meansKnown)
        try holdMassChangesBack(counts, options, &result)
        let bringsIds = counts.newCount > 0 && list.columns.contains(.id)
        try holdJumpsBack(options, &result, meansKnown: meansKnown, bringsIds: bringsIds)
        if options.isDryRun {
            try plan(counts, options, &result, onChange)
        } else {
            try write(list.columns, counts, options, &result, onProgress)
        }
        return result
    }

    /// Statements without parameters and results.
    func run(script: Statement) throws {
        try connection.executeScript(script.sql, name: script.name)
    }

    // MARK: - Judging

    /// Tells what each line is and whom it means.
    /// - Returns: whether any means a known symbol.
    private func match(
        _ columns: [SymbolColumn], _ options: SymbolImportOptions, _ result: inout SymbolImportResult
    ) throws -> Bool {
        try connection.query(ImportStatements.identify(columns, listsAnew: options.listsAnew))
        if options.isOfPart {
            result.leftOutCount +=
                try connection.query(ImportStatements.dropOtherParts, options.part).affectedRowCount
        }
        try connection.query(ImportStatements.analyzeIdentities)
        var knownCount = try connection.query(ImportStatements.matchIdentities).affectedRowCount
        if options.listsAnew || columns.contains(.listedAt) {
            knownCount -=
                try connection.query(ImportStatements.dropRelisted, [.bool(options.listsAnew)]).affectedRowCount
        }
        knownCount += try connection.query(ImportStatements.matchCompleted).affectedRowCount
        try connection.query(ImportStatements.analyzeTargets)
        try connection.query(ImportStatements.match(columns), [.bool(options.deactivatesMissing)])
        try connection.query(ImportStatements.analyzeRows)
        return knownCount > 0
    }

    /// What only the database can tell. Faulty lines are dropped.
    private func findFaults(
        _ list: some SymbolList, _ options: SymbolImportOptions, _ meansKnown: Bool, hasBadLines: Bool
    ) throws -> [LineFault] {
        let entry = Parameter.text(type(of: list).entryName)
        let lacksColumns = !SymbolColumn.ofContracts.allSatisfy(list.columns.contains)
        var faultyCount = try connection.query(
            ImportStatements.findFaults,
            [entry, .bool(lacksColumns), .bool(meansKnown), .bool(list.columns.contains(.id))]
        ).affectedRowCount
        if faultyCount > 0 || hasBadLines { try connection.query(ImportStatements.findListed) }
        faultyCount +=
            try connection.query(
                ImportStatements.findMovingFaults,
                [.bool(options.renames), .bool(options.deactivatesMissing)] + options.part
                    + [entry, .bool(meansKnown)]
            ).affectedRowCount
        guard faultyCount > 0 else { return [] }
        if options.skipsBad {
            try run(script: ImportStatements.stageDependencies)
            try connection.query(ImportStatements.spreadFaults, [entry])
            try connection.query(ImportStatements.resetPlanner)
            try connection.query(ImportStatements.findListed)
        }
        let result = try connection.query(ImportStatements.readFaults, [.int64(Int64(badLineCountMax) + 1)])
        let faults = try lines(result).map { LineFault(line: $0.line, reason: $0.text) }
        try connection.query(ImportStatements.dropFaulty)
        return faults
    }

    /// - Parameter remarks: those that count where the line says something new.
    private func notices(
        _ remarks: [LineNotice], _ options: SymbolImportOptions, _ meansKnown: Bool
    ) throws -> [LineNotice] {
        let result = try connection.query(
            ImportStatements.notices, [.bool(options.deactivatesMissing), .bool(meansKnown)] + options.part)
        var notices = try lines(result).map { LineNotice(line: $0.line, text: $0.text) }
        if !remarks.isEmpty {
            let lines = remarks.map { String($0.line) }.joined(separator: ",")
            let told = try connection.query(ImportStatements.findNews, [.text(lines)])
            let news = try Set((0..<told.rowCount).compactMap { try told.int32($0, 0).map(Int.init) })
            notices += remarks.filter { news.contains($0.line) }
            notices.sort { $0.line < $1.line }
        }
        return notices
    }

    private func holdMassChangesBack(
        _ counts: ImportCounts, _ options: SymbolImportOptions, _ result: inout SymbolImportResult
    ) throws {
        let countMin = MassChange.countMin
        guard options.deactivatesMissing || max(counts.dyingCount, counts.renamedCount) >= countMin else { return }
        let answer = try connection.query(
            ImportStatements.findMassChanges,
            options.part + [.int64(Int64(countMin)), .bool(options.deactivatesMissing)])
        result.massChanges = try (0..<answer.rowCount).map { row in
            func number(_ column: Int) throws -> Int {
                guard let number = try answer.int64(row, column) else { throw StoreError.shape(answer) }
                return Int(number)
            }
            guard let exchange = try answer.text(row, 0) else { throw StoreError.shape(answer) }
            return MassChange(
                exchange: exchange, goneCount: try number(1), dyingCount: try number(2), renamedCount: try number(3),
                liveCount: try number(4))
        }
        guard !result.massChanges.isEmpty, !options.allowsJumps else { return }
        guard options.isDryRun else { throw StoreError.massChanges(result.massChanges) }
        result.isHeldBack = true
    }

    private func holdJumpsBack(
        _ options: SymbolImportOptions, _ result: inout SymbolImportResult, meansKnown: Bool, bringsIds: Bool
    ) throws {
        var jumps = meansKnown ? try lines(connection.query(ImportStatements.findJumps)) : []
        if bringsIds { jumps += try lines(connection.query(ImportStatements.findFarIds)) }
        if jumps.isEmpty { return }
        jumps.sort { $0.line < $1.line }
        guard options.allowsJumps || options.isDryRun else {
            throw StoreError.jumps(jumps.map { LineFault(line: $0.line, reason: $0.text) }, skipped: result.faults)
        }
        if !options.allowsJumps { result.isHeldBack = true }
        let held = options.allowsJumps ? "" : ", which holds the import back (--allow-jumps)"
        result.notices += jumps.map { LineNotice(line: $0.line, text: $0.text + held) }
        result.notices.sort { $0.line < $1.line }
    }

    /// A number and a text each.
    private func lines(_ result: QueryResult) throws -> [(line: Int, text: String)] {
        try (0..<result.rowCount).map { row in
            guard let line = try result.int32(row, 0), let text = try result.text(row, 1) else {
                throw StoreError.shape(result)
            }
            return (Int(line), text)
        }
    }
}
