import Platform
import ReferenceData

// A request that names an exchange by its code is two: the code's id, which the session remembers, and the request with
// the id. Both must be of one generation.
extension LookupClient {
    /// Runs a request about the exchange of a code, or about every exchange (nil), and runs it again for as long as
    /// code and answer are of two generations and the call has time.
    ///
    /// - Parameters:
    ///   - unknown: the answer where there is no such exchange, from the status and the generation that said so.
    ///   - ask: asks, and says of which generation the answer is; nil where it is of several.
    func perform<Value>(
        _ operation: StaticString, exchange code: String?, unknown: (ResolutionStatus, UInt64) -> Value,
        ask: (Session, ExchangeScope, Deadline) throws(ClientError) -> (Value, generation: UInt64?)
    ) throws(ClientError) -> Value {
        try perform { (session, deadline) throws(ClientError) in
            try session.untilOneGeneration(operation, by: deadline) { () throws(ClientError) in
                let scope = try session.exchangeScope(code, by: deadline)
                guard scope.status.isFound else { return unknown(scope.status, scope.generation ?? 0) }
                let (value, generation) = try ask(session, scope, deadline)
                if scope.generation == nil || scope.generation == generation { return value }
                session.forgetExchangeScopes()
                return nil
            }
        }
    }

    /// Runs a list about the exchange of a code, or about every exchange (nil).
    func list<Row>(
        _ operation: StaticString, exchange code: String?, limit: Int,
        _ ask: (Session, UInt16, Deadline) throws(ClientError) -> (page: Page<Row>, generation: UInt64)
    ) throws(ClientError) -> Page<Row> {
        guard limit > 0 else { return Page() }
        return try perform(
            operation, exchange: code, unknown: { status, _ in Page(status: status) },
            ask: { (session, scope, deadline) throws(ClientError) in
                let (page, generation) = try ask(session, scope.exchangeId, deadline)
                return (page, generation)
            })
    }
}
