// What an idle connection costs the server: resident and anonymous memory of the process before and with 10,000
// connections over a Unix socket, which have asked nothing, and after each of them has asked once.
//
// The kernel's own memory of a socket is not the server's and not in these figures.

import ArgumentParser
import Glibc
import Measuring

struct IdleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle", abstract: "Memory of the server for each of many idle connections.")

    @OptionGroup var surroundings: Surroundings
    @Option(help: "How many connections.") var connections = 10_000
    @Option(help: "Number of symbols the server holds.") var symbols = 10_000

    func run() throws {
        var report = Report("6-idle", title: "Idle connections")
        let count = try DescriptorLimit.raise(for: connections, &report)
        let database = ReferenceDatabase(symbolCount: symbols, surroundings: surroundings)
        // The server inherits the limit.
        let server = try SymbologyServer(surroundings, database: database.conninfo, name: "idle")
        try server.awaitLoaded()
        let keys = try KeySet(database.connect())
        let account = ProcessAccount(processId: server.process.processId)
        poll(nil, 0, 500)
        var crowd = Crowd()
        let before = account.memory
        try crowd.grow(to: count, server)
        try crowd.askLast(keys)
        let connected = account.memory
        try crowd.askEach(keys)
        let asked = account.memory

        var table = Table(
            "Growth of the process over \(grouped(crowd.count)) connections.",
            header: ["", "resident each", "anonymous each", "resident in all"])
        for (name, later) in [("connected", connected), ("after one lookup each", asked)] {
            func each(_ kind: String) -> Double {
                Double((later[kind] ?? 0) - (before[kind] ?? 0)) / Double(crowd.count)
            }
            let key = name == "connected" ? "idle" : "idle.asked"
            report.add("\(key).resident", "bytes", [each("Rss")])
            report.add("\(key).anonymous", "bytes", [each("Anonymous")])
            table.rows.append([
                name, report.text("\(key).resident"), report.text("\(key).anonymous"),
                "\(readable(Double(later["Rss"] ?? 0) / 1e6)) MB",
            ])
        }
        report.tables = [table]
        try surroundings.finish(report)
    }
}
