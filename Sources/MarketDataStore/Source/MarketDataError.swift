import PostgreSQL

/// Why market data were not moved, or old rows not removed. `description` says what, where and what to do next.
public enum MarketDataError: Error, Sendable, CustomStringConvertible {
    /// PostgreSQL refused a statement or went away.
    case database(PostgreSQLError)
    /// The tables are not there: the migrations have not been applied.
    case notMigrated(PostgreSQLError)
    /// What is there cannot be taken over, or not now; nothing was changed by what was refused.
    case refused(String)
    /// A lock was not granted in any of the attempts.
    case blocked(what: String, attemptCount: Int, blockers: [String])
    /// The same command is running already.
    case busy(what: String, holder: String)

    init(_ error: PostgreSQLError) {
        switch error.sqlState {
        case "42P01" where error.message.contains("market_data_"): self = .notMigrated(error)
        default: self = .database(error)
        }
    }

    /// Runs `body`; what it throws becomes an error of this kind.
    static func wrapping<Result>(_ body: () throws -> Result) throws(MarketDataError) -> Result {
        do {
            return try body()
        } catch let error as MarketDataError {
            throw error
        } catch let error as PostgreSQLError {
            throw MarketDataError(error)
        } catch {
            throw .refused("\(error)")
        }
    }

    public var description: String {
        switch self {
        case .database(let error): error.description
        case .notMigrated(let error):
            "\(error); the migrations have not been applied here: run `symbology migrate up`"
        case .refused(let reason): reason
        case .blocked(let what, let attemptCount, let blockers):
            "\(what) was not granted its lock in \(attemptCount) attempts; "
                + (blockers.isEmpty
                    ? "the blocking process is gone by now, try again" : blockers.joined(separator: "; "))
        case .busy(let what, let holder): "\(what) is running already: \(holder)"
        }
    }
}
