import Measuring

/// The phases of one number of symbols, round by round.
struct TailOutcome {
    private var calm: [TailComparison.Phase] = []
    private var elsewhere: [TailComparison.Phase] = []
    private var changing: [TailComparison.Phase] = []

    mutating func add(
        calm: TailComparison.Phase, elsewhere: TailComparison.Phase, changing: TailComparison.Phase
    ) {
        self.calm.append(calm)
        self.elsewhere.append(elsewhere)
        self.changing.append(changing)
    }

    private func figures(_ phases: [TailComparison.Phase], _ share: Double) -> [Double] {
        phases.map { Double(percentile(share, ofSorted: $0.samples)) / 1_000 }
    }

    func addFigures(to report: inout Report, _ symbolCount: Int) {
        for (name, share) in [("p99", 0.99), ("p99.9", 0.999)] {
            report.add("tail.\(name).\(symbolCount)", "µs", figures(changing, share))
            report.add("tail.elsewhere.\(name).\(symbolCount)", "µs", figures(elsewhere, share))
            report.add("tail.calm.\(name).\(symbolCount)", "µs", figures(calm, share))
            report.add(
                "tail.\(name).overCalm.\(symbolCount)", ratioOf: figures(changing, share), to: figures(calm, share))
        }
        report.add("tail.snapshots.\(symbolCount)", "/s", changing.map(\.snapshotsPerSecond))
    }

    func rows(_ symbolCount: Int) -> [[String]] {
        [("calm", calm), ("elsewhere", elsewhere), ("changing", changing)].map { name, phases in
            func text(_ share: Double) -> String { Figure("", "µs", Spread(figures(phases, share))!).text }
            func median(_ figures: [Double]) -> String { grouped(Int(Spread(figures)?.median ?? 0)) }
            let ratio = Spread(ratioOf: figures(phases, 0.999), to: figures(calm, 0.999))
            return [
                grouped(symbolCount), name, median(phases.map(\.snapshotsPerSecond)),
                median(phases.map(\.lookupsPerSecond)), text(0.5), text(0.99), text(0.999),
                name == "calm" ? "" : ratio.map { Figure("", "×", $0).text } ?? "",
            ]
        }
    }
}
