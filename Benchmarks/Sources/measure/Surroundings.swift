import ArgumentParser
import CLoad
import Glibc
import Measuring

/// Where the programs, the database, the sockets and the results are: the same for every subcommand.
struct Surroundings: ParsableArguments {
    @Option(help: "The symbology executable.") var symbology: String
    @Option(help: "Folder of PostgreSQL's Unix socket.") var databaseSocket: String
    @Option(help: "PostgreSQL's port, which names its socket too.") var databasePort = 5432
    @Option(help: "PostgreSQL's user, who may make databases.") var databaseUser = "postgres"
    @Option(help: "A folder for sockets and logs; keep its path short.") var directory: String
    @Option(help: "The folder that reports are written to.") var results: String
    @Option(help: "The core that servers are pinned to.") var serverCore: Int32 = 0
    @Option(help: "The core that the client is pinned to.") var clientCore: Int32 = 1
    @Option(help: "Seed of the order of keys.") var seed: UInt64 = 7001

    func conninfo(database: String) -> String {
        "host=\(databaseSocket) port=\(databasePort) user=\(databaseUser) dbname=\(database)"
    }

    /// Runs a command of Symbology to its end.
    func runSymbology(_ arguments: [String]) throws {
        let logPath = "\(directory)/\(arguments[0]).log"
        let process = try ServerProcess([symbology] + arguments, core: -1, logPath: logPath)
        let status = process.waitForEnd()
        guard status == 0 else {
            throw BenchmarkError("symbology \(arguments[0]) ended with status \(status): see \(logPath)")
        }
    }

    /// Pins the calling thread, or says why the figures will spread.
    func pinClient() {
        let error = load_pin(clientCore)
        if error != 0 { print("note: cannot pin the client to core \(clientCore): \(errorText(error))") }
    }

    func finish(_ report: Report) throws {
        report.print()
        try report.write(into: results)
    }
}

/// The numbers of symbols to measure with.
struct Sizes: ParsableArguments {
    @Option(help: "Numbers of symbols, separated by commas.") var sizes = "10000,100000,1000000"

    var all: [Int] {
        get throws {
            try sizes.split(separator: ",").map { text in
                guard let size = Int(text), (100...GeneratedSymbol.countMax).contains(size) else {
                    throw ValidationError("--sizes \(text): a number from 100 to \(GeneratedSymbol.countMax)")
                }
                return size
            }
        }
    }
}
