import PostgreSQL
import ReferenceData
import ReferenceStore

/// The query connection: refreshes from their first statement to their publication.
extension FeedCore {
    func queryStep(_ step: FeedConnection.Step) {
        switch step {
        case .ready: query?.send(ReferenceStatements.identity)
        case .notified: break
        case .result(let result):
            switch queryTask {
            case .identify: takeIdentity(result, .query)
            case .refresh(let running): running.take(result)
            case .idle, .ring, .rollback: break
            }
        case .lost(let error): failConnection(.query, error)
        case .statementOver(let error):
            if case .refresh(let running) = queryTask { return statementOver(running, error) }
            if let error { return failConnection(.query, error) }
            let task = queryTask
            queryTask = .idle
            switch task {
            case .identify: finishIdentity(.query)
            case .ring: handle(.probeRung)
            case .rollback(let failure): handle(.refreshFailed(failure))
            case .refresh, .idle: break
            }
        }
    }

    func begin(_ refresh: Refresh) {
        let running = RunningRefresh(
            refresh, rowCountMax: configuration.memory.rowCountMax(served: publisher.snapshot.rowCount),
            changeCountMax: configuration.changeCountMax)
        queryTask = .refresh(running)
        sendStep(of: running)
    }

    private func sendStep(of running: RunningRefresh) {
        switch running.read.step {
        case .pipeline(let statements): query?.sendPipeline(statements)
        case .copyOut(let statement): query?.sendCopy(statement, to: running)
        case nil: finish(running)
        }
    }

    private func statementOver(_ running: RunningRefresh, _ error: PostgreSQLError?) {
        running.finishStep(error.map { StoreError($0) })
        guard let failure = running.failure else { return sendStep(of: running) }
        let sqlState = failure.databaseError?.sqlState ?? ""
        queryTask = .rollback(.statement(sqlState: sqlState, failure.description))
        query?.sendSimple(ReferenceStatements.rollback)
    }

    /// The transaction is over and committed.
    private func finish(_ running: RunningRefresh) {
        queryTask = .idle
        if let reason = running.read.expiry { return handle(.refreshExpired(reason)) }
        let database = (try? identities[.query]?.get()).map { SourceDatabase($0) }
        guard var read = running.finished(in: database), let watermark = running.read.watermark else { return }
        if let failure = publisher.holdBack(read, configuration.memory) { return handle(.refreshFailed(failure)) }
        let isConfirmed = isConfirmedOnce
        let isAccepted = isConfirmed || configuration.allowsShrink
        if let failure = publisher.holdBack(&read, configuration.shrink, isAccepted: isAccepted) {
            return handle(.refreshFailed(failure))
        }
        if read.content != nil { isConfirmedOnce = false }
        for event in publisher.publish(consume read, isConfirmed: isConfirmed) { onEvent(event) }
        considerImage()
        awaitDue()
        handle(.refreshFinished(watermark))
    }

    /// Reads everything anew. If a load is held back, this one is served whatever it loses or changes.
    func reloadServingHeldBack() {
        if let heldBack = publisher.state.heldBack, heldBack.neededByteCount == nil { isConfirmedOnce = true }
        publisher.acknowledge()
        handle(.reloadRequested)
    }

    func takeHealth(_ result: QueryResult) {
        do throws(PostgreSQLError) {
            for event in publisher.take(try HealthSample(result), &health) { onEvent(event) }
        } catch {
            // A server that answers in another form is alive all the same; its health is not shown then.
        }
    }

    // MARK: - Identity

    func takeIdentity(_ result: QueryResult, _ role: ConnectionRole) {
        identities[role] = Result { () throws(PostgreSQLError) in try ServerIdentity(result) }
    }

    func finishIdentity(_ role: ConnectionRole) {
        switch identities[role] {
        case .success(let identity): handle(.connected(role, identity))
        case .failure(let error): failConnection(role, error)
        case nil: failConnection(role, .lost("the server does not say who it is"))
        }
    }
}
