import Measuring

/// The phases of one number of symbols, replacing and control, pair by pair.
struct TailOutcome {
    private var costs: [TailComparison.Cost] = []
    private var replacing: [TailComparison.Phase] = []
    private var controls: [TailComparison.Phase] = []

    mutating func add(
        _ replacing: TailComparison.Phase, _ control: TailComparison.Phase, _ cost: TailComparison.Cost
    ) {
        self.replacing.append(replacing)
        controls.append(control)
        costs.append(cost)
    }

    private func figures(_ phases: [TailComparison.Phase], _ share: Double) -> [Double] {
        phases.map { Double(percentile(share, ofSorted: $0.samples)) / 1_000 }
    }

    func addFigures(to report: inout Report, _ symbolCount: Int) {
        for (name, share) in [("p99", 0.99), ("p99.9", 0.999)] {
            report.add("tail.\(name).\(symbolCount)", "µs", figures(replacing, share))
            report.add("tail.control.\(name).\(symbolCount)", "µs", figures(controls, share))
            report.add(
                "tail.\(name).overControl.\(symbolCount)", ratioOf: figures(replacing, share),
                to: figures(controls, share))
        }
        report.add("tail.snapshots.\(symbolCount)", "/s", replacing.map(\.snapshotsPerSecond))
    }

    func rows(_ symbolCount: Int) -> [[String]] {
        [("replacing", replacing), ("control", controls)].map { name, phases in
            func text(_ share: Double) -> String { Figure("", "µs", Spread(figures(phases, share))!).text }
            func median(_ figures: [Double]) -> String { grouped(Int(Spread(figures)?.median ?? 0)) }
            let ratio = Spread(ratioOf: figures(replacing, 0.999), to: figures(controls, 0.999))
            let prices = [costs.map(\.serverNanoseconds), costs.map(\.databaseNanoseconds)].map { price in
                median(price.map { Double($0) / 1_000 })
            }
            return [
                grouped(symbolCount), name, median(phases.map(\.snapshotsPerSecond)),
                median(phases.map(\.lookupsPerSecond)), text(0.5), text(0.99), text(0.999),
                name == "replacing" ? ratio.map { Figure("", "×", $0).text } ?? "" : "",
                name == "replacing" ? prices.joined(separator: " / ") + " µs" : "",
            ]
        }
    }
}
