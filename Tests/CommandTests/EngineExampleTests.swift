import Foundation
import SymbologyClient
import TestSupport
import Testing

/// The Swift of the README, compiled and run.
@Suite("README: the engine")
struct EngineExampleTests {
    /// Ends by throwing when the server goes, as an engine's own feed thread would.
    private static func engine(socketPath: String, print: (Any...) -> Void) throws {
        let client = try LookupClient(.unix(path: socketPath))
        let answer = try client.resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT")
        guard answer.status == .ok else { return }
        print(answer.exchangeId, answer.symbolId, answer.precisionPrice)

        let replica = try Replica(.unix(path: socketPath))
        try replica.waitUntilLive(timeoutMilliseconds: 5_000)
        let reader = replica.reader()
        guard let key = SymbolKey(exchangeId: answer.exchangeId, symbol: "BTC_USDT") else { return }
        print(reader.resolve(key).symbolId, reader.state)
        // It subscribes too, and the test waits for one subscriber.
        replica.stop()

        try client.subscribe(withRecords: true)
        while let push = try client.nextPush() { print(push) }
    }

    @Test("what the README shows is what stands here")
    func isTheSame() throws {
        let block = try #require(try ReadmeTests.blocks().first { $0.language == "swift" })
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let lines = source.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        for line in block.lines where !line.isEmpty {
            #expect(lines.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
        }
    }

    @Test("it resolves, and hears of a change")
    func itWorks() throws {
        let system = try RunningSystem()
        let id = try system.symbolId("GATEIO_SPOT", "BTC_USDT")
        let printed = Printed()
        let socketPath = system.unixPath
        // The engine never ends by itself: its thread goes with the test process.
        Thread.detachNewThread {
            try? Self.engine(socketPath: socketPath) { values in
                printed.append(values.map { "\($0)" }.joined(separator: " "))
            }
        }
        #expect(try printed.wait(for: "the ids") { _ in true } == "2 \(id) 2")
        try printed.wait(for: "the replica") { $0 == "\(id) live" }
        let isSubscribed = try Deadline().poll {
            try system.rows("status").first?["subscriber_count"] as? Int == 1
        }
        #expect(isSubscribed)
        try system.execute("UPDATE symbols SET precision_price = 5 WHERE id = \(id)")
        try printed.wait(for: "the change") { $0.contains("change") && $0.contains("id: \(id)") }
    }

    /// What the engine printed, line by line, to wait for.
    private final class Printed: @unchecked Sendable {
        private let condition = MonotonicCondition()
        private var lines: [String] = []

        func append(_ line: String) {
            condition.withLock {
                lines.append(line)
                condition.broadcast()
            }
        }

        @discardableResult
        func wait(for what: String, where predicate: (String) -> Bool) throws -> String {
            let deadline = Deadline()
            return try condition.withLock {
                while true {
                    if let line = lines.first(where: predicate) { return line }
                    guard condition.wait(until: deadline) else {
                        throw RunningCommand.Failure(description: "no \(what); printed: \(lines)")
                    }
                }
            }
        }
    }
}
