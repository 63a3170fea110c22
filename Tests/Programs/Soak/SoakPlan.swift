/// What one soak does; every number can be set on the command line.
struct SoakPlan {
    var minutes = 2.0
    var seed: UInt64 = .random(in: 1...1_000_000)
    var engineCount = 50
    /// Every other process asks by TCP, the others by the Unix socket; so with the replicas.
    var engineProcessCount = 2
    var replicaProcessCount = 3
    var writerCount = 4
    var nameCount: UInt16 = 1_000
    /// Lookups a second of each engine: enough to meet every generation, few enough to leave the processors to the
    /// server.
    var lookupsPerSecond = 100
    /// Statements a second of each writer.
    var statementsPerSecond = 20
    /// From the beginning of a fault to that of the next, unless the first takes longer.
    var secondsBetweenFaults = 8.0
    /// The program under test.
    var program = ".build/release/symbology"
    /// Spoils one answer, to see that the run fails.
    var plantsWrongAnswer = false
    /// Keeps logs and data after a pass too.
    var keepsFolder = false

    static let usage = """
        usage: Soak run [--minutes M] [--seed S] [--program PATH] [--engines N] [--replicas N] [--writers N] [--names N]
                        [--rate LOOKUPS] [--fault-seconds S] [--plant-wrong-answer] [--keep-folder]
        """

    /// Until then faults may end the server; afterwards one life of it lasts to the end, so that its memory can be
    /// judged.
    var serverEndsSecondsMax: Double { minutes * 60 / 3 }
    /// A run that is this long has time for every fault, and proves nothing when it leaves one out.
    static let completeMinutesMin = 2.0

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--plant-wrong-answer": plantsWrongAnswer = true
            case "--keep-folder": keepsFolder = true
            default: try take(name, rest.popFirst())
            }
        }
    }

    private mutating func take(_ name: String, _ value: String?) throws {
        guard let value else { throw SoakFailure("\(name) needs a value\n\(Self.usage)") }
        switch name {
        case "--minutes": minutes = try Self.number(name, value)
        case "--seed": seed = try Self.number(name, value)
        case "--engines": engineCount = try Self.number(name, value)
        case "--replicas": replicaProcessCount = try Self.number(name, value)
        case "--writers": writerCount = try Self.number(name, value)
        case "--names": nameCount = try Self.number(name, value)
        case "--rate": lookupsPerSecond = try Self.number(name, value)
        case "--fault-seconds": secondsBetweenFaults = try Self.number(name, value)
        case "--program": program = value
        default: throw SoakFailure("unknown argument \(name)\n\(Self.usage)")
        }
    }

    private static func number<Number: LosslessStringConvertible>(_ name: String, _ value: String) throws -> Number {
        guard let number = Number(value) else { throw SoakFailure("\(name) \(value) is no number\n\(usage)") }
        return number
    }
}
