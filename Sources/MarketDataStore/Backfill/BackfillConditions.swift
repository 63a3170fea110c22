import Glibc
import PostgreSQL

/// What is looked at before a backfill begins: room on the disk, what keeps WAL from being recycled, and whether an
/// autovacuum is due that does not give way.
struct BackfillConditions {
    /// A file system, and what is free on it.
    struct Disk {
        let id: UInt
        let freeByteCount: Int64

        init(id: UInt, freeByteCount: Int64) {
            self.id = id
            self.freeByteCount = freeByteCount
        }

        /// Nil where the folder cannot be seen from here.
        init?(of folder: String) {
            var status = statvfs()
            guard statvfs(folder, &status) == 0 else { return nil }
            id = status.f_fsid
            freeByteCount = Int64(status.f_bavail) * Int64(status.f_frsize)
        }
    }

    private let table: LegacyTable
    private let connection: Connection
    private let lagByteCountMax: Int64
    /// For tests, which have no full disk.
    var disk: (_ folder: String) -> Disk? = Disk.init

    init(_ table: LegacyTable, _ connection: Connection, _ options: Backfill.Options) {
        self.table = table
        self.connection = connection
        lagByteCountMax = options.replicationLagByteCountMax
    }

    /// - Returns: what somebody should know.
    /// - Throws: `.refused` for what would end badly.
    func check() throws -> [String] {
        let row = try connection.query(
            Self.look, [.text(table.name), .text(table.source.rawValue), .int64(lagByteCountMax)])
        if let slot = try row.text(0, 3) {
            throw MarketDataError.refused(
                "replication slot \(slot) is not read by anybody, so that all WAL is kept for it: start who reads it, "
                    + "or SELECT pg_drop_replication_slot('\(slot)')")
        }
        if try row.bool(0, 4) == true {
            throw MarketDataError.refused(
                "archive_command fails, so that all WAL is kept: pg_stat_archiver and the server's log say why")
        }
        if let old = try row.text(0, 5) {
            throw MarketDataError.refused(
                "an autovacuum against wraparound is due for \(old), which does not give way to a lock: "
                    + "VACUUM (FREEZE) \(old) first")
        }
        var remarks: [String] = []
        if let remark = try checkRoom(
            rows: try row.int64(0, 0) ?? 0, wal: try row.int64(0, 1) ?? 0, folder: try row.text(0, 2))
        {
            remarks.append(remark)
        }
        if try row.bool(0, 6) == true {
            remarks.append(
                "there are standbys, and how far they are behind is not shown to this role: GRANT pg_monitor to it, "
                    + "or give --rows-per-second")
        }
        return remarks
    }

    /// - Parameter wal: what WAL may take until a checkpoint lets it be used again.
    private func checkRoom(rows: Int64, wal: Int64, folder: String?) throws -> String? {
        guard rows > Self.smallByteCount else { return nil }
        let text = "\(table.name): what is not copied yet takes some \(rows >> 20) MiB, and as much WAL passes"
        guard let folder, let data = disk(folder), let walDisk = disk("\(folder)/pg_wal") else {
            return "\(text); the server's disk cannot be seen from here"
        }
        let needed = rows + rows / 4
        let isShared = data.id == walDisk.id
        for (path, disk, byteCount) in [
            (folder, data, needed + (isShared ? wal : 0)), ("\(folder)/pg_wal", walDisk, isShared ? 0 : wal),
        ] where disk.freeByteCount < byteCount {
            throw MarketDataError.refused(
                "\(text); of \(path) \(disk.freeByteCount >> 20) MiB are free, and \(byteCount >> 20) are needed: make "
                    + "room, or delete what is old from \(table.name)")
        }
        return text
    }

    /// Less is not worth a look.
    private static let smallByteCount: Int64 = 64 << 20

    /// By symbol a row takes a third less. The folder is NULL for who may not know it. An autovacuum against wraparound
    /// comes at the table's own age, where it has one.
    private static let look = Statement(
        name: "look at the server",
        sql: """
            SELECT (SELECT (pg_total_relation_size(c.oid) * 2 / 3
                            * (1 - least(1, copied / greatest(1, c.reltuples))))::int8
                      FROM pg_class c, (SELECT coalesce(sum(copied_count), 0)::float8 AS copied
                                          FROM market_data_partitions WHERE source = $2) p
                     WHERE c.oid = to_regclass($1)),
                   pg_size_bytes(current_setting('max_wal_size')),
                   CASE WHEN inet_server_addr() IS NULL AND pg_has_role('pg_read_all_settings', 'USAGE')
                        THEN current_setting('data_directory') END,
                   (SELECT slot_name::text FROM pg_replication_slots
                     WHERE NOT active AND pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) > $3
                     ORDER BY restart_lsn LIMIT 1),
                   current_setting('archive_mode') <> 'off' AND (
                       SELECT last_failed_time > coalesce(last_archived_time, '-infinity') FROM pg_stat_archiver),
                   (SELECT c.oid::regclass::text FROM pg_class c
                     WHERE c.oid IN (to_regclass($1), to_regclass('symbols'))
                       AND age(c.relfrozenxid) > least(
                           current_setting('autovacuum_freeze_max_age')::int8,
                           (SELECT option_value::int8 FROM pg_options_to_table(c.reloptions)
                             WHERE option_name = 'autovacuum_freeze_max_age')) LIMIT 1),
                   EXISTS (SELECT FROM pg_stat_replication)
                       AND NOT pg_has_role('pg_read_all_stats', 'USAGE')
            """)
}
