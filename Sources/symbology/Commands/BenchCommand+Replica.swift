import ReferenceData
import SymbologyClient

extension BenchCommand {
    /// Looks up in this process while a replica follows the server.
    func runReplica(
        _ configuration: Configuration, _ session: ServerSession, _ listing: SymbolListing, _ stop: StopWait
    ) throws(CommandFailure) -> LoadReport {
        let (loadKeys, plan, seed) = prepare(session, listing)
        let address = ServerAddress(session.address)
        let replica: Replica
        do {
            let options = ReplicaOptions(
                environment: configuration.value(.environment), clientName: "symbology bench")
            replica = try Replica(address, options: options)
            try replica.waitUntilLive(timeoutMilliseconds: BenchLimits.replicaLiveMilliseconds)
        } catch {
            throw CommandFailure(
                .unavailable, "the replica is not live: \(error)",
                next: "\"symbology status\" shows how the server is doing")
        }
        defer { replica.stop() }
        var verifiers: [AnswerVerifier] = []
        for _ in 0..<(verify ? plan.connectionCount : 0) {
            verifiers.append(try makeVerifier(configuration, address, loadKeys, listing))
        }
        let load = ReplicaLoad(
            plan, keys: loadKeys, replica: replica, verifiers: verifiers, generation: listing.generation, stop: stop)
        let workers = try load.run()
        let status = replica.status
        var result = LoadResult(lag: InvalidationLag(generation: listing.generation))
        result.isSubscribed = true
        for worker in workers {
            result.add(worker.result)
            if let trouble = worker.finishVerifying() { writeLineToStandardError("bench: \(trouble)") }
        }
        var report = LoadReport(
            plan: plan, result: result, verdict: Verdict(workers.compactMap(\.verifier)), distribution: distribution,
            missRatio: missRatio, keyCount: loadKeys.keys.count, seed: seed, address: session.address.plainText)
        report.replica = status
        report.notLiveCount = workers.reduce(0) { $0 + $1.notLiveCount }
        return report
    }
}
