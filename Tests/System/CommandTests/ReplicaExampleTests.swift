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
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)

        let reader = replica.reader()
        guard let exchangeId = reader.exchangeId(code: "GATEIO_SPOT"),
            let key = SymbolKey(exchangeId: exchangeId, symbol: "BTC_USDT")
        else { return }
        let answer = reader.resolve(key)
        if answer.status == .ok, reader.state == .live { print(answer.symbolId) }

        if let key = NameKey(exchangeId: exchangeId, name: "BTC/USDT:USDT-261225-100000-C") {
            let option = reader.resolve(key)
            if option.status == .ok { print(option.symbolId) }
        }
        replica.stop()
    }

    @Test("what the documentation shows is what stands here")
    func isTheSame() throws {
        let path = Program.root.appending(path: "Sources/SymbologyClient/Replica/Replica.swift").path
        let documentation = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let start = try #require(documentation.firstIndex { $0.contains("```swift") })
        let end = try #require(documentation[(start + 1)...].firstIndex { $0.contains("```") })
        let lines = documentation[(start + 1)..<end].map { line in
            // Without the comment mark, and without the remarks at the end of lines.
            let code = line.dropFirst(3)
            let remark = code.firstRange(of: " // ")?.lowerBound ?? code.endIndex
            // A test waits as long as tests wait.
            return code[..<remark].trimmingCharacters(in: .whitespaces)
                .replacing("Milliseconds: 5_000", with: "Milliseconds: patienceMilliseconds")
        }
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
            .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(lines.count > 8)
        // The address and the files are the reader's own.
        for line in lines where !line.isEmpty && !line.contains("/run/") && !line.contains("/var/") {
            #expect(source.contains(line), "\(line)")
        }
    }

    @Test("it resolves in its own process, by the server's image, and again without a server")
    func itWorks() throws {
        let folder = TemporaryFolder()
        let system = try RunningSystem(arguments: ["--snapshot", folder.path("image")])
        let id = try system.symbolId("GATEIO_SPOT", "BTC_USDT")
        let addresses = [ServerAddress.unix(path: system.unixPath), try #require(ServerAddress(system.tcpAddress))]
        for (index, address) in addresses.enumerated() {
            var printed: [UInt32] = []
            let imagePath = folder.path("engine\(index)")
            try Self.engine(address, imagePath: imagePath) { printed.append($0) }
            #expect(printed == [UInt32(id)])

            let replica = try Replica(
                .unix(path: folder.path("nobody")), options: ReplicaOptions(environment: nil, imagePath: imagePath))
            #expect(replica.status.state == .fromFile)
            #expect(replica.reader().resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT").symbolId == UInt32(id))
        }
    }
}
