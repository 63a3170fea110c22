import ArgumentParser
import SymbologyBench
import SymbologyClient

struct BenchCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Loads a server with lookups and says how fast, how late and how right it was.",
        discussion: """
            Without -R the loop is closed: each answer is followed by the next request, so a slow server is asked less \
            and its figures look better than a caller at a fixed rate would find them. With -R it is open: requests \
            are due at that rate whatever happens, "corrected" counts from when each was due, "uncorrected" from when \
            it was sent.

            answer_after_push and push_after_answer are the invalidation lag, as a subscriber of this process sees it: \
            for each generation, the time between its first push and the first answer that shows it, whichever came \
            first; a turn of the loop is the finest they tell apart.

            --verify compares each answer with the server's own list of the same generation, listed anew by a second \
            thread on each change. unverified_count are answers of generations that were gone before they could be \
            listed. Exits with 1 when an answer was wrong, older than what had been announced, or none was verified; \
            without --verify, when an answer was neither a symbol nor that there is none. Requests that are still \
            without an answer five seconds after the last one was sent are 69.

            --replica looks up in this process instead, by a replica that follows the server: -c is the number of \
            threads, -P the keys of one batch. Of single lookups one in 64 is timed, a batch always; both include one \
            look at the clock. replica_not_live_count are the answers of turns that began while it was not live.
            """)

    @Option(name: [.customShort("c"), .customLong("connections")], help: "Connections.") var connectionCount = 1
    @Option(name: [.customShort("P"), .customLong("depth")], help: "Requests in flight on each.") var depth = 1
    @Option(name: [.customShort("d"), .customLong("duration")], help: "Seconds.") var seconds = 10.0
    @Option(name: [.customShort("R"), .customLong("rate")], help: "Requests a second over all connections: open loop.")
    var ratePerSecond: Double?
    @Option(name: [.customShort("n"), .customLong("count")], help: "End after so many requests.") var count: UInt64?
    @Flag(help: "Spin instead of sleeping: costs a core, saves the wake-up.") var busyPoll = false
    @Option(help: ArgumentHelp("How often each key is asked for: uniform or zipf.", valueName: "distribution"))
    var keys = "uniform"
    @Option(help: "The share of lookups of symbols that do not exist, 0 to 1.") var missRatio = 0.0
    @Flag(help: "Look up in this process, by a replica that follows the server.") var replica = false
    @Option(help: "Ask for the same keys in the same order as the run that printed it.") var seed: UInt64?
    @Flag(help: "Compare every answer with what the server lists.") var verify = false
    @Option(help: ArgumentHelp("Write the distributions as .hgrm files, in microseconds.", valueName: "file"))
    var hdr: String?
    @OptionGroup var settings: SettingOptions<ClientSettings>

    mutating func validate() throws {
        try Self.require(1...BenchLimits.connectionCountMax, connectionCount, "-c")
        try Self.require(1...BenchLimits.depthMax, depth, "-P")
        guard seconds > 0, seconds <= BenchLimits.secondsMax else {
            throw ValidationError("-d is \(seconds); it is more than 0 and at most \(BenchLimits.secondsMax)")
        }
        let rates = BenchLimits.ratePerSecondMin...BenchLimits.ratePerSecondMax
        if let rate = ratePerSecond, !rates.contains(rate) {
            throw ValidationError("-R is \(rate); it is \(rates.lowerBound) to \(rates.upperBound)")
        }
        if replica {
            guard ratePerSecond == nil, !busyPoll else {
                throw ValidationError("--replica sends nothing, so neither -R nor --busy-poll goes with it")
            }
            try Self.require(1...BenchLimits.replicaThreadCountMax, connectionCount, "-c")
        }
        if count == 0 { throw ValidationError("-n is 0; it starts at 1") }
        guard (0...1).contains(missRatio) else { throw ValidationError("--miss-ratio is \(missRatio), not 0 to 1") }
        guard KeyDistribution(rawValue: keys) != nil else {
            throw ValidationError("--keys is \"\(keys)\"; it is uniform or zipf")
        }
    }

    private static func require(_ range: ClosedRange<Int>, _ value: Int, _ name: String) throws {
        guard range.contains(value) else {
            throw ValidationError("\(name) is \(value); it is \(range.lowerBound) to \(range.upperBound)")
        }
    }

    func execute(_ configuration: Configuration) throws {
        let stop = try StopSignal.install()
        let session = try ServerSession(
            configuration, requestTimeoutMilliseconds: BenchLimits.listingMilliseconds)
        let listing = try session.ask { client throws(ClientError) in try client.symbolListing() }
        let window = try session.ask { client throws(ClientError) in client.welcome?.windowCountMax ?? .max }
        guard depth <= window || replica else {
            throw CommandFailure(
                .usage, "-P is \(depth), and the server lets \(window) requests be in flight on a connection",
                next: "give a smaller -P, and more connections with -c")
        }
        guard !listing.symbols.isEmpty else {
            throw CommandFailure(
                .answerIsNo, "the server lists no symbol, so there is nothing to look up",
                next: "\"symbology import\" adds some")
        }
        // Now: after the run it would be too late for another name.
        if let hdr { try FileBytes.requireWritable(hdr, next: "name another file with --hdr") }
        let test = LoadTest(
            plan, listing: listing, at: ServerAddress(session.address),
            addressText: session.address.plainText, environment: configuration.value(.environment),
            isStopRequested: { stop.isRequested }, onLine: writeLineToStandardError)
        let report: LoadReport
        do {
            report = try test.run()
        } catch {
            throw CommandFailure(error)
        }
        try tell(report, configuration.format)
    }

    private var plan: LoadPlan {
        var plan = LoadPlan()
        plan.connectionCount = connectionCount
        plan.depth = depth
        plan.durationNanoseconds = UInt64(seconds * 1e9)
        plan.requestCountMax = count
        plan.ratePerSecond = ratePerSecond
        plan.isBusyPolling = busyPoll
        plan.isReplica = replica
        plan.isVerifying = verify
        plan.distribution = KeyDistribution(rawValue: keys) ?? .uniform
        plan.missRatio = missRatio
        plan.seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
        return plan
    }

    private func tell(_ report: LoadReport, _ format: OutputFormat) throws(CommandFailure) {
        LoadRecord.print(report, format)
        for wrong in report.verdict?.reports ?? [] {
            writeLineToStandardError("symbology: \(Cell.escapeControls(wrong))")
        }
        let failure = report.failure.map { CommandFailure($0) }
        do throws(CommandFailure) {
            for file in hdr.map(report.histograms) ?? [] {
                try FileBytes.write(file.histogram.distributionText, to: file.path)
                writeLineToStandardError("bench: wrote \(file.path)")
            }
        } catch {
            // What the run found outweighs a file that is missing; it comes last, and gives the exit code.
            guard failure != nil else { throw error }
            error.writeToStandardError()
        }
        if let failure { throw failure }
    }
}

extension CommandFailure {
    fileprivate init(_ failure: LoadFailure) {
        let status: ExitStatus =
            switch failure.kind {
            case .wrong: .answerIsNo
            case .unavailable: .unavailable
            case .system: .system
            }
        // Parts of it come from the server.
        self.init(status, Cell.escapeControls(failure.what), next: failure.next)
    }
}
