/// What one soak does; every number can be set on the command line.
struct SoakPlan {
    var minutes = 2.0
    var seed: UInt64 = .random(in: 1 ... .max)
    var engineCount = 50
    var engineProcessCount = 2
    var replicaProcessCount = 3
    var writerCount = 4
    var nameCount: UInt16 = 1_000
    /// Lookups a second of each engine: enough to meet every generation, few enough to leave the processors to the
    /// server.
    var lookupsPerSecond = 100
    /// Statements a second of each writer.
    var statementsPerSecond = 20
    var secondsBetweenFaults = 10.0
    /// The program under test.
    var program = ".build/debug/symbology"

    init(_ arguments: ArraySlice<String>) throws {
        var rest = arguments
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw UsageFault(text: "\(name) needs a value") }
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
            default: throw UsageFault(text: "unknown argument \(name)")
            }
        }
    }

    private static func number<Number: LosslessStringConvertible>(_ name: String, _ value: String) throws -> Number {
        guard let number = Number(value) else { throw UsageFault(text: "\(name) \(value) is no number") }
        return number
    }

    struct UsageFault: Error { let text: String }
}

/// The same numbers for the same seed: a soak that found something can be begun again.
struct SoakGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
