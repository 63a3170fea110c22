import PostgreSQL
import ReferenceData
import ReferenceStore
import SymbologyClient

/// A server, and the database for as long as no server answers; each answer says which of them it was.
struct FallbackSession {
    private var resolver: FallbackResolver<LookupClient, DatabaseResolver>
    private let address: String

    init(_ configuration: Configuration) throws(CommandFailure) {
        let address = try configuration.clientAddress()
        self.address = address.plainText
        let target = try DatabaseTarget.parse(configuration)
        let options = ClientOptions(environment: configuration.value(.environment), clientName: "symbology")
        resolver = FallbackResolver(
            ServerAddress(address), client: options,
            secondary: { () throws(StoreError) in try DatabaseResolver(target) })
    }

    /// The ids of symbols, each the venue's own string or else BASE/QUOTE.
    mutating func resolve(
        exchange: String, symbols: [String]
    ) throws(CommandFailure) -> [(answer: SymbolResolution, source: AnswerSource)] {
        var answers: [(SymbolResolution, AnswerSource)] = []
        for symbol in symbols {
            do throws(FallbackError<ClientError, StoreError>) {
                var answer = try resolver.resolve(exchange: exchange, symbol: symbol)
                if answer.status == .unknownSymbol, let pair = PairText(symbol) {
                    answer = try resolver.resolve(exchange: exchange, base: pair.base, quote: pair.quote)
                }
                answers.append((answer, resolver.source ?? .server))
            } catch {
                throw describe(error)
            }
        }
        return answers
    }

    private func describe(_ error: FallbackError<ClientError, StoreError>) -> CommandFailure {
        switch error {
        case .primary(let error): return ServerSession.describe(error, at: address)
        case .both(let server, let database):
            let failure = DatabaseTarget.failure(database)
            let why = server.map { ServerSession.describe($0, at: address).message } ?? "the server has nothing loaded"
            return CommandFailure(failure.status, "\(why); \(failure.message)", next: failure.next)
        }
    }
}
