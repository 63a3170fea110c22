import Measuring

/// A migrated database with so many generated symbols, and beside them a table that Symbology knows nothing of.
///
///     symbols             as Symbology serves them
///     unrelated_symbols   the first 10,000 of them again: same columns, same indexes, one statement trigger that rings
///                         a channel nobody but a measurement listens to
struct ReferenceDatabase {
    /// What the symbols are.
    enum Shape: String {
        /// Spot symbols of two venues, perpetuals of a third.
        case mixed = "symbols"
        case spot
        /// Nine of ten are options, the others spot.
        case options
    }

    let symbolCount: Int
    let surroundings: Surroundings
    var shape = Shape.mixed

    static let unrelatedCountMax = 10_000
    static let unrelatedChannel = "measured_doorbell"

    var name: String { "\(shape.rawValue)_\(symbolCount)" }
    var conninfo: String { surroundings.conninfo(database: name) }

    func connect() throws -> Database { try Database(conninfo) }

    /// Makes the database unless it is there.
    func make() throws {
        let maintenance = try Database(surroundings.conninfo(database: "postgres"))
        let isThere = try maintenance.query("SELECT FROM pg_database WHERE datname = '\(name)'").count > 0
        guard !isThere else { return }
        let draft = name + "_draft"
        try maintenance.run("DROP DATABASE IF EXISTS \(draft)")
        try maintenance.run("CREATE DATABASE \(draft)")
        try surroundings.runSymbology(["migrate", "up", "--database", surroundings.conninfo(database: draft)])
        do {
            let database = try Database(surroundings.conninfo(database: draft))
            try fill(database)
            try addUnrelatedTable(database)
            try database.run("VACUUM (ANALYZE)")
        }
        // A draft that failed half-way is never taken for the whole.
        try maintenance.run("ALTER DATABASE \(draft) RENAME TO \(name)")
    }

    /// Straight into the table: stamping and ringing a million times would take longer than all the rest. What is there
    /// before the first load needs neither stamp nor bell.
    private func fill(_ database: Database) throws {
        let triggers = try database.query(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'symbols'::regclass AND NOT tgisinternal")
        let ids = try Self.exchangeIds(database)
        // Foreign keys of generated rows are known to hold.
        try database.run("SET session_replication_role = replica; BEGIN; ALTER TABLE symbols DISABLE TRIGGER USER")
        var index = 0
        try database.fill(copy: "COPY symbols (\(SymbolLine.columns)) FROM STDIN") {
            guard index < symbolCount else { return nil }
            let end = min(index + 10_000, symbolCount)
            defer { index = end }
            return (index..<end).map { SymbolLine(index: $0, shape).copied(ids) }.joined()
        }
        for trigger in triggers where trigger[1] != "D" {
            let mode = ["A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"][trigger[1]] ?? "ENABLE"
            try database.run("ALTER TABLE symbols \(mode) TRIGGER \"\(trigger[0])\"")
        }
        try database.run("COMMIT; RESET session_replication_role")
    }

    /// Of `GeneratedSymbol.exchangeCodes`.
    static func exchangeIds(_ database: Database) throws -> [String] {
        try GeneratedSymbol.exchangeCodes.map { code in
            guard let id = try database.query("SELECT id FROM exchanges WHERE enum_value = '\(code)'").first?[0] else {
                throw BenchmarkError("the migrations no longer add the exchange \(code)")
            }
            return id
        }
    }

    private func addUnrelatedTable(_ database: Database) throws {
        try database.run(
            """
            CREATE TABLE unrelated_symbols (LIKE symbols INCLUDING ALL);
            INSERT INTO unrelated_symbols OVERRIDING SYSTEM VALUE
                SELECT * FROM symbols ORDER BY id LIMIT \(Self.unrelatedCountMax);
            CREATE FUNCTION ring_unrelated() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_notify('\(Self.unrelatedChannel)', ''); RETURN NULL; END $$;
            CREATE TRIGGER ring AFTER UPDATE ON unrelated_symbols
                FOR EACH STATEMENT EXECUTE FUNCTION ring_unrelated()
            """)
    }
}

/// The statements that change one row, prepared in a session of their own.
struct RowUpdates {
    static let served = "update served"
    static let unrelated = "update unrelated"

    /// Commits do not wait for the disk: what is measured is the way of a change, not the disk below it.
    static func prepare(_ database: Database) throws {
        try database.run("SET synchronous_commit = off")
        for (name, table) in [(served, "symbols"), (unrelated, "unrelated_symbols")] {
            try database.prepare(
                name, "UPDATE \(table) SET precision_price = 1 + precision_price % 18 WHERE id = $1::int4")
        }
    }
}
