import Foundation

/// The server and its lives: started again whenever it was killed.
final class ServerUnderTest {
    struct Life {
        /// Of the process once it had answered for a while, and when it was last looked at.
        var startByteCount = 0
        var endByteCount = 0
        var startedSeconds = 0.0
        var endedSeconds = 0.0
    }

    let socketPath: String
    let logPath: String
    private let program: String
    private let arguments: [String]
    private(set) var process: SoakProcess
    private(set) var lives: [Life] = [Life()]

    /// Few enough for a fault to take them all.
    static let clientCountMax = 1_000
    /// How long a life must last before its memory counts as settled.
    private static let settlingSeconds = 10.0

    init(_ plan: SoakPlan, folder: String, conninfo: String) throws {
        program = plan.program
        socketPath = folder + "/s"
        logPath = folder + "/server.log"
        arguments = [
            "serve", "--database", conninfo, "--unix", socketPath, "--snapshot", folder + "/image",
            "--log-level", "debug", "--clients-max", "\(Self.clientCountMax)",
        ]
        process = try SoakProcess(program, arguments, log: logPath)
    }

    /// Questions that come before the server listens would go unanswered without a fault.
    func waitUntilReady() throws {
        var log = LogTail(logPath)
        for _ in 0..<1_000 {
            if log.newLines().contains(where: { $0.contains(" ready ") }) { return }
            Thread.sleep(forTimeInterval: 0.02)
        }
        throw SoakPlan.UsageFault(text: "the server is not ready after 20 seconds; its log: \(logPath)")
    }

    func restart(at seconds: Double) throws {
        process.end()
        process = try SoakProcess(program, arguments, log: logPath)
        lives.append(Life(startedSeconds: seconds, endedSeconds: seconds))
    }

    func measure(at seconds: Double) {
        let byteCount = process.residentByteCount
        guard byteCount > 0 else { return }
        var life = lives[lives.count - 1]
        if life.startByteCount == 0, seconds - life.startedSeconds > Self.settlingSeconds {
            life.startByteCount = byteCount
        }
        life.endByteCount = byteCount
        life.endedSeconds = seconds
        lives[lives.count - 1] = life
    }

    var longestLife: Life { lives.max { $0.endedSeconds - $0.startedSeconds < $1.endedSeconds - $1.startedSeconds }! }

    func end() { process.end(SIGTERM) }
}
