import Glibc
import ReferenceData
import SymbologyClient

/// `Soak replica`: threads that look up in the process, in one replica's image, and report like engines. A replica
/// always answers; what it says is checked against the generation it says it for, live or stale.
enum Replicas {
    static func run(_ arguments: EngineArguments) -> Never {
        signal(SIGPIPE, SIG_IGN)
        guard let replica = try? Replica(.unix(path: arguments.socketPath)) else { exit(71) }
        let threads = (0..<arguments.engineCount).map { number in
            startThread { lookUp(replica, arguments, SoakGenerator(seed: arguments.seed &+ UInt64(number))) }
        }
        for thread in threads { pthread_join(thread, nil) }
        exit(0)
    }

    private static func lookUp(_ replica: Replica, _ arguments: EngineArguments, _ seeded: SoakGenerator) {
        var generator = seeded
        let reader = replica.reader()
        let pause = useconds_t(1_000_000 / max(1, arguments.lookupsPerSecond))
        var isOpen = true
        while isOpen {
            let key = SoakKey.random(nameCount: arguments.nameCount, using: &generator)
            var observation = Observation(askedNanoseconds: monotonicNanoseconds(), key: key)
            let epoch = reader.epoch
            let answer = reader.resolve(exchange: key.exchangeCode, symbol: key.symbolString)
            observation.take(answer, epoch: epoch)
            observation.answeredNanoseconds = monotonicNanoseconds()
            // Of two lives that met in one lookup nobody can tell which one answered.
            if reader.epoch == epoch, answer.status != .notLoaded { isOpen = observation.write(to: 1) }
            usleep(pause)
        }
    }
}
