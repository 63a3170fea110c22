// Request bytes to answer bytes in the server, without its sockets: batches of 1,024 lookups by symbol string, all
// found, at random. Timed by a program of Symbology's own package (Tests/Programs/ResolverTiming), pinned to one core,
// in the image that a server leaves behind.

import ArgumentParser
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
            "A request in a batch of 1,024.", header: ["symbols", "each: median (lowest to highest)"])
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
            table.rows.append([grouped(symbolCount), report.text("resolver.\(symbolCount)")])
        }
        report.tables = [table]
        try surroundings.finish(report)
    }
}
