internal import CPQ

/// A statement with the values to bind.
public struct BoundStatement: Sendable, Hashable {
    public let statement: Statement
    public let parameters: [Parameter]

    public init(_ statement: Statement, _ parameters: [Parameter] = []) {
        self.statement = statement
        self.parameters = parameters
    }
}

/// An answer that is still to be read, of statements sent together.
struct PipelineStep {
    let statement: Statement
    /// The answer to the statement's PREPARE, not to the statement itself.
    let isPreparation: Bool
}

/// Several statements in one round trip.
extension Connection {
    /// Starts several statements at once; the answers come in order through `nextResult()`, one result each, then
    /// `.done`. None of them may be a COPY.
    ///
    /// Each is prepared the first time this connection sees it and only bound from then on, so its types must not
    /// depend on the values. After a statement that fails the later ones are not run; a transaction that one of
    /// them opened stays open and failed.
    /// - Throws: `.usage` when a statement is under way.
    public func sendPipeline(_ statements: [BoundStatement]) throws(PostgreSQLError) {
        guard let first = statements.first else { throw .usage("an empty pipeline", statement: nil) }
        let handle = try idle(first.statement.name)
        guard PQenterPipelineMode(handle) == 1 else { throw .connection(handle, statement: first.statement.name) }
        pipeline = []
        for bound in statements { try queue(bound, handle) }
        guard PQpipelineSync(handle) == 1 else { throw .connection(handle, statement: first.statement.name) }
        sentStatementName = first.statement.name
    }

    private func queue(_ bound: BoundStatement, _ handle: OpaquePointer) throws(PostgreSQLError) {
        let statement = bound.statement
        let binding = try ParameterBinding(bound.parameters, statement: statement)
        let count = Int32(truncatingIfNeeded: binding.count)
        let (name, isNew) = preparedName(statement)
        if isNew {
            guard PQsendPrepare(handle, name, statement.sql, count, binding.types) == 1 else {
                throw .connection(handle, statement: statement.name)
            }
            pipeline.append(PipelineStep(statement: statement, isPreparation: true))
        }
        let sent = binding.withValues { values in
            PQsendQueryPrepared(handle, name, count, values, binding.lengths, binding.formats, 1)
        }
        guard sent == 1 else { throw .connection(handle, statement: statement.name) }
        pipeline.append(PipelineStep(statement: statement, isPreparation: false))
    }

    /// `nextResult()` while a pipeline is being read.
    func nextPipelineResult(_ handle: OpaquePointer) throws(PostgreSQLError) -> AsyncStep {
        while PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                // libpq returns none between the results of two statements, and none after the connection broke.
                guard PQstatus(handle) == CONNECTION_OK, !pipeline.isEmpty else {
                    throw .connection(handle, statement: sentStatementName)
                }
                pipeline.removeFirst()
                continue
            }
            sentStatementName = pipeline.first?.statement.name ?? sentStatementName
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                PQclear(result)
                pipeline = []
                guard PQexitPipelineMode(handle) == 1 else {
                    throw .connection(handle, statement: sentStatementName)
                }
                return .done
            case PGRES_PIPELINE_ABORTED:
                PQclear(result)
                if let step = pipeline.first, step.isPreparation { preparedNames[step.statement] = nil }
            case PGRES_COMMAND_OK where pipeline.first?.isPreparation == true: PQclear(result)
            default:
                if let step = pipeline.first, step.isPreparation { preparedNames[step.statement] = nil }
                return .result(try take(result, sentStatementName ?? ""))
            }
        }
        return .busy
    }

    /// Whether the answers to `sendPipeline` are still being read.
    var isInPipeline: Bool { PQpipelineStatus(handle) != PQ_PIPELINE_OFF }
}
