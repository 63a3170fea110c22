import CLoad
import Glibc
import Measuring

/// A server with one subscriber, a session that changes rows, a session that listens.
final class PushComparison {
    private let server: SymbologyServer
    private let subscriber: PushReader
    private let writer: Database
    private let listener: Database
    let symbolCount: Int
    private var generator: SplitMix

    init(database: ReferenceDatabase) throws {
        symbolCount = database.symbolCount
        generator = SplitMix(seed: database.surroundings.seed)
        server = try SymbologyServer(
            database.surroundings, database: database.conninfo, name: "push\(database.symbolCount)")
        try server.awaitLoaded()
        subscriber = try PushReader(server.connect())
        writer = try database.connect()
        try RowUpdates.prepare(writer)
        listener = try database.connect()
        try listener.run("LISTEN \(ReferenceDatabase.unrelatedChannel)")
    }

    struct Round {
        /// Sorted nanoseconds of the changes of one kind.
        let push: [UInt64]
        let notify: [UInt64]
        /// On a processor, for each change that was pushed.
        let serverNanosecondsEach: Double
    }

    func round(changeCount: Int) throws -> Round {
        let account = ProcessAccount(processId: server.process.processId)
        server.process.thaw()
        let before = account.processorNanoseconds
        let push = try (0..<changeCount).map { _ in try pushOnce() }
        let used = account.processorNanoseconds - before
        server.process.freeze()
        defer { server.process.thaw() }
        let notify = try (0..<changeCount).map { _ in try notifyOnce() }
        return Round(
            push: push.sorted(), notify: notify.sorted(), serverNanosecondsEach: Double(used) / Double(changeCount))
    }

    private func pushOnce() throws -> UInt64 {
        let id = UInt32.random(in: 1...UInt32(symbolCount), using: &generator)
        poll(nil, 0, 1)
        let start = load_now()
        try writer.start(RowUpdates.served, id)
        try subscriber.awaitChange(of: id)
        let end = load_now()
        try writer.finish("update")
        return end - start
    }

    private func notifyOnce() throws -> UInt64 {
        let countMax = min(symbolCount, ReferenceDatabase.unrelatedCountMax)
        let id = UInt32.random(in: 1...UInt32(countMax), using: &generator)
        listener.forgetNotifications()
        poll(nil, 0, 1)
        let start = load_now()
        try writer.start(RowUpdates.unrelated, id)
        try listener.awaitNotification()
        let end = load_now()
        try writer.finish("update")
        return end - start
    }
}
