import ReferenceData

/// A metric beyond its limit, or a component that is not well, now.
public struct PerformanceAlert: Sendable, Hashable {
    /// `WARNING`, `CRITICAL` or `UNKNOWN`.
    public let severity: String
    /// `metric` or `health`.
    public let type: String
    /// Of the metric or the component.
    public let name: String
    /// Which of several alike; empty for the only one.
    public let instance: String
    /// In `unit`; of a component how long its check took.
    public let value: Double?
    /// As in us, ms, bytes.
    public let unit: String
    /// What the value is beyond.
    public let limit: Double?
    /// In the component's words.
    public let detail: String?
    /// When it was written.
    public let time: Timestamp

    init(_ row: ResultRow) throws(MarketStoreError) {
        severity = try row.text(0)
        type = try row.text(1)
        name = try row.text(2)
        instance = try row.text(3)
        value = try row.optionalDouble(4)
        unit = try row.text(5)
        limit = try row.optionalDouble(6)
        detail = try row.optionalText(7)
        time = try row.time(8)
    }
}
