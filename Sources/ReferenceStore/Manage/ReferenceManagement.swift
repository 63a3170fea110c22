import PostgreSQL
import ReferenceData

/// Changes reference data, one row at a time and straight in the database: servers hear of it through the change feed.
///
/// A row is checked before the database sees it, and all that is wrong with it is reported at once. An update is made
/// only if the row is still the one it is meant for (`UpdateCondition`); a lost race is an error that says who changed
/// what. An insert takes `SHARE ROW EXCLUSIVE` on its table for the length of its transaction, so that no identity
/// value is drawn for a row that is refused. Every change leaves a line in the audit (`history`).
///
/// Uses the connection that it is given, which must not be inside a transaction. Not thread-safe.
public struct ReferenceManagement {
    /// How many lines of history are read at once.
    public static let historyLineCountMax = 10_000

    let connection: Connection

    public init(_ connection: Connection) { self.connection = connection }

    // MARK: - Plumbing

    /// Runs `body`, whatever it throws becomes one of ours.
    func perform<Result>(_ body: () throws -> Result) throws(ManagementError) -> Result {
        do {
            return try body()
        } catch let error as ManagementError {
            throw error
        } catch let error as PostgreSQLError {
            throw ManagementError(error)
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .store(.unexpectedResult(statementName: "management", reason: String(describing: error)))
        }
    }

    func shape(_ result: QueryResult) -> StoreError {
        .unexpectedResult(statementName: result.statementName, reason: "a row of another shape")
    }

    /// The version in the second column.
    func version(_ result: QueryResult, _ row: Int) throws -> RowVersion {
        guard let transactionId = try result.transactionId(row, 1) else { throw shape(result) }
        return RowVersion(transactionId: transactionId)
    }

    /// Throws unless the row may be changed; `updatedAt` is its own.
    func check(
        _ condition: UpdateCondition, _ kind: ReferenceKind, id: Int64, version: RowVersion, updatedAt: Timestamp
    ) throws {
        switch condition {
        case .unchangedWhileUpdating: return
        case .version(let wanted) where wanted == version: return
        case .unchangedSince(let moment) where updatedAt <= moment: return
        case .version, .unchangedSince: throw try conflict(kind, id: id)
        }
    }

    /// The error of a lost race, with what the audit says of it.
    func conflict(_ kind: ReferenceKind, id: Int64) throws -> ManagementError {
        .conflict(ReferenceConflict(kind: kind, id: id, lastChange: try lines(kind, id: id, limit: 1).first))
    }
}

extension Parameter {
    /// An exact decimal, NULL when absent.
    static func decimal(_ value: DecimalValue) -> Parameter {
        value.isAbsent ? .null : .numeric(value.description)
    }

    /// A moment, NULL when absent.
    static func moment(_ value: Timestamp) -> Parameter {
        if value.isAbsent { return .null }
        let (shifted, isOverflow) = value.microsecondsSince1970
            .subtractingReportingOverflow(RowDecoder.epochOffsetMicroseconds)
        return isOverflow ? .null : .timestamp(microsecondsSince2000: shifted)
    }
}

extension Timestamp {
    /// From PostgreSQL's clock, which begins in 2000; absent for NULL and what is no moment.
    init(microsecondsSince2000: Int64?) {
        let moment = microsecondsSince2000 ?? .max
        let (shifted, isOverflow) = moment.addingReportingOverflow(RowDecoder.epochOffsetMicroseconds)
        self = isOverflow || moment == .min ? .absent : Timestamp(microsecondsSince1970: shifted)
    }
}
