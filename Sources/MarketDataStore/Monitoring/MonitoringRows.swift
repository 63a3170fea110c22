import PostgreSQL

/// What a system measured of itself at one moment, and how its parts were: rows of `system_metrics` and of
/// `health_checks`.
public struct MonitoringRows: Sendable, Hashable {
    public struct Metric: Sendable, Hashable {
        /// PERFORMANCE, CACHE, DATABASE, NETWORK or BUSINESS.
        public var category: String
        public var name: String
        /// In `unit`.
        public var value: Double
        /// As in us, ms, s, bytes, per s; empty for a count.
        public var unit: String

        public init(category: String, name: String, value: Double, unit: String) {
            self.category = category
            self.name = name
            self.value = value
            self.unit = unit
        }
    }

    public struct Health: Sendable, Hashable {
        public var component: String
        /// HEALTHY, WARNING, CRITICAL or UNKNOWN.
        public var status: String
        public var detail: String?

        public init(component: String, status: String, detail: String? = nil) {
            self.component = component
            self.status = status
            self.detail = detail
        }
    }

    public var metrics: [Metric] = []
    public var health: [Health] = []

    public init() {}

    /// The session that writes them. Whoever logs in must be a member of the role, and writes as it: what he may do
    /// besides, nobody does here. It gives up within seconds.
    public static let sessionSettings: SessionSettings = {
        var settings = SessionSettings(
            applicationName: "symbology metrics", statementTimeoutMilliseconds: 5_000, lockTimeoutMilliseconds: 1_000)
        settings.homeTable = "system_metrics"
        settings.serverSettings = ["role": "symbology_metrics"]
        return settings
    }()

    /// Writes all or nothing, in one round trip.
    /// - Parameter instance: which of several systems alike; at most 100 bytes.
    public func write(instance: String, to connection: Connection) throws(PostgreSQLError) {
        try connection.query(
            Self.insert,
            [
                .text(instance), .textArray(metrics.map(\.category)), .textArray(metrics.map(\.name)),
                .textArray(metrics.map { "\($0.value)" }), .textArray(metrics.map(\.unit)),
                .textArray(health.map(\.component)), .textArray(health.map(\.status)),
                .textArray(health.map(\.detail)),
            ])
    }

    private static let insert = Statement(
        name: "record metrics",
        sql: """
            WITH checked AS (
                INSERT INTO health_checks (component, instance, status, detail)
                SELECT c.component, $1, c.status, c.detail
                  FROM unnest($6::text[], $7::text[], $8::text[]) AS c (component, status, detail)
            )
            INSERT INTO system_metrics (metric_category, metric_name, instance, metric_value, metric_unit)
            SELECT m.category, m.name, $1, m.value::float8, m.unit
              FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS m (category, name, value, unit)
            """)
}
