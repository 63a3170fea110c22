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
        let perpetual = try client.resolve(exchange: "GATEIO_FUTURES", unifiedName: "BTC/USDT:USDT")
        print(answer.exchangeId, answer.symbolId, answer.precisionPrice, perpetual.symbolId)

        let replica = try Replica(.unix(path: socketPath))
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
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
            // A test waits as long as tests wait.
            let code = line.trimmingCharacters(in: .whitespaces)
                .replacing("Milliseconds: 5_000", with: "Milliseconds: patienceMilliseconds")
            #expect(lines.contains(code), "\(line)")
        }
    }

    @Test("it resolves, and hears of a change")
    func itWorks() throws {
        let system = try RunningSystem()
        let id = try system.symbolId("GATEIO_SPOT", "BTC_USDT")
        let printed = EventQueue<String>()
        let perpetual = try system.symbolId("GATEIO_FUTURES", "BTC_USDT")
        let socketPath = system.unixPath
        // The engine never ends by itself: its thread goes with the test process.
        Thread.detachNewThread {
            do {
                try Self.engine(socketPath: socketPath) { values in
                    printed.push(values.map { "\($0)" }.joined(separator: " "))
                }
                printed.push(Self.ended)
            } catch {
                printed.push("\(Self.ended): \(error)")
            }
        }
        #expect(try wait(printed, for: "the ids") { _ in true } == "2 \(id) 2 \(perpetual)")
        try wait(printed, for: "the replica") { $0 == "\(id) live" }
        let isSubscribed = try Deadline().poll {
            try system.rows("status").first?["subscriber_count"] as? Int == 1
        }
        #expect(isSubscribed)
        try system.execute("UPDATE symbols SET precision_price = 5 WHERE id = \(id)")
        try wait(printed, for: "the change") { $0.contains("change") && $0.contains("id: \(id)") }
    }

    private static let ended = "the engine ended"

    /// Waits for a line of what the engine prints.
    @discardableResult
    private func wait(
        _ printed: EventQueue<String>, for what: String, where isWanted: (String) -> Bool
    ) throws -> String {
        var lines: [String] = []
        let line = printed.first { line in
            lines.append(line)
            return isWanted(line) || line.hasPrefix(Self.ended)
        }
        guard let line, isWanted(line) else {
            throw RunningCommand.Failure(description: "no \(what); printed: \(lines)")
        }
        return line
    }
}
