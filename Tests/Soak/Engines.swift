import Glibc
import ReferenceData
import SymbologyClient

/// `Soak engines`: threads that each hold a client and ask for random names at a steady rate; what they hear goes to
/// standard output as observations.
enum Engines {
    static func run(_ arguments: EngineArguments) -> Never {
        signal(SIGPIPE, SIG_IGN)
        let threads = (0..<arguments.engineCount).map { number in
            startThread { lookUp(arguments, SoakGenerator(seed: arguments.seed &+ UInt64(number))) }
        }
        for thread in threads { pthread_join(thread, nil) }
        exit(0)
    }

    private static func lookUp(_ arguments: EngineArguments, _ seeded: SoakGenerator) {
        var generator = seeded
        var client: LookupClient?
        let pause = useconds_t(1_000_000 / max(1, arguments.lookupsPerSecond))
        // The pipe closes when the soak ends.
        var isOpen = true
        while isOpen {
            let key = SoakKey.random(nameCount: arguments.nameCount, using: &generator)
            var observation = Observation(askedNanoseconds: monotonicNanoseconds(), key: key)
            do {
                if client == nil { client = try LookupClient(.unix(path: arguments.socketPath)) }
                guard let client else { return }
                let answer = try client.resolve(exchange: key.exchangeCode, symbol: key.symbolString)
                observation.take(answer, epoch: client.welcome?.epoch ?? 0)
            } catch {
                observation.kind = Observation.Kind.failure.rawValue
            }
            observation.answeredNanoseconds = monotonicNanoseconds()
            // Before the first load there is no state to compare with.
            if observation.status != ResolutionStatus.notLoaded.rawValue { isOpen = observation.write(to: 1) }
            usleep(pause)
        }
    }
}

extension Observation {
    mutating func take(_ answer: SymbolResolution, epoch: UInt64) {
        self.epoch = epoch
        generation = answer.generation
        status = answer.status.rawValue
        symbolId = answer.symbolId
        precisionPrice = answer.precisionPrice
        precisionBase = answer.precisionBase
    }
}

/// What an engine process is told.
struct EngineArguments: Sendable {
    let socketPath: String
    let engineCount: Int
    let nameCount: UInt16
    let lookupsPerSecond: Int
    let seed: UInt64

    init?(_ arguments: ArraySlice<String>) {
        let words = Array(arguments)
        guard words.count == 5, let engineCount = Int(words[1]), let nameCount = UInt16(words[2]),
            let lookupsPerSecond = Int(words[3]), let seed = UInt64(words[4])
        else { return nil }
        socketPath = words[0]
        self.engineCount = engineCount
        self.nameCount = nameCount
        self.lookupsPerSecond = lookupsPerSecond
        self.seed = seed
    }
}
