import PostgreSQL
import ReferenceData
import ReferenceStore

/// The query connection: readings from their first statement to their publication.
extension FeedCore {
    func queryStep(_ step: FeedConnection.Step) {
        switch step {
        case .ready: query?.send(ReferenceStatements.identity)
        case .notified: break
        case .lost(let error): handle(.connectionFailed(.query, .connection(.query, error.description)))
        case .result(let result):
            switch queryTask {
            case .identify: takeIdentity(result, .query)
            case .read(let reading): reading.take(result)
            case .idle, .ring, .rollback: break
            }
        case .statementOver(let error):
            switch queryTask {
            case .identify:
                if let error {
                    handle(.connectionFailed(.query, .connection(.query, error.description)))
                } else {
                    queryTask = .idle
                    finishIdentity(.query)
                }
            case .ring:
                if let error {
                    handle(.connectionFailed(.query, .connection(.query, error.description)))
                } else {
                    queryTask = .idle
                    handle(.probeRung)
                }
            case .read(let reading): statementOver(reading, error)
            case .rollback(let failure):
                queryTask = .idle
                if let error {
                    handle(.connectionFailed(.query, .connection(.query, error.description)))
                } else {
                    handle(.workFailed(failure))
                }
            case .idle: break
            }
        }
    }

    func begin(_ work: Work) {
        let mode: ReferenceRead.Mode =
            switch work {
            case .fullLoad: .fullLoad
            case .refresh(let since): .refresh(since: since)
            case .reconcile(let since): .reconcile(since: since)
            }
        let reading = Reading(mode, changeCountMax: configuration.changeCountMax)
        queryTask = .read(reading)
        send(reading)
    }

    func send(_ reading: Reading) {
        query?.copyReceiver = reading
        switch reading.read.step {
        case .pipeline(let statements): query?.sendPipeline(statements)
        case .copyOut(let statement): query?.sendSimple(statement)
        case nil: break
        }
    }

    func statementOver(_ reading: Reading, _ error: PostgreSQLError?) {
        reading.finishStep(error.map { StoreError($0) })
        if let failure = reading.failure {
            let sqlState = failure.databaseError?.sqlState ?? ""
            queryTask = .rollback(.statement(sqlState: sqlState, failure.description))
            query?.sendSimple(ReferenceStatements.rollback)
            return
        }
        guard reading.read.step == nil else { return send(reading) }
        if !configuration.allowsShrink, !mayShrinkOnce,
            let shrinkage = publisher.shrinkage(reading.read, countMin: configuration.shrinkCountMin)
        {
            queryTask = .idle
            return handle(.workFailed(publisher.holdBack(shrinkage)))
        }
        // The reading stays where it is: the machine answers with `publish`, which takes it.
        switch reading.read.expiry {
        case .pruned: handle(.workExpired(.pruned))
        case .truncated: handle(.workExpired(.truncated))
        case .tooManyChanges: handle(.workExpired(.tooManyChanges))
        case nil:
            if let watermark = reading.read.watermark { handle(.workFinished(watermark)) }
        }
    }

    func publish(_ work: Work) {
        guard case .read(let reading) = queryTask else { return }
        queryTask = .idle
        if reading.read.content != nil { mayShrinkOnce = false }
        for event in publisher.publish(reading, work) { onEvent(event) }
        considerImage()
    }

    /// Everything is read anew, and may this time lose symbols without number if that is what is held back.
    func reloadServingHeldBack() {
        if publisher.state.heldBack != nil { mayShrinkOnce = true }
        handle(.reloadRequested)
    }

    func takeHealth(_ result: QueryResult) {
        do throws(PostgreSQLError) {
            for event in publisher.take(try HealthSample(result), &health) { onEvent(event) }
        } catch {
            // A server that says it otherwise is no less alive; what it did not say is not shown.
        }
    }

    // MARK: - Identity

    func takeIdentity(_ result: QueryResult, _ role: ConnectionRole) {
        identities[role] = Result { () throws(PostgreSQLError) in try ServerIdentity(result) }
    }

    func finishIdentity(_ role: ConnectionRole) {
        switch identities[role] {
        case .success(let identity): handle(.connected(role, identity))
        case .failure(let error): handle(.connectionFailed(role, .connection(role, error.description)))
        case nil: handle(.connectionFailed(role, .connection(role, "the server does not say who it is")))
        }
    }
}
