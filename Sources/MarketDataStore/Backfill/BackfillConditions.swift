import Glibc
import PostgreSQL

/// What is looked at before a backfill begins: room on the disk, what keeps WAL from being recycled, and whether an
/// autovacuum is due that does not give way.
struct BackfillConditions {
    let table: LegacyTable
    let connection: Connection

    init(_ table: LegacyTable, _ connection: Connection) {
        self.table = table
        self.connection = connection
    }

    /// - Returns: what somebody should know.
    /// - Throws: `.refused` for what would end badly.
    func check() throws -> [String] {
        let row = try connection.query(Self.look, [.text(table.name), .text(table.source.rawValue)])
        var remarks: [String] = []
        let neededByteCount = try row.int64(0, 0) ?? 0
        if neededByteCount > 64 << 20 {
            let text =
                "\(table.name): what is not copied yet takes some \(neededByteCount >> 20) MiB, and as much WAL passes"
            guard let folder = try row.text(0, 1), let free = Self.freeByteCount(folder) else {
                remarks.append("\(text); the server's disk cannot be seen from here")
                return remarks
            }
            guard free > neededByteCount + neededByteCount / 4 else {
                throw MarketDataError.refused("\(text); \(folder) has \(free >> 20) MiB free")
            }
            remarks.append(text)
        }
        if let slot = try row.text(0, 2) {
            throw MarketDataError.refused(
                "replication slot \(slot) is not read by anybody, so that all WAL is kept for it: start who reads it, "
                    + "or SELECT pg_drop_replication_slot('\(slot)')")
        }
        if try row.bool(0, 3) == true {
            throw MarketDataError.refused("archive_command fails, so that all WAL is kept: see pg_stat_archiver")
        }
        if let old = try row.text(0, 4) {
            throw MarketDataError.refused(
                "an autovacuum against wraparound is due for \(old), which does not give way to a lock: "
                    + "VACUUM (FREEZE) \(old) first")
        }
        return remarks
    }

    private static func freeByteCount(_ folder: String) -> Int64? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        return Int64(status.f_bavail) * Int64(status.f_frsize)
    }

    /// By symbol a row takes a third less. The folder is NULL for who may not know it.
    private static let look = Statement(
        name: "look at the server",
        sql: """
            SELECT (SELECT (pg_total_relation_size(c.oid) * 2 / 3
                            * (1 - least(1, copied / greatest(1, c.reltuples))))::int8
                      FROM pg_class c, (SELECT coalesce(sum(copied_count), 0)::float8 AS copied
                                          FROM market_data_partitions WHERE source = $2) p
                     WHERE c.oid = to_regclass($1)),
                   CASE WHEN inet_server_addr() IS NULL AND pg_has_role('pg_read_all_settings', 'USAGE')
                        THEN current_setting('data_directory') END,
                   (SELECT slot_name::text FROM pg_replication_slots
                     WHERE NOT active AND restart_lsn IS NOT NULL
                       AND pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) > 1 << 30 LIMIT 1),
                   current_setting('archive_mode') <> 'off' AND (
                       SELECT last_failed_time > coalesce(last_archived_time, '-infinity') FROM pg_stat_archiver),
                   (SELECT c.oid::regclass::text FROM pg_class c
                     WHERE c.oid IN (to_regclass($1), to_regclass('symbols'))
                       AND age(c.relfrozenxid) > current_setting('autovacuum_freeze_max_age')::int8 LIMIT 1)
            """)
}
