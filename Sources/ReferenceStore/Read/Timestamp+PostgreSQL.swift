import ReferenceData

extension Timestamp {
    /// From 1970-01-01 to 2000-01-01, where PostgreSQL's clock begins.
    private static let epochOffsetMicroseconds: Int64 = 946_684_800_000_000

    /// From PostgreSQL's clock; absent for NULL and for what is no moment, such as the infinities.
    package init(microsecondsSince2000: Int64?) {
        let moment = microsecondsSince2000 ?? .max
        let (shifted, isOverflow) = moment.addingReportingOverflow(Self.epochOffsetMicroseconds)
        self = isOverflow || moment == .min ? .absent : Timestamp(microsecondsSince1970: shifted)
    }

    /// On PostgreSQL's clock; nil where absent, and for what lies before that clock can count.
    package var microsecondsSince2000: Int64? {
        let (shifted, isOverflow) = microsecondsSince1970.subtractingReportingOverflow(Self.epochOffsetMicroseconds)
        return isAbsent || isOverflow ? nil : shifted
    }

    /// The first moment PostgreSQL takes, of the year 4714 BC; its last one is later than any `Timestamp`.
    private static let firstSince2000: Int64 = -211_813_488_000_000_000

    /// What other moments are compared with, on PostgreSQL's clock; nil where absent. Whatever is too early for that
    /// clock is before all of its moments: `-infinity`.
    var boundSince2000: Int64? {
        if isAbsent { return nil }
        guard let moment = microsecondsSince2000, moment >= Self.firstSince2000 else { return .min }
        return moment
    }
}
