import Glibc
import Platform
import ReferenceData
import SymbologyClient
import TestSupport

/// `Soak engines`: threads that each hold a client and ask for random names at a steady rate; what they hear goes to
/// standard output as observations.
///
/// Every other engine leaves connecting again to its client. The others do it themselves: they know which connection
/// answered, and count as a failure that it ended.
enum Engines {
    /// How long a question may wait for its answer, connecting again included. The longest that a fault keeps a server
    /// silent is two seconds, and a loaded machine may double everything.
    private static let requestMilliseconds = 10_000

    static func run(_ arguments: EngineArguments) -> Never {
        signal(SIGPIPE, SIG_IGN)
        let threads = (0..<arguments.engineCount).map { number in
            SystemThread.started { lookUp(arguments, arguments.firstEngine + UInt16(number)) }
        }
        for thread in threads { thread.join() }
        exit(0)
    }

    private static func lookUp(_ arguments: EngineArguments, _ engine: UInt16) {
        var generator = SeededGenerator(seed: arguments.seed &+ UInt64(engine))
        var options = ClientOptions(environment: nil, clientName: "engine \(engine)")
        options.requestTimeoutMilliseconds = requestMilliseconds
        options.connectTimeoutMilliseconds = requestMilliseconds
        options.reconnects = engine.isMultiple(of: 2)
        var client: LookupClient?
        var connection: UInt32 = 0
        // The pace of the questions, and no waiting for something.
        let pause = useconds_t(1_000_000 / max(1, arguments.lookupsPerSecond))
        // The pipe closes when the soak ends.
        var isOpen = true
        while isOpen {
            let key = SoakKey.random(nameCount: arguments.nameCount, using: &generator)
            var observation = Observation(askedNanoseconds: monotonicNanoseconds(), key: key, engine: engine)
            do throws(ClientError) {
                if client == nil {
                    client = try LookupClient(arguments.address, options: options)
                    connection += 1
                }
                guard let asked = client else { return }
                let answer = try ask(asked, key)
                observation.connection = options.reconnects ? 0 : connection
                observation.take(answer, epoch: asked.welcome?.epoch ?? 0)
            } catch {
                if case .notLoaded = error {
                    observation.kind = .notLoaded
                } else {
                    observation.kind = .failure
                    if !options.reconnects { client = nil }
                    say("engine \(engine): \(error)", to: STDERR_FILENO)
                }
            }
            observation.answeredNanoseconds = monotonicNanoseconds()
            isOpen = observation.write(to: STDOUT_FILENO)
            usleep(pause)
        }
    }

    private static func ask(_ client: LookupClient, _ key: SoakKey) throws(ClientError) -> SymbolResolution {
        key.form == .pair
            ? try client.resolve(exchange: key.exchangeCode, base: key.base, quote: SoakKey.quote)
            : try client.resolve(exchange: key.exchangeCode, symbol: key.symbolString)
    }
}

/// What an engine process is told.
struct EngineArguments: Sendable {
    let address: ServerAddress
    /// Engines are counted through all processes.
    let firstEngine: UInt16
    let engineCount: Int
    let nameCount: UInt16
    let lookupsPerSecond: Int
    let seed: UInt64

    init(
        address: ServerAddress, firstEngine: UInt16, engineCount: Int, nameCount: UInt16, lookupsPerSecond: Int,
        seed: UInt64
    ) {
        self.address = address
        self.firstEngine = firstEngine
        self.engineCount = engineCount
        self.nameCount = nameCount
        self.lookupsPerSecond = lookupsPerSecond
        self.seed = seed
    }

    init?(_ words: [String]) {
        guard words.count == 6, let address = ServerAddress(words[0]), let firstEngine = UInt16(words[1]),
            let engineCount = Int(words[2]), let nameCount = UInt16(words[3]), let lookupsPerSecond = Int(words[4]),
            let seed = UInt64(words[5])
        else { return nil }
        self.init(
            address: address, firstEngine: firstEngine, engineCount: engineCount, nameCount: nameCount,
            lookupsPerSecond: lookupsPerSecond, seed: seed)
    }

    /// For the command line of the process.
    var words: [String] {
        ["\(address)", "\(firstEngine)", "\(engineCount)", "\(nameCount)", "\(lookupsPerSecond)", "\(seed)"]
    }
}
