import Foundation
import SymbologyClient
import TestSupport

/// The server and its lives: started again whenever it was ended.
final class ServerUnderTest {
    let unixPath: String
    let tcpPort: UInt16
    let logPath: String
    let imagePath: String
    private let program: String
    private let arguments: [String]
    private(set) var process: SoakProcess
    private(set) var lives: [MemoryTrace] = [MemoryTrace()]

    /// Few enough for a fault to take them all.
    static let clientCountMax = 1_000
    private static let readySeconds = 30.0

    init(_ plan: SoakPlan, folder: String, conninfo: String) throws {
        program = plan.program
        unixPath = folder + "/s"
        logPath = folder + "/server.log"
        imagePath = folder + "/image"
        tcpPort = try Self.freePort()
        arguments = [
            "serve", "--database", conninfo, "--unix", unixPath, "--tcp", "127.0.0.1:\(tcpPort)",
            "--snapshot", imagePath, "--log-level", "debug", "--clients-max", "\(Self.clientCountMax)",
        ]
        process = try SoakProcess("server", program, arguments, log: logPath)
    }

    /// The one address or the other, by turns.
    func address(_ number: Int) -> ServerAddress {
        number.isMultiple(of: 2) ? .unix(path: unixPath) : .tcp(host: "127.0.0.1", port: tcpPort)
    }

    /// Questions that come before the server listens would go unanswered without a fault.
    func waitUntilReady() throws {
        let isReady = Deadline(seconds: Self.readySeconds).poll {
            (try? LookupClient(address(0)).status().isLoaded) ?? false
        }
        guard isReady else {
            throw SoakFailure("the server is not ready after \(Self.readySeconds) s; its log: \(logPath)")
        }
    }

    /// Ends it by a signal and waits for that.
    func end(_ number: Int32 = SIGTERM) throws { try process.end(number) }

    /// Its next life, up to where it answers from the tables or from its file.
    func startAgain(at seconds: Double) throws {
        process = try SoakProcess("server", program, arguments, log: logPath)
        lives.append(MemoryTrace(startedSeconds: seconds))
        try waitUntilReady()
    }

    func measure(at seconds: Double) { lives[lives.count - 1].take(process.ownByteCount, at: seconds) }

    var longestLife: MemoryTrace { lives.max { $0.seconds < $1.seconds }! }

    /// Below the range from which the system takes ports by itself: a client that connects again and again to a server
    /// that is down could otherwise be given that very port, and be connected to itself. Should another program take it
    /// before the server does, the server says so and ends, and the soak with it.
    private static func freePort() throws -> UInt16 {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<30_000)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw SoakFailure("no socket: errno \(errno)") }
            defer { close(descriptor) }
            if RawSocket.withAddress(port, { bind(descriptor, $0, $1) }) == 0 { return port }
        }
        throw SoakFailure("no free TCP port")
    }
}
