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

    /// The ids of symbols, each by its venue's string, else by what the text means besides.
    mutating func resolve(
        exchange: String, _ questions: [SymbolQuestion]
    ) throws(CommandFailure) -> [(answer: SymbolResolution, source: AnswerSource)] {
        var answers: [(SymbolResolution, AnswerSource)] = []
        for question in questions {
            do throws(FallbackError<ClientError, StoreError>) {
                answers.append((try question.answer(exchange: exchange, from: &resolver), resolver.source ?? .server))
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
