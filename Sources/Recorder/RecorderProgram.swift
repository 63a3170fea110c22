import Glibc
import SymbologyClient
import SymbologyStore

/// An example, to be run and to be copied: it records quotes, and prints who crosses whom as they come.
///
///     Recorder QUOTES.csv [--unix SOCKET] [--database CONNINFO] [--now]
///
/// Quotes come from a CSV with the columns of `book_ticker_snapshots`, in the order of their times. Their symbols are
/// looked up in this process: a replica follows the server. They are written by COPY, in small batches, and a pair that
/// one venue bids more for than another asks is printed with the quote that makes it so. `--now` moves all times so
/// that the last is now, for which there are partitions.
@main
struct RecorderProgram {
    struct Arguments {
        var path = ""
        var socketPath = ""
        var database: String?
        var endsNow = false
    }

    struct BadArguments: Error {}

    /// Small, so that what is seen is stored soon; the disk is waited for once.
    private static let options = InsertOptions(batchRowCount: 200, wait: .lastBatch)

    static func main() {
        do {
            try run(try arguments(CommandLine.arguments.dropFirst()))
        } catch is BadArguments {
            say("usage: Recorder QUOTES.csv [--unix SOCKET] [--database CONNINFO] [--now]")
            exit(64)
        } catch {
            say("Recorder: \(error)")
            exit(1)
        }
    }

    private static func run(_ arguments: Arguments) throws {
        var quotes = try QuoteFile.quotes(path: arguments.path)
        if arguments.endsNow { QuoteFile.move(&quotes, toEndAt: now()) }

        let replica = try Replica(.unix(path: arguments.socketPath))
        defer { replica.stop() }
        try replica.waitUntilLive(timeoutMilliseconds: 5_000)
        let store = try MarketStore(arguments.database) { replica.reader() }
        defer { store.close() }

        var crossings = CrossingWatch()
        var crossingCount = 0
        // The store takes each quote as it writes it: no more than a batch is ever on its way.
        let seen = quotes.lazy.map { quote in
            if let crossing = crossings.observe(quote) {
                crossingCount += 1
                say("\(crossing)", to: STDOUT_FILENO)
            }
            return quote
        }
        let report = try store.insert(named: seen, options: options)
        say("\(report.writtenCount) quotes are recorded, \(crossingCount) crossings were seen")
        for opportunity in try store.run(.arbitrageOpportunities()) { say("still there: \(opportunity)") }
    }

    private static func arguments(_ words: some Sequence<String>) throws -> Arguments {
        var arguments = Arguments()
        if let folder = getenv("XDG_RUNTIME_DIR") { arguments.socketPath = "\(String(cString: folder))/symbology.sock" }
        var iterator = words.makeIterator()
        while let word = iterator.next() {
            switch word {
            case "--now": arguments.endsNow = true
            case "--unix":
                guard let path = iterator.next() else { throw BadArguments() }
                arguments.socketPath = path
            case "--database":
                guard let conninfo = iterator.next() else { throw BadArguments() }
                arguments.database = conninfo
            default:
                guard arguments.path.isEmpty, !word.hasPrefix("-") else { throw BadArguments() }
                arguments.path = word
            }
        }
        guard !arguments.path.isEmpty else { throw BadArguments() }
        return arguments
    }

    private static func now() -> Timestamp { Timestamp(microsecondsSince1970: Int64(time(nil)) * 1_000_000) }

    /// At once: whoever reads it through a pipe sees it as it comes.
    private static func say(_ text: String, to descriptor: Int32 = STDERR_FILENO) {
        let line = Array("\(text)\n".utf8)
        _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}
