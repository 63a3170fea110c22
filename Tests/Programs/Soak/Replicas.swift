import Glibc
import Platform
import ReferenceData
import SymbologyClient
import TestSupport

/// `Soak replica`: threads that look up in the process, in one replica's image, and report like engines. A replica
/// always answers; what it says is checked against the generation it says it for, and whether it was live.
enum Replicas {
    private static let liveMilliseconds = 60_000

    static func run(_ arguments: EngineArguments) -> Never {
        signal(SIGPIPE, SIG_IGN)
        let replica: Replica
        do {
            replica = try Replica(arguments.address)
            // From then on it always has an answer.
            try replica.waitUntilLive(timeoutMilliseconds: liveMilliseconds)
        } catch {
            say("replica: \(error)", to: STDERR_FILENO)
            exit(71)
        }
        let threads = (0..<arguments.engineCount).map { number in
            SystemThread.started { lookUp(replica, arguments, arguments.firstEngine + UInt16(number)) }
        }
        for thread in threads { thread.join() }
        exit(0)
    }

    private static func lookUp(_ replica: Replica, _ arguments: EngineArguments, _ engine: UInt16) {
        var generator = SeededGenerator(seed: arguments.seed &+ UInt64(engine))
        let reader = replica.reader()
        // The pace of the lookups, and no waiting for something.
        let pause = useconds_t(1_000_000 / max(1, arguments.lookupsPerSecond))
        var isOpen = true
        while isOpen {
            let key = SoakKey.random(nameCount: arguments.nameCount, using: &generator)
            var observation = Observation(askedNanoseconds: monotonicNanoseconds(), key: key, engine: engine)
            // Within one life of the server a replica only goes forward, whichever connection it has.
            observation.connection = 1
            let wasLive = reader.state == .live
            let epoch = reader.epoch
            let answer =
                key.form == .pair
                ? reader.resolve(exchange: key.exchangeCode, base: key.base, quote: SoakKey.quote)
                : reader.resolve(exchange: key.exchangeCode, symbol: key.symbolString)
            observation.take(answer, epoch: epoch)
            // What became stale or live meanwhile may have answered before or after.
            observation.isLive = wasLive && reader.state == .live
            observation.answeredNanoseconds = monotonicNanoseconds()
            // Of two lives that met in one lookup nobody can tell which one answered.
            if reader.epoch == epoch { isOpen = observation.write(to: STDOUT_FILENO) }
            usleep(pause)
        }
    }
}
