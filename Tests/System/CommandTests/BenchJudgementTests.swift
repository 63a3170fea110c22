import Foundation
import SymbologyClient
import TestSupport
import Testing

@testable import SymbologyBench

/// `bench` ends with 0 only where every request was answered, and answered right.
@Suite("bench: what it makes of a run")
struct BenchJudgementTests {
    private func integer(_ result: RunningCommand.Finished, _ key: String) throws -> Int {
        let line = try #require(result.lines.first, "\(result.error)")
        return try #require(try jsonObject(line)[key] as? Int, "\(key)")
    }

    private func report(_ change: (inout LoadResult) -> Void) -> LoadReport {
        var result = LoadResult(lag: InvalidationLag(generation: 1))
        (result.requestCount, result.answerCount, result.hitCount) = (10, 10, 10)
        change(&result)
        return LoadReport(plan: LoadPlan(), result: result, verdict: nil, keyCount: 1, address: "/s")
    }

    @Test("lost, unanswered and strange answers are told apart")
    func codes() {
        #expect(report { _ in }.failure == nil)
        #expect(report { ($0.answerCount, $0.unansweredCount) = (9, 1) }.failure?.kind == .unavailable)
        #expect(report { $0.failure = "closed" }.failure?.kind == .unavailable)
        let strange = report { ($0.hitCount, $0.otherCount) = (9, 1) }.failure
        #expect(strange?.kind == .wrong && strange?.what.hasPrefix("1 of 10 answers") == true)
    }

    @Test("a server that freezes is not there: 69, with the number of requests that it left")
    func frozen() throws {
        let system = try RunningSystem()
        let command = try Program.start([
            "bench", "--unix", system.unixPath, "--format", "json", "-d", "600", "-c", "2", "-P", "4",
        ])
        defer { command.end() }
        let next = try command.waitForLine(.error, "progress") { $0.contains("answers/s") }.next
        system.server.signal(SIGSTOP)
        defer { system.server.signal(SIGCONT) }
        // By then what it answered before is read, and what was asked since stays unanswered.
        try command.waitForLine(.error, from: next, "a second without an answer") { $0.contains(" 0 answers/s") }
        command.signal(SIGINT)
        let finished = try command.finish()
        #expect(finished.exitCode == 69, "\(finished.error)")
        #expect(try integer(finished, "unanswered_count") > 0)
        #expect(finished.error.contains("stayed without an answer"), "\(finished.error)")
    }

    @Test("a file that cannot be written is said before the run")
    func unwritable() throws {
        let system = try RunningSystem()
        let result = try system.ask("bench", "-n", "10", "--hdr", "/nonexistent/run.hgrm")
        #expect(result.exitCode == 71 && result.error.contains("/nonexistent/run.hgrm"), "\(result.error)")
        #expect(result.output.isEmpty && !result.error.contains("keys (uniform)"), "\(result.error)")
    }

    @Test("requests that were due and never sent are counted and recorded, all of them, however many")
    func unsent() throws {
        let system = try RunningSystem()
        // More than any machine answers and more than are recorded one by one, on connections of an uneven number.
        let result = try system.ask("bench", "-R", "100000000", "-d", "0.5", "-c", "3", "--format", "json")
        #expect(result.exitCode == 0, "\(result.error)")
        let unsent = try integer(result, "unsent_count")
        #expect(unsent > BenchLimits.unsentRecordedMax)
        #expect(try integer(result, "corrected_count") == integer(result, "answer_count") + unsent)
        // Every request that was due is one that was sent or not: the rate times the duration, to the last one.
        let due = try integer(result, "request_count") + unsent
        #expect(due >= 50_000_000, "\(due)")
    }

    @Test("answers of a replica that has lost its server are counted, whole turns of them")
    func notLive() throws {
        let system = try RunningSystem()
        let command = try Program.start([
            "bench", "--replica", "--unix", system.unixPath, "--format", "json", "-d", "600",
        ])
        defer { command.end() }
        let next = try command.waitForLine(.error, "a line while live") { $0.contains(" live, generation") }.next
        system.server.end()
        try command.waitForLine(.error, from: next, "a line while not") {
            $0.contains("answers/s") && !$0.contains(" live, generation")
        }
        command.signal(SIGINT)
        let count = try integer(try command.finish(), "replica_not_live_count")
        // Of single lookups a turn has 64.
        #expect(count > 0 && count % ReplicaWorker.lookupsPerSample == 0, "\(count)")
    }

    @Test("a list that could not be had is asked for again, and what went wrong is forgotten then")
    func listsAgain() throws {
        let system = try RunningSystem()
        let symbols = try LookupClient(.unix(path: system.unixPath)).symbolListing().symbols
        let keys = LoadKeys(symbols: symbols, distribution: .uniform, missRatio: 0, seed: 1)
        let path = TemporaryFolder()
        let listing = try ListingThread(.unix(path: path.path("s")), options: ClientOptions(), keys: keys)
        listing.request()
        #expect(Deadline().poll { listing.hasFailed })
        symlink(system.unixPath, path.path("s"))
        #expect(Deadline().poll { listing.take() != nil }, "it was asked for once")
        #expect(listing.finish() == nil)
    }
}
