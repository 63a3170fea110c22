internal import MarketDataStore
internal import PostgreSQL
import ReferenceData

extension StoreQuery where Answer == Int {
    /// Removes the quotes, the balances of an asset and the orders with a prefix that a load test wrote since a time.
    package static func removeLoadTest(quoteIds: [Int64], mark: String, since start: Timestamp) -> StoreQuery {
        StoreQuery { session in
            let moment = try Parameter.moment(start)
            var count = 0
            for begin in stride(from: 0, to: quoteIds.count, by: 5_000) {
                let ids = quoteIds[begin..<min(begin + 5_000, quoteIds.count)].map { "\($0)" }
                count += try session.change(LoadTestStatements.removeQuotes, [.textArray(ids), moment]).affectedRowCount
            }
            count += try session.change(LoadTestStatements.removeBalances, [.text(mark)]).affectedRowCount
            count += try session.change(LoadTestStatements.removeOrders, [.text(mark), moment]).affectedRowCount
            return count
        }
    }
}
