/// How much time a partition spans; all begin at midnight in UTC, weeks on Mondays.
public enum PartitionWidth: String, Sendable, CaseIterable {
    case week, month, quarter

    var interval: String {
        switch self {
        case .week: "7 days"
        case .month: "1 month"
        case .quarter: "3 months"
        }
    }
}
