import Measuring

/// The phases of one number of symbols, changing and calm, pair by pair.
struct TailOutcome {
    private var changing: [TailComparison.Phase] = []
    private var calm: [TailComparison.Phase] = []

    mutating func add(_ changing: TailComparison.Phase, _ calm: TailComparison.Phase) {
        self.changing.append(changing)
        self.calm.append(calm)
    }

    private func figures(_ phases: [TailComparison.Phase], _ share: Double) -> [Double] {
        phases.map { Double(percentile(share, ofSorted: $0.samples)) / 1_000 }
    }

    func addFigures(to report: inout Report, _ symbolCount: Int) {
        for (name, share) in [("p99", 0.99), ("p99.9", 0.999)] {
            let (busy, quiet) = (figures(changing, share), figures(calm, share))
            report.add("tail.\(name).\(symbolCount)", "µs", busy)
            report.add("tail.calm.\(name).\(symbolCount)", "µs", quiet)
            report.add("tail.\(name).overCalm.\(symbolCount)", ratioOf: busy, to: quiet)
        }
        report.add("tail.snapshots.\(symbolCount)", "/s", changing.map(\.snapshotsPerSecond))
    }

    func rows(_ symbolCount: Int) -> [[String]] {
        [("changing", changing), ("calm", calm)].map { name, phases in
            func text(_ share: Double) -> String { Figure("", "µs", Spread(figures(phases, share))!).text }
            func median(_ figures: [Double]) -> String { grouped(Int(Spread(figures)?.median ?? 0)) }
            let ratio = Spread(ratioOf: figures(changing, 0.999), to: figures(calm, 0.999))
            return [
                grouped(symbolCount), name, median(phases.map(\.snapshotsPerSecond)),
                median(phases.map(\.lookupsPerSecond)), text(0.5), text(0.99), text(0.999),
                name == "changing" ? ratio.map { Figure("", "×", $0).text } ?? "" : "",
            ]
        }
    }
}
