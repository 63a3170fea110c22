import Glibc
internal import MarketDataStore
internal import PostgreSQL
import ReferenceData
internal import ReferenceStore

/// One connection of the pool, with what looks names up for it. One thread at a time uses it: whoever has it from the
/// pool.
///
/// Unchecked: the pool's lock is between one user and the next.
final class StoreSession: @unchecked Sendable {
    let connection: Connection
    /// Another descriptor of the same socket, which is ours: shutting it down ends a wait of libpq for a silent peer,
    /// and can hit no other file, whatever libpq has closed meanwhile. -1 without one.
    let cutDescriptor: Int32
    /// Whether it has been used before: the server may have ended it meanwhile.
    var isReused = false
    /// Whether anything was written since it was taken: nothing of it may be done a second time.
    var hasWritten = false
    /// See `InsertStatements.serverLife`.
    let serverLife: String

    private let watch: SessionWatch
    private let cutMilliseconds: Int
    private let makeResolver: (@Sendable () throws -> any SymbolResolving)?
    private var resolver: (any SymbolResolving)?
    private var commitsWait: Bool?

    init(
        _ target: ConnectionTarget, _ settings: SessionSettings, _ watch: SessionWatch, cutMilliseconds: Int,
        _ makeResolver: (@Sendable () throws -> any SymbolResolving)?
    ) throws(PostgreSQLError) {
        connection = try Connection(target, settings: settings)
        serverLife = try connection.query(InsertStatements.serverLife).text(0, 0) ?? ""
        cutDescriptor = fcntl(connection.socket, F_DUPFD_CLOEXEC, 3)
        self.watch = watch
        self.cutMilliseconds = cutMilliseconds
        self.makeResolver = makeResolver
    }

    deinit { if cutDescriptor >= 0 { close(cutDescriptor) } }

    /// Whether the next one may have it.
    var isUsable: Bool { connection.isUsable && !connection.isInTransaction }

    // MARK: - Asking

    /// A statement that this connection prepares once.
    func rows(_ statement: Statement, _ parameters: [Parameter] = []) throws(MarketStoreError) -> QueryResult {
        watch.renew(self, milliseconds: cutMilliseconds)
        do throws(PostgreSQLError) {
            return try connection.queryPrepared(statement, parameters)
        } catch {
            throw MarketStoreError(error)
        }
    }

    /// A statement that changes something, and is a transaction of its own.
    func change(
        _ statement: Statement, _ parameters: [Parameter], waits: Bool = true
    ) throws(MarketStoreError) -> QueryResult {
        if commitsWait != waits {
            _ = try rows(InsertStatements.setWaiting, [.bool(waits)])
            commitsWait = waits
        }
        hasWritten = true
        return try rows(statement, parameters)
    }

    // MARK: - Names

    /// Runs `question` on what looks names up, which is made when it is first needed and again after it failed.
    private func ask<Answer>(
        _ question: (inout any SymbolResolving) throws -> Answer
    ) throws(MarketStoreError) -> Answer {
        watch.renew(self, milliseconds: cutMilliseconds)
        do {
            var asked = try resolver ?? made()
            resolver = nil
            let answer = try question(&asked)
            resolver = asked
            return answer
        } catch let error as StoreError {
            throw MarketStoreError(any: error)
        } catch {
            throw .resolverFailed("\(error)")
        }
    }

    private func made() throws -> any SymbolResolving {
        guard let makeResolver else { return ReferenceStore.DatabaseResolver(connection) }
        return try makeResolver()
    }

    private func resolution(_ symbol: SymbolReference) throws(MarketStoreError) -> SymbolResolution {
        try ask { resolver in
            switch symbol {
            case .id(let id): SymbolResolution(status: .ok, symbolId: id, generation: 0)
            case .pair(let exchange, let base, let quote):
                try resolver.resolve(exchange: exchange, base: base, quote: quote)
            case .symbol(let exchange, let symbol): try resolver.resolve(exchange: exchange, symbol: symbol)
            case .unifiedName(let exchange, let name): try resolver.resolve(exchange: exchange, unifiedName: name)
            }
        }
    }

    /// The id of a symbol. Those of inactive ones are ids too: what was observed of them stays theirs.
    func symbolId(_ symbol: SymbolReference) throws(MarketStoreError) -> UInt32 {
        if case .id(let id) = symbol { return id }
        let answer = try resolution(symbol)
        switch answer.status {
        case .ok, .inactive: return answer.symbolId
        default: throw .unknownSymbols([UnknownSymbol(symbol: symbol, status: answer.status)])
        }
    }

    /// The ids of symbols in their order; all that are unknown are named together.
    func symbolIds(_ symbols: [SymbolReference]) throws(MarketStoreError) -> [UInt32] {
        var ids: [UInt32] = []
        var unknown: [UnknownSymbol] = []
        for symbol in symbols {
            do throws(MarketStoreError) {
                ids.append(try symbolId(symbol))
            } catch .unknownSymbols(let symbols) {
                unknown += symbols
            }
        }
        guard unknown.isEmpty else { throw .unknownSymbols(unknown) }
        return ids
    }

    func exchangeId(_ code: String) throws(MarketStoreError) -> UInt16 {
        let answer = try ask { try $0.exchange(code: code) }
        guard let exchange = answer.row else { throw .unknownExchange(code, answer.status) }
        return exchange.id
    }

    /// The id of an exchange as a parameter; NULL for none.
    func bound(_ exchange: String?) throws(MarketStoreError) -> Parameter {
        guard let exchange else { return .null }
        return .int16(Int16(clamping: try exchangeId(exchange)))
    }

    /// The ids of a selection as a parameter.
    func bound(_ selection: SymbolSelection) throws(MarketStoreError) -> Parameter {
        switch selection {
        case .symbols(let symbols): return .int32Array(try symbolIds(symbols).map { Int32(clamping: $0) })
        case .matching(let exchange, let base, let quote):
            let result = try rows(
                SnapshotStatements.symbolIds, [try bound(exchange), .text(optional: base), .text(optional: quote)])
            return .int32Array(try result.map { row throws(MarketStoreError) in Int32(clamping: try row.symbolId(0)) })
        }
    }
}
