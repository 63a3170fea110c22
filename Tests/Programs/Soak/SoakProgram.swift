import Foundation
import Synchronization
import TestSupport

/// `Soak run [--minutes 2] …`: a server, engines and replicas in processes of their own, writers, and faults, for as
/// long as asked; every answer is compared with what the audit table says the server's state held.
///
/// Exits 1 when an answer was wrong, or missing without a fault, or when nothing was proved.
@main
enum SoakProgram {
    /// SIGINT or SIGTERM came: the soak ends in order and says what it has seen.
    static let isInterrupted = Atomic<Bool>(false)

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        let words = Array(CommandLine.arguments.dropFirst())
        let rest = Array(words.dropFirst())
        switch words.first {
        case "engines":
            guard let arguments = EngineArguments(rest) else { end("engines: bad arguments", 64) }
            Engines.run(arguments)
        case "replica":
            guard let arguments = EngineArguments(rest) else { end("replica: bad arguments", 64) }
            Replicas.run(arguments)
        case "run": run(rest)
        default: end(SoakPlan.usage, 64)
        }
    }

    private static func run(_ words: [String]) {
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in SoakProgram.isInterrupted.store(true, ordering: .relaxed) }
        }
        raiseDescriptorLimit()
        let plan: SoakPlan
        do {
            plan = try SoakPlan(words)
        } catch {
            end("\(error)", 64)
        }
        do {
            let folder = try SoakRun.makeFolder()
            do {
                let isPassed = try SoakRun(plan, folder: folder).run()
                // After a failure whoever has to find out why wants the logs.
                let isKept = !isPassed || plan.keepsFolder
                if isKept { say("logs and data are kept in \(folder)") } else { removeTree(folder) }
                if !isPassed { exit(1) }
            } catch {
                end("\(error); logs and data are kept in \(folder)", 71)
            }
        } catch {
            end("\(error)", 71)
        }
    }

    /// Exhausting a server's clients takes many.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func end(_ text: String, _ code: Int32) -> Never {
        say(text, to: STDERR_FILENO)
        exit(code)
    }
}

/// One line of the soak's own, at once: whoever reads it may be a pipe.
func say(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    _ = Array("soak: \(text)\n".utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
}
