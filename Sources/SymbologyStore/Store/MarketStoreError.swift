internal import PostgreSQL
import ReferenceData
internal import ReferenceStore

/// What PostgreSQL, or the way to it, said.
public struct DatabaseFault: Sendable, Hashable, CustomStringConvertible {
    /// Five characters, `23505` for instance; nil where the server never spoke.
    public let sqlState: String?
    /// What, why, and what to do next, in one line, without any secret.
    public let description: String
    /// The name of the violated constraint, where one was.
    public let constraintName: String?
    /// Whether the connection is gone.
    public let isConnectionLost: Bool
    /// Whether the same work may succeed when it is simply done again: serialization failure, deadlock, lock timeout.
    public let isRetriable: Bool

    init(_ error: PostgreSQLError) {
        sqlState = error.sqlState
        // A check that has no name is the bounds of the partitions.
        let hint = error.sqlState == "23514" && error.constraintName == nil
        description = "\(error)" + (hint ? "; hint: `symbology partitions` makes those of now and to come" : "")
        constraintName = error.constraintName
        isConnectionLost = error.isConnectionLost
        isRetriable = error.isRetriable
    }
}

/// Why the store did not do what it was asked. `description` says what, where and what to do next.
public enum MarketStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the store was given cannot be used: a connection string with a password in it, a maximum of 0.
    case configuration(String)
    /// The database cannot be reached, or went away.
    case notReachable(DatabaseFault)
    /// The database refused: a rule of the table, a privilege, a timeout.
    case refused(DatabaseFault)
    /// The tables are not there: the migrations have not been applied.
    case notMigrated(DatabaseFault)
    /// Names that have no id. Nothing of what they stood in was done.
    case unknownSymbols([UnknownSymbol])
    /// No exchange has this code.
    case unknownExchange(String, ResolutionStatus)
    /// Whoever looks names up cannot.
    case resolverFailed(String)
    /// A number that the column would round or refuse, or that has no exact value here.
    case number(column: String, value: String?, NumberFault)
    /// Any other value that cannot be stored or asked for.
    case invalid(String)
    /// A result is not what its statement promises.
    case unexpectedResult(String)
    /// As many wait for a connection as may.
    case tooManyWaiting(waiterCountMax: Int)
    /// No connection became free in time.
    case waitedTooLong(milliseconds: Int)
    /// The database did not answer in time, and its connection was cut. What was being written may be there, or come.
    case answerTookTooLong(milliseconds: Int)
    /// The task was cancelled before its turn came; nothing was done.
    case cancelled
    /// The store is closed.
    case closed

    init(_ error: PostgreSQLError) {
        let fault = DatabaseFault(error)
        switch error.kind {
        case .configuration, .encoding: self = .configuration("\(error)")
        case .connection: self = .notReachable(fault)
        case .value: self = .unexpectedResult("\(error)")
        case .usage: self = .invalid("\(error)")
        case .server:
            switch error.sqlState {
            case "42P01", "42703", "42883": self = .notMigrated(fault)
            default: self = error.isConnectionLost ? .notReachable(fault) : .refused(fault)
            }
        }
    }

    /// Sorts out what may be thrown where errors have no type.
    init(any error: any Error) {
        switch error {
        case let error as MarketStoreError: self = error
        case let error as PostgreSQLError: self.init(error)
        case let error as StoreError:
            self = error.databaseError.map { MarketStoreError($0) } ?? .unexpectedResult("\(error)")
        default: self = .unexpectedResult("\(error)")
        }
    }

    /// Whether the connection is gone with it.
    public var isConnectionLost: Bool {
        switch self {
        case .notReachable, .answerTookTooLong: true
        default: false
        }
    }

    /// Everything about it, in one line.
    public var description: String {
        switch self {
        case .configuration(let reason), .invalid(let reason), .unexpectedResult(let reason): reason
        case .notReachable(let fault), .refused(let fault): fault.description
        case .notMigrated(let fault):
            "\(fault); the migrations have not been applied here: run `symbology migrate up`"
        case .unknownSymbols(let symbols):
            "no id for \(symbols.prefix(10).map(\.description).joined(separator: ", "))"
                + (symbols.count > 10 ? " and \(symbols.count - 10) more" : "")
        case .unknownExchange(let code, let status): "no id for the exchange \(code) (\(status.name))"
        case .resolverFailed(let reason): "names cannot be looked up: \(reason)"
        case .number(let column, let value, let fault): "\(column)\(value.map { " \($0)" } ?? "") \(fault)"
        case .tooManyWaiting(let countMax): "\(countMax) wait for a connection already, which is the maximum"
        case .waitedTooLong(let milliseconds): "no connection became free within \(milliseconds) ms"
        case .answerTookTooLong(let milliseconds):
            "the database did not answer within \(milliseconds) ms, and its connection was cut"
        case .cancelled: "cancelled before it began"
        case .closed: "the store is closed"
        }
    }
}
