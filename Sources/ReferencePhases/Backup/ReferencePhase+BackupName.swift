import PostgreSQL
import ReferenceStore

extension ReferencePhase {
    /// `symbology-phase1-market-20261121T072200Z.dump`: the database's name and its clock.
    public static func backupFileName(phase: Int, _ connection: Connection) throws(StoreError) -> String {
        try StoreError.wrapping("reference phase") {
            return try connection.query(fileName, [.int32(Int32(clamping: phase))]).text(0, 0) ?? "symbology.dump"
        }
    }

    private static let fileName = Statement(
        name: "name of the backup",
        sql: """
            SELECT format('symbology-phase%s-%s-%s.dump', $1::int4,
                          regexp_replace(current_database(), '[^A-Za-z0-9_-]', '_', 'g'),
                          to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'))
            """)
}
