import Foundation
import SymbologyClient
import TestSupport
import Testing

/// The Swift that the documentation of `Replica` shows, compiled with nothing but the client, and run.
@Suite("Replica: the engine")
struct ReplicaExampleTests {
    private static func engine(_ address: ServerAddress, imagePath: String, print: (UInt32) -> Void) throws {
        let replica = try Replica(
            address, options: ReplicaOptions(environment: nil, imagePath: imagePath))
        try replica.waitUntilLive(timeoutMilliseconds: 5_000)

        let reader = replica.reader()
        guard let exchangeId = reader.exchangeId(code: "GATEIO_SPOT"),
            let key = SymbolKey(exchangeId: exchangeId, symbol: "BTC_USDT")
        else { return }
        let answer = reader.resolve(key)
        if answer.status == .ok, reader.state == .live { print(answer.symbolId) }
        replica.stop()
    }

    @Test("what the documentation shows is what stands here")
    func isTheSame() throws {
        let path = Program.root.appending(path: "Sources/SymbologyClient/Replica.swift").path
        let documentation = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let start = try #require(documentation.firstIndex { $0.contains("```swift") })
        let end = try #require(documentation[(start + 1)...].firstIndex { $0.contains("```") })
        let lines = documentation[(start + 1)..<end].map { line in
            // Without the comment mark, and without the remarks at the end of lines.
            let code = line.dropFirst(3)
            let remark = code.firstRange(of: " // ")?.lowerBound ?? code.endIndex
            return code[..<remark].trimmingCharacters(in: .whitespaces)
        }
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
            .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(lines.count > 8)
        // The address and the files are the reader's own.
        for line in lines where !line.isEmpty && !line.contains("/run/") && !line.contains("/var/") {
            #expect(source.contains(line), "\(line)")
        }
    }

    @Test("it resolves in its own process, by the server's mapped image")
    func itWorks() throws {
        let folder = TemporaryFolder()
        let system = try RunningSystem(arguments: ["--snapshot", folder.path("image")])
        let id = try system.symbolId("GATEIO_SPOT", "BTC_USDT")
        var printed: [UInt32] = []
        for address in [ServerAddress.unix(path: system.unixPath), try #require(ServerAddress(system.tcpAddress))] {
            try Self.engine(address, imagePath: folder.path("engine")) { printed.append($0) }
        }
        #expect(printed == [UInt32(id), UInt32(id)])
    }
}
