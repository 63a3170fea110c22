import MarketDataStore
import PostgreSQL

/// Runs what moves market data; a failure comes back in words and with an exit code.
enum MarketDataSession {
    static func ask<Value>(_ body: () throws(MarketDataError) -> Value) throws(CommandFailure) -> Value {
        do throws(MarketDataError) { return try body() } catch { throw failure(error) }
    }

    private static func failure(_ error: MarketDataError) -> CommandFailure {
        switch error {
        case .database(let error): DatabaseTarget.failure(error)
        case .notMigrated: CommandFailure(.configuration, "\(error)")
        case .refused, .busy: CommandFailure(.answerIsNo, "\(error)")
        case .blocked:
            CommandFailure(
                .answerIsNo, "\(error)", next: "what was done before stays done: run it again when they have ended")
        }
    }
}
