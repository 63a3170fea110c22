import Measuring

/// One figure to reach, and the measurement that is judged by it.
struct Goal {
    enum Bound {
        case atMost(Double)
        case atLeast(Double)
        /// Asked for without a figure: it is shown.
        case shown

        func isReached(by figure: Double) -> Bool {
            // As precise as it is printed: 1.004 is 1.00.
            let figure = (figure * 100).rounded() / 100
            switch self {
            case .atMost(let bound): return figure <= bound
            case .atLeast(let bound): return figure >= bound
            case .shown: return true
            }
        }

        func text(_ unit: String) -> String {
            func number(_ figure: Double) -> String {
                let text = figure == figure.rounded() ? decimals(figure, 0) : decimals(figure, 2)
                return unit.isEmpty ? text : "\(text) \(unit)"
            }
            switch self {
            case .atMost(let bound): return "≤ \(number(bound))"
            case .atLeast(let bound): return "≥ \(number(bound))"
            case .shown: return "shown"
            }
        }
    }

    /// What it is about; equal ones follow each other in the table.
    let what: String
    let condition: String
    let key: String
    let unit: String
    let bound: Bound
    /// Another figure that counts as well where this one misses.
    var alternative: Alternative?
    /// The measurement that is judged may be a ratio: the figures it was made of, shown beside it.
    var besides: [String] = []

    struct Alternative {
        let key: String
        let unit: String
        let bound: Bound
    }

    var toReach: String {
        bound.text(unit) + (alternative.map { ", or \($0.bound.text($0.unit))" } ?? "")
    }

    func verdict(_ figures: [String: Figure]) -> String {
        guard let figure = figures[key]?.spread.median else { return "not measured" }
        if case .shown = bound { return "" }
        if bound.isReached(by: figure) { return "reached" }
        if let alternative, let other = figures[alternative.key], alternative.bound.isReached(by: other.spread.median) {
            return "reached by \(other.text)"
        }
        return "MISSED" + distance(figure)
    }

    private func distance(_ figure: Double) -> String {
        switch bound {
        case .atMost(let bound) where bound > 0: ", \(decimals((figure / bound - 1) * 100, 0)) % above"
        case .atLeast(let bound) where bound > 0: ", \(decimals((1 - figure / bound) * 100, 0)) % below"
        default: ""
        }
    }
}
