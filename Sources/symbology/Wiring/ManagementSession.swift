import PostgreSQL
import ReferenceData
import ReferenceStore

/// `ReferenceManagement` with its errors put into words and exit codes.
struct ManagementSession {
    private let store: ReferenceManagement

    /// - Parameter command: shown in the audit and in `pg_stat_activity`.
    init(_ configuration: Configuration, _ command: String) throws(CommandFailure) {
        let target = try DatabaseTarget.parse(configuration)
        store = ReferenceManagement(try DatabaseTarget.connect(target, applicationName: "symbology \(command)"))
    }

    init(_ connection: Connection) { store = ReferenceManagement(connection) }

    func ask<Answer>(
        _ question: (ReferenceManagement) throws(ManagementError) -> Answer
    ) throws(CommandFailure) -> Answer {
        do throws(ManagementError) {
            return try question(store)
        } catch {
            throw Self.failure(error)
        }
    }

    /// What is worth a look in a symbol that was written. Where it cannot be asked for there is none: the change
    /// stands.
    func remarks(on symbol: ManagedSymbol, before: ManagedSymbol? = nil) -> [String] {
        (try? store.remarks(on: symbol, before: before)) ?? []
    }

    /// The id of a code, or, where no exchange bears such a code, of an id.
    func exchangeId(_ codeOrId: String) throws(CommandFailure) -> UInt16 {
        let known = try ask { store throws(ManagementError) in try store.exchangeId(code: codeOrId) }
        if let id = known ?? UInt16(codeOrId) { return id }
        throw CommandFailure(
            .answerIsNo, "there is no exchange \(Cell.escapeControls(codeOrId))",
            next: "\"symbology exchanges stats\" lists them")
    }

    private static func failure(_ error: ManagementError) -> CommandFailure {
        switch error {
        case .invalid(let faults):
            let count = faults.count == 1 ? "1 fault" : "\(faults.count) faults"
            let lines = faults.map { Cell.escapeControls($0.description) }
            return CommandFailure(
                .answerIsNo, (["\(count), nothing was changed:"] + lines).joined(separator: "\n  "),
                next: "correct them and run it again")
        case .notFound(let kind, _):
            let list = kind == .exchange ? "\"symbology exchanges stats\"" : "\"symbology search\""
            return CommandFailure(.answerIsNo, "\(error)", next: "\(list) finds what there is")
        case .conflict(let conflict):
            let kind = conflict.kind == .exchange ? "exchange" : "symbol"
            return CommandFailure(
                .answerIsNo, "\(error); nothing was changed",
                next: "\"symbology history \(kind) \(conflict.id)\" shows it; then run it again")
        case .unreadable:
            return CommandFailure(.answerIsNo, "\(error)", next: "correct the row with SQL first")
        case .store(let error):
            // Another writer was between the check and the write.
            if let refusal = error.databaseError, refusal.sqlState?.hasPrefix("23") == true {
                return CommandFailure(
                    .answerIsNo, "the database refused it: \(refusal)", next: "nothing was changed; run it again")
            }
            return DatabaseTarget.failure(error)
        }
    }
}
