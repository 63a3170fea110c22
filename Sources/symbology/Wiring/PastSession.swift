import Platform
import PostgreSQL
import ReferenceData
import ReferenceFeed
import ReferenceStore

/// One connection to the database, for the whole state of now or of a moment in the past, with what goes wrong put into
/// words and into an exit code.
struct PastSession {
    private let connection: Connection

    init(_ configuration: Configuration) throws(CommandFailure) {
        connection = try DatabaseTarget.connect(configuration)
    }

    /// A snapshot that answers as a server does, or did.
    /// - Parameter time: nil for now. Of the past, the snapshot carries its time: what expired later is active in it.
    func snapshot(asOf time: Timestamp?) throws(CommandFailure) -> Snapshot {
        let epoch = UInt64(max(1, WallClock.microseconds()))
        guard let time else {
            let loaded = try DatabaseTarget.ask { () throws(StoreError) in try ReferenceLoader(connection).load() }
            let snapshot = Snapshot.build(
                loaded.content, epoch: epoch, generation: 1, databaseSnapshot: loaded.watermark.text,
                at: Timestamp(microsecondsSince1970: WallClock.microseconds()))
            return snapshot.attributed(to: SourceDatabase(loaded.identity))
        }
        let past = try ask { history throws(HistoryError) in try history.content(asOf: time) }
        return .build(
            past.content, epoch: epoch, generation: 1, databaseSnapshot: past.databaseSnapshot, asOf: time)
    }

    private func ask<Value>(
        _ question: (ReferenceHistory) throws(HistoryError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(HistoryError) {
            return try question(ReferenceHistory(connection))
        } catch {
            throw Self.failure(error)
        }
    }

    static func failure(_ error: HistoryError) -> CommandFailure {
        switch error {
        case .notKnown(let message):
            CommandFailure(.answerIsNo, message, next: "name a time that the audit of the database covers")
        case .store(let error): DatabaseTarget.failure(error)
        }
    }
}
