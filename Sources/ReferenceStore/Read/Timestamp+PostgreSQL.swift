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
    var microsecondsSince2000: Int64? {
        let (shifted, isOverflow) = microsecondsSince1970.subtractingReportingOverflow(Self.epochOffsetMicroseconds)
        return isAbsent || isOverflow ? nil : shifted
    }
}
