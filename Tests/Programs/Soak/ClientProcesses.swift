import Foundation
import TestSupport

/// The engines and replicas, in processes of their own.
final class ClientProcesses {
    let processes: [SoakProcess]
    let engineCount: Int
    private(set) var memory: [MemoryTrace]

    /// How long an engine may say nothing, not even that it got no answer.
    private static let silentNanosecondsMax: UInt64 = 30_000_000_000

    init(_ plan: SoakPlan, _ server: ServerUnderTest, folder: String) throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var firstEngine: UInt16 = 0
        var processes: [SoakProcess] = []
        func start(_ role: String, _ number: Int, engineCount: Int) throws {
            let arguments = EngineArguments(
                address: server.address(number), firstEngine: firstEngine, engineCount: engineCount,
                nameCount: plan.nameCount, lookupsPerSecond: plan.lookupsPerSecond, seed: plan.seed &+ 1_000)
            processes.append(
                try SoakProcess(
                    "\(role) \(number)", program, [role] + arguments.words, log: "\(folder)/\(role)-\(number).log",
                    pipesOutput: true, environment: SoakProcess.memoryReturn))
            firstEngine += UInt16(engineCount)
        }
        let perProcess = max(1, plan.engineCount / max(1, plan.engineProcessCount))
        for number in 0..<plan.engineProcessCount { try start("engines", number, engineCount: perProcess) }
        for number in 0..<plan.replicaProcessCount { try start("replica", number, engineCount: 1) }
        self.processes = processes
        engineCount = Int(firstEngine)
        memory = processes.map { _ in MemoryTrace() }
    }

    var pipes: [Pipe] { processes.compactMap(\.output) }

    func measure(at seconds: Double) {
        for index in processes.indices { memory[index].take(processes[index].ownByteCount, at: seconds) }
    }

    /// Engines that have fallen silent without saying that they got no answer.
    /// - Parameter heard: when each was heard last; those never heard count from `started`.
    func silentEngines(_ heard: [UInt16: UInt64], started: UInt64) -> [UInt16] {
        let now = monotonicNanoseconds()
        return (0..<UInt16(engineCount)).filter { now > (heard[$0] ?? started) + Self.silentNanosecondsMax }
    }

    /// Ends them all.
    /// - Returns: what kept one from it.
    func end() -> [any Error] {
        processes.compactMap { process in
            do {
                try process.end()
                return nil
            } catch {
                return error
            }
        }
    }
}
