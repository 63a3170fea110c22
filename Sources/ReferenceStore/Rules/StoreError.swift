import PostgreSQL

/// Why something could not be read from or written to the reference tables.
public enum StoreError: Error, Sendable, CustomStringConvertible {
    /// PostgreSQL refused a statement or went away.
    case database(PostgreSQLError)
    /// The reference tables or their change feed are not there: the migrations have not been applied.
    case notMigrated(PostgreSQLError)
    /// A result does not have the shape its statement promises.
    case unexpectedResult(statementName: String, reason: String)
    /// The file cannot be read as a whole: no header, an unknown or missing column, too large.
    case unusableFile(String)
    /// The list has bad lines and nothing was imported.
    /// - Parameter skipsBad: bad lines were to be left out, and no other was left.
    case badLines([LineFault], skipsBad: Bool)
    /// The list has more than `SymbolImport.badLineCountMax` bad lines, and nothing was imported: these are the first.
    /// - Parameter lineCount: how far it was read.
    case tooManyBadLines([LineFault], lineCount: Int)
    /// A tick, a step or a contract size would change ten-fold or more, or an id is far above all others, and nothing
    /// was imported.
    /// - Parameter skipped: bad lines that were left out before.
    case jumps([LineFault], skipped: [LineFault])
    /// Most live symbols of an exchange would become inactive or get another symbol string, and nothing was imported.
    case massChanges([MassChange])
    /// Writing the exported bytes failed; the message names the reason.
    case output(String)

    /// Sorts out what is worth telling apart.
    public init(_ error: PostgreSQLError) {
        switch error.sqlState {
        case "42P01", "42703", "42883": self = .notMigrated(error)
        default: self = .database(error)
        }
    }

    /// A row does not have the columns that its statement selects.
    static func shape(_ result: QueryResult) -> StoreError {
        .unexpectedResult(statementName: result.statementName, reason: "a row of another shape")
    }

    /// Runs `body`; what it throws becomes a store error.
    /// - Parameter name: what fails with an error of no known kind.
    package static func wrapping<Result>(
        _ name: String, _ body: () throws -> Result
    ) throws(StoreError) -> Result {
        do {
            return try body()
        } catch let error as StoreError {
            throw error
        } catch let error as PostgreSQLError {
            throw StoreError(error)
        } catch {
            throw .unexpectedResult(statementName: name, reason: String(describing: error))
        }
    }

    /// The error underneath, where PostgreSQL spoke.
    public var databaseError: PostgreSQLError? {
        switch self {
        case .database(let error), .notMigrated(let error): error
        default: nil
        }
    }

    public var description: String {
        switch self {
        case .database(let error): return error.description
        case .notMigrated(let error):
            return "\(error); the migrations have not been applied here: run `symbology migrate up`"
        case .unexpectedResult(let statementName, let reason): return "\(statementName): unexpected result: \(reason)"
        case .unusableFile(let reason): return reason
        case .badLines(let faults, _):
            let listed = faults.map(\.description).joined(separator: "\n")
            return "\(faults.count) bad line\(faults.count == 1 ? "" : "s"), nothing was imported:\n\(listed)"
        case .tooManyBadLines(let faults, let lineCount):
            let first = faults.first.map { "; the first: \($0)" } ?? ""
            return "more than \(faults.count) bad lines in \(lineCount), nothing was imported\(first)"
        case .jumps(let jumps, _):
            let listed = jumps.map(\.description).joined(separator: "\n")
            return "ten-fold changes, or ids far above all others, nothing was imported:\n\(listed)"
        case .massChanges(let changes):
            return "nothing was imported: \(changes.map(\.description).joined(separator: "; "))"
        case .output(let reason): return reason
        }
    }
}

/// One line of a file that cannot be imported.
public struct LineFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Counted from 1, the header included; of the line on which the record begins.
    public let line: Int
    public let reason: String
    /// The code, where all that is wrong is that no exchange has it, which many lines then have in common.
    public let unknownExchange: String?

    public init(line: Int, reason: String, unknownExchange: String? = nil) {
        self.line = line
        self.reason = reason
        self.unknownExchange = unknownExchange
    }

    public var description: String { "line \(line): \(reason)" }
}
