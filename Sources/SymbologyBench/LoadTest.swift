import ReferenceData
import SymbologyClient

/// One load test of one server: connects what the plan asks for, makes the load, and says what it found.
package struct LoadTest: Sendable {
    /// What a server is told of whoever asks.
    static let clientName = "symbology bench"

    private let plan: LoadPlan
    private let keys: LoadKeys
    private let listing: SymbolListing
    private let address: ServerAddress
    private let addressText: String
    private let environment: String?
    private let isStopRequested: @Sendable () -> Bool
    private let onLine: @Sendable (String) -> Void

    /// - Parameters:
    ///   - listing: what the server lists, at least one symbol.
    ///   - addressText: the address for people.
    ///   - environment: what the server must say that it serves; nil for anything.
    ///   - isStopRequested: asked many times a second; ends the run.
    ///   - onLine: gets what is to be told meanwhile, a line at a time.
    package init(
        _ plan: LoadPlan, listing: SymbolListing, at address: ServerAddress, addressText: String, environment: String?,
        isStopRequested: @escaping @Sendable () -> Bool, onLine: @escaping @Sendable (String) -> Void
    ) {
        self.plan = plan
        self.listing = listing
        self.address = address
        self.addressText = addressText
        self.environment = environment
        self.isStopRequested = isStopRequested
        self.onLine = onLine
        keys = LoadKeys(
            symbols: listing.symbols, distribution: plan.distribution, missRatio: plan.missRatio, seed: plan.seed)
    }

    package func run() throws(LoadFailure) -> LoadReport {
        onLine(
            "bench: \(plan.loopName) loop, \(keys.hitKeyCount) keys (\(plan.distribution.rawValue)), "
                + "seed \(plan.seed), \(addressText), generation \(listing.generation)")
        return try plan.isReplica ? runReplica() : runRequests()
    }

    /// Asks the server over connections.
    private func runRequests() throws(LoadFailure) -> LoadReport {
        let subscriber: PushReader
        var connections: [LoadConnection] = []
        do {
            subscriber = try PushReader(try connect())
            for index in 0..<plan.connectionCount {
                connections.append(
                    LoadConnection(try connect(), depth: plan.depth, drawIndex: plan.firstDrawIndex(of: index)))
            }
        } catch {
            throw LoadFailure(
                .unavailable, "cannot connect to \(addressText): \(error.reason)",
                next: "fewer connections (-c) may fit the limits of server and shell; \"symbology status\" shows its "
                    + "clients")
        }
        let engine = LoadEngine(
            plan, keys: keys, connections: connections, subscriber: subscriber,
            verifier: try plan.isVerifying ? makeVerifier() : nil, generation: listing.generation,
            isStopRequested: isStopRequested, progress: LoadProgress(onLine))
        engine.run()
        if let trouble = engine.verifier?.finish() { onLine("bench: \(trouble)") }
        return report(engine.result, Verdict([engine.verifier].compactMap { $0 }))
    }

    private func connect() throws(SocketFailure) -> ClientSocket {
        try ClientSocket.connect(to: address, by: .after(milliseconds: BenchLimits.connectMilliseconds))
    }

    /// Looks up in this process while a replica follows the server.
    private func runReplica() throws(LoadFailure) -> LoadReport {
        let replica: Replica
        do {
            let options = ReplicaOptions(environment: environment, clientName: Self.clientName)
            replica = try Replica(address, options: options)
            try replica.waitUntilLive(timeoutMilliseconds: BenchLimits.replicaLiveMilliseconds)
        } catch {
            throw LoadFailure(
                .unavailable, "the replica is not live: \(error)",
                next: "\"symbology status\" shows how the server is doing")
        }
        defer { replica.stop() }
        var verifiers: [AnswerVerifier] = []
        for _ in 0..<(plan.isVerifying ? plan.connectionCount : 0) { verifiers.append(try makeVerifier()) }
        let load = ReplicaLoad(
            plan, keys: keys, replica: replica, verifiers: verifiers, generation: listing.generation,
            isStopRequested: isStopRequested, onLine: onLine)
        let workers = try load.run()
        let status = replica.status
        var result = LoadResult(lag: InvalidationLag(generation: listing.generation))
        result.isSubscribed = true
        for worker in workers {
            result.add(worker.result)
            if let trouble = worker.finishVerifying() { onLine("bench: \(trouble)") }
        }
        var report = report(result, Verdict(workers.compactMap(\.verifier)))
        report.replica = status
        report.notLiveCount = workers.reduce(0) { $0 + $1.notLiveCount }
        return report
    }

    private func makeVerifier() throws(LoadFailure) -> AnswerVerifier {
        var options = ClientOptions(environment: environment, clientName: Self.clientName)
        options.requestTimeoutMilliseconds = BenchLimits.listingMilliseconds
        return AnswerVerifier(
            ExpectedAnswers(listing, keys: keys.keys), keys: keys,
            listing: try ListingThread(address, options: options, keys: keys))
    }

    private func report(_ result: LoadResult, _ verdict: Verdict?) -> LoadReport {
        LoadReport(plan: plan, result: result, verdict: verdict, keyCount: keys.keys.count, address: addressText)
    }
}
