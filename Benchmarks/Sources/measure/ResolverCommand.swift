// Request bytes to answer bytes in the server, without its sockets: batches of 1,024 lookups by symbol string, all
// found, at random. Timed by a program of Symbology's own package (Tests/Programs/ResolverTiming), pinned to one core,
// in the image that a server leaves behind.

import ArgumentParser
import CLoad
import Foundation
import Measuring

struct ResolverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolver", abstract: "The server's work on a batch, without sockets.")

    @OptionGroup var surroundings: Surroundings
    @OptionGroup var sizes: Sizes
    @Option(help: "The ResolverTiming executable.") var timing: String
    @Option(help: "Rounds of a million requests each.") var rounds = 31

    func run() throws {
        var report = Report("1-resolver", title: "The server without sockets", notes: ["\(rounds) rounds."])
        var table = Table(
            "A request in a batch of 1,024.",
            header: ["symbols", "each: median (lowest to highest)", "a line of memory for each request"])
        for symbolCount in try sizes.all {
            let image = try ImageFile(
                of: ReferenceDatabase(symbolCount: symbolCount, surroundings: surroundings))
            let logPath = "\(surroundings.directory)/resolver.log"
            let process = try ServerProcess(
                [timing, image.path, String(rounds)], core: surroundings.clientCore, logPath: logPath)
            let status = process.waitForEnd()
            let text = try String(contentsOfFile: logPath, encoding: .utf8)
            guard status == 0 else { throw BenchmarkError("\(timing) ended with status \(status): \(text)") }
            report.add("resolver.\(symbolCount)", "ns", text.split(separator: "\n").compactMap { Double($0) })
            report.add("resolver.limit.\(symbolCount)", "ns", try limits(symbolCount))
            table.rows.append(
                [grouped(symbolCount)] + ["resolver", "resolver.limit"].map { report.text("\($0).\(symbolCount)") })
        }
        report.tables = [table]
        try surroundings.finish(report)
    }

    /// Nanoseconds a request, where nothing is done but to read it and a line that it chooses, after the rounds of
    /// the resolver.
    private func limits(_ symbolCount: Int) throws -> [Double] {
        let lines = try Lines(symbolCount: symbolCount)
        var generator = SplitMix(seed: surroundings.seed)
        let requests = (0..<1 << 20).map { _ in Request(words: .init { _ in generator.next() }) }
        surroundings.pinClient()
        // The first round warms up and is thrown away.
        let rounds = (0...rounds).map { _ in
            let start = load_now()
            _ = lines.read(requests)
            return Double(load_now() - start) / Double(requests.count)
        }
        return Array(rounds.dropFirst())
    }

    /// As long as the frame of a request.
    private struct Request: BitwiseCopyable { let words: InlineArray<8, UInt64> }
}
