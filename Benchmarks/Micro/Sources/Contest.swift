import Benchmark
import Foundation
import Glibc
import Measuring

/// One thing that is measured: a batch of operations, and what to call it.
struct Contender {
    /// Of the figure in the report, as `lookup.symbol.hit.10000`.
    let key: String
    let name: String
    /// Operations of a batch.
    let count: Int
    /// Does the batch; what it returns keeps the compiler from dropping it.
    let body: () throws -> UInt64
}

struct ContestError: Error { let reason: String }

/// Contenders that are measured in turn, and the report on them.
final class Contest: @unchecked Sendable {
    let name: String
    private let fileName: String
    private let unit: Unit
    private let ratios: [(key: String, of: String, to: String)]
    private let prepare: () throws -> [Contender]
    private var contenders: [Contender] = []
    /// Nanoseconds an operation, of each contender in each round.
    private var samples: [[Double]] = []

    /// In which the report gives its figures.
    enum Unit: Double {
        case nanoseconds = 1
        case microseconds = 1e3
        case milliseconds = 1e6

        var text: String {
            switch self {
            case .nanoseconds: "ns"
            case .microseconds: "µs"
            case .milliseconds: "ms"
            }
        }
    }

    /// - Parameters:
    ///   - fileName: of the report; also orders it among the others.
    ///   - ratios: of one contender to another, pairwise, under a key of their own.
    ///   - prepare: makes what is measured; called once, in the process of this benchmark only.
    init(
        _ name: String, fileName: String, unit: Unit = .nanoseconds,
        ratios: [(key: String, of: String, to: String)] = [], prepare: @escaping () throws -> [Contender]
    ) {
        self.name = name
        self.fileName = fileName
        self.unit = unit
        self.ratios = ratios
        self.prepare = prepare
    }

    /// Iterations of each contest, from MICRO_ROUNDS; the first is thrown away.
    private static let roundCount = getenv("MICRO_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 31

    /// Hands it to `benchmark`.
    /// - Parameters:
    ///   - names: of the contenders, in order: `benchmark` wants to know its metrics beforehand.
    ///   - roundCountMax: for what takes seconds.
    func register(names: [String], roundCountMax: Int = .max) {
        let metrics = names.map { BenchmarkMetric.custom("\($0), ps each") }
        Benchmark(
            name,
            configuration: .init(
                metrics: metrics, warmupIterations: 1, maxDuration: .seconds(300),
                maxIterations: min(Self.roundCount, roundCountMax))
        ) { [self] benchmark in
            for (index, contender) in contenders.enumerated() {
                let start = Self.now()
                let sum = try contender.body()
                let nanoseconds = Double(Self.now() - start) / Double(contender.count)
                blackHole(sum)
                benchmark.measurement(metrics[index], Int(nanoseconds * 1_000))
                samples[index].append(nanoseconds)
            }
        } setup: { [self] in
            contenders = try prepare()
            guard contenders.map(\.name) == names else { throw ContestError(reason: "other contenders than named") }
            samples = contenders.map { _ in [] }
        } teardown: { [self] in
            try writeReport()
        }
    }

    private func writeReport() throws {
        guard let folder = getenv("SYMBOLOGY_REPORTS") else { return }
        var report = Report(fileName, title: "In the process")
        let figures = samples.map { $0.dropFirst().map { $0 / unit.rawValue } }
        var table = Table(name, header: ["operation", "each: median (lowest to highest)", "batches of"])
        for (contender, figures) in zip(contenders, figures) {
            report.add(contender.key, unit.text, figures)
            table.rows.append([contender.name, report.text(contender.key), grouped(contender.count)])
        }
        func figure(_ key: String) -> [Double] { contenders.firstIndex { $0.key == key }.map { figures[$0] } ?? [] }
        for ratio in ratios { report.add(ratio.key, ratioOf: figure(ratio.of), to: figure(ratio.to)) }
        report.tables = [table]
        try report.write(into: String(cString: folder))
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
