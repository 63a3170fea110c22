import ArgumentParser
import ReferenceData
import ReferenceStore

/// What every command that changes one row accepts.
struct ManagementOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Change it only if its updated_at, as the command that showed the row printed it, is not after this "
                + "moment: \(Timestamp.forms).", valueName: "time"), transform: Timestamp.named)
    var ifUnchangedSince: Timestamp?

    var condition: UpdateCondition { ifUnchangedSince.map { .unchangedSince($0) } ?? .unchangedWhileUpdating }

    /// Changes one row and prints what it is then.
    /// - Parameters:
    ///   - command: shown in the audit and in `pg_stat_activity`.
    ///   - change: gets the condition under which it may change the row.
    @discardableResult
    func change<Row: ManagedRow>(
        _ configuration: Configuration, _ command: String,
        _ change: (ManagementSession, UpdateCondition) throws -> ManagedChange<Row>
    ) throws -> ManagedChange<Row> {
        let change = try change(ManagementSession(configuration, command), condition)
        ManagedRecord(change.after, change.isChange ? .updated : .unchanged).print(configuration.format)
        return change
    }
}

extension RowFields {
    /// - Parameter command: whose help names the columns.
    func requireSome(_ command: String) throws(CommandFailure) {
        guard isEmpty else { return }
        throw CommandFailure(.usage, "nothing to change was named", next: "name columns: symbology help \(command)")
    }
}
