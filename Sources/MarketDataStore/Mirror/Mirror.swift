import PostgreSQL

/// The triggers that carry every write of a legacy table over to the table by symbol, in the writer's own transaction.
struct Mirror {
    let connection: Connection
    let ladder: LockLadder

    init(_ connection: Connection, ladder: LockLadder) {
        self.connection = connection
        self.ladder = ladder
    }

    /// Hangs the triggers onto the table, under its writers, unless they are there. Every write that is not finished
    /// when the lock is granted comes after it, so from then on nothing is missed.
    /// - Returns: whether they were not there.
    func install(_ table: LegacyTable) throws -> Bool {
        guard try !isInstalled(table) else { return false }
        if !table.newColumns.isEmpty {
            let target = table.source.targetName
            // All partitions get it, without being read.
            let columns = table.newColumns.map { "ADD COLUMN IF NOT EXISTS \"\($0.name)\" \($0.type)" }
            try ladder.take("ALTER of \(target)", [(target, .accessExclusive)]) {
                try connection.query(
                    Statement(
                        name: "add columns to \(target)",
                        sql: "ALTER TABLE \(target) \(columns.joined(separator: ", "))"))
            }
        }
        let statements = MirrorStatements(table: table)
        let schema = try connection.query(
            Statement(
                name: "name the schema",
                sql: "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass($1)"),
            [.text(table.source.targetName)]
        ).text(0, 0)
        try connection.query(Statement(name: "try the mirror of \(table.name)", sql: statements.probe))
        try ladder.take("the mirror of \(table.name)", [(table.name, .shareRowExclusive)]) {
            try connection.executeScript(
                "\(statements.function(schema: schema ?? "public"));\n\(statements.triggers)",
                name: "mirror \(table.name)")
            let end = try connection.query(Self.lastEnd, [.text(table.source.rawValue)]).text(0, 0)
            try connection.query(
                Statement(name: "queue later rows of \(table.name)", sql: statements.queueLaterRows),
                [.text(optional: end)])
            try connection.query(Self.writeDown, [.text(table.source.rawValue), .text(table.name)])
        }
        return true
    }

    private func isInstalled(_ table: LegacyTable) throws -> Bool {
        let state = try connection.query(
            Self.state, [.text(table.name), .textArray(MirrorStatements.triggerNames), .text(table.source.rawValue)])
        let count = try state.int64(0, 0) ?? 0
        let isWrittenDown = try state.bool(0, 1) == true
        guard count == 0 || count == 4, isWrittenDown == (count == 4) else {
            throw MarketDataError.refused(
                "\(table.name) has \(count) of the 4 triggers of its mirror in force, so that writes were missed: "
                    + "symbology rollback --phase 2, and begin anew")
        }
        return count == 4
    }

    private static let state = Statement(
        name: "look for the mirror",
        sql: """
            SELECT (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = to_regclass($1) AND t.tgname = ANY ($2)
                       AND t.tgenabled = 'A'),
                   EXISTS (SELECT FROM market_data_sources WHERE source = $3 AND legacy = to_regclass($1))
            """)

    /// Where none is, all rows are later.
    private static let lastEnd = Statement(
        name: "end of the partitions",
        sql: """
            SELECT coalesce(max(ends_at), '-infinity')::text FROM market_data_partitions
             WHERE source = $1 AND state = 'attached'
            """)

    private static let writeDown = Statement(
        name: "write the mirror down",
        sql: """
            UPDATE market_data_sources SET legacy = to_regclass($2), mirrored_at = clock_timestamp() WHERE source = $1
            """)
}
