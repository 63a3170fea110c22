import Foundation
import PostgreSQL
import Testing

/// What the tables said at any moment: every version of every row, written by triggers in the writers' own
/// transactions, and which of them a `pg_snapshot` shows.
struct TableHistory {
    struct Version {
        let xid: UInt64
        let isGone: Bool
        let id: UInt32
        let exchangeId: UInt16
        let symbol: String
        let base: String
        let isActive: Bool
        let precisions: [Int]
        let tickSize: Int64
    }

    struct ExchangeVersion {
        let xid: UInt64
        let id: UInt16
        let isActive: Bool
    }

    /// In the order of their making, which for one row is that of their commits: the row lock sees to it.
    private var versions: [Version] = []
    private var exchangeVersions: [ExchangeVersion] = []

    static let script = """
        CREATE TABLE history (ordinal bigserial, xid xid8, is_gone boolean, version symbols);
        CREATE TABLE exchange_history (ordinal bigserial, xid xid8, id smallint, is_active boolean);
        CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                INSERT INTO history (xid, is_gone, version) VALUES (pg_current_xact_id(), true, OLD);
            ELSIF TG_OP = 'INSERT' OR NEW.changed_xid IS DISTINCT FROM OLD.changed_xid THEN
                INSERT INTO history (xid, is_gone, version) VALUES (pg_current_xact_id(), false, NEW);
            END IF;
            RETURN NULL;
        END $$;
        CREATE FUNCTION keep_exchange_history() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO exchange_history (xid, id, is_active) VALUES (pg_current_xact_id(), NEW.id, NEW.is_active);
            RETURN NULL;
        END $$;
        INSERT INTO history (xid, is_gone, version) SELECT '0', false, symbols FROM symbols;
        INSERT INTO exchange_history (xid, id, is_active) SELECT '0', id, is_active FROM exchanges;
        CREATE TRIGGER keep_history AFTER INSERT OR UPDATE OR DELETE ON symbols
            FOR EACH ROW EXECUTE FUNCTION keep_history();
        CREATE TRIGGER keep_exchange_history AFTER INSERT OR UPDATE ON exchanges
            FOR EACH ROW EXECUTE FUNCTION keep_exchange_history();
        """

    init(_ connection: Connection) throws {
        let rows = try connection.query(
            Statement(
                name: "history",
                sql: """
                    SELECT xid::text, is_gone, (version).id, (version).exchange_id::integer,
                        (version).symbol_string::text,
                        (version).base_asset::text, (version).is_active, (version).precision_price::integer,
                        (version).precision_base::integer, (version).precision_quote::integer,
                        coalesce((version).tick_size, 0)::bigint
                    FROM history ORDER BY ordinal
                    """))
        for row in 0..<rows.rowCount {
            versions.append(
                Version(
                    xid: UInt64(try #require(try rows.text(row, 0))) ?? 0, isGone: try rows.bool(row, 1) == true,
                    id: UInt32(try #require(try rows.int32(row, 2))),
                    exchangeId: UInt16(try #require(try rows.int32(row, 3))), symbol: try rows.text(row, 4) ?? "",
                    base: try rows.text(row, 5) ?? "", isActive: try rows.bool(row, 6) == true,
                    precisions: try (7...9).map { Int(try #require(try rows.int32(row, $0))) },
                    tickSize: try #require(try rows.int64(row, 10))))
        }
        let exchanges = try connection.query(
            Statement(
                name: "exchange history",
                sql: "SELECT xid::text, id::integer, is_active FROM exchange_history ORDER BY ordinal"))
        for row in 0..<exchanges.rowCount {
            exchangeVersions.append(
                ExchangeVersion(
                    xid: UInt64(try #require(try exchanges.text(row, 0))) ?? 0,
                    id: UInt16(try #require(try exchanges.int32(row, 1))), isActive: try exchanges.bool(row, 2) == true)
            )
        }
    }

    /// What a moment of the tables answers.
    struct Tables {
        fileprivate(set) var rows: [UInt32: Version] = [:]
        fileprivate(set) var activeExchangeIds: Set<UInt16> = []
        fileprivate(set) var idsBySymbol: [String: UInt32] = [:]
        fileprivate(set) var idsByPair: [String: UInt32] = [:]

        /// As an engine prints the lookup of a key, without the flags and the generation.
        func answer(_ id: UInt32?) -> [String] {
            guard let id, let row = rows[id] else { return ["unknown_symbol", "0", "0", "0", "0"] }
            return [status(row), "\(id)"] + row.precisions.map(String.init)
        }

        /// What a lookup by a name that a symbol had before may answer, as long as nobody else has it.
        func aliasAnswer(_ id: UInt32?) -> [String]? { id.flatMap { rows[$0] == nil ? nil : answer($0) } }

        /// As an engine prints the record of an id, without the flags.
        func record(_ id: UInt32) -> [String] {
            guard let row = rows[id] else { return ["unknown_symbol"] }
            return [
                status(row), "\(id)", "\(row.exchangeId)", row.symbol, row.base, "USDT", "\(row.tickSize)",
            ]
        }

        private func status(_ row: Version) -> String {
            row.isActive && activeExchangeIds.contains(row.exchangeId) ? "ok" : "inactive"
        }
    }

    /// Whether a symbol ever had a name on an exchange.
    func hadName(_ id: UInt32, _ name: String) -> Bool {
        versions.contains { $0.id == id && "\($0.exchangeId) \($0.symbol)" == name }
    }

    func tables(_ snapshot: DatabaseMoment) -> Tables {
        var tables = Tables()
        for version in versions where snapshot.shows(version.xid) {
            tables.rows[version.id] = version.isGone ? nil : version
        }
        for version in exchangeVersions where snapshot.shows(version.xid) {
            if version.isActive {
                tables.activeExchangeIds.insert(version.id)
            } else {
                tables.activeExchangeIds.remove(version.id)
            }
        }
        // Of the rows that share a name the active one comes last, and among dead ones the one with the highest id.
        let rows = tables.rows.values.sorted { left, right in
            left.isActive == right.isActive ? left.id < right.id : right.isActive
        }
        for row in rows {
            tables.idsBySymbol["\(row.exchangeId) \(row.symbol)"] = row.id
            tables.idsByPair["\(row.exchangeId) \(row.base)"] = row.id
        }
        return tables
    }
}

/// A `pg_snapshot`: `xmin:xmax:running,…`.
struct DatabaseMoment {
    let xmin: UInt64
    let xmax: UInt64
    let running: Set<UInt64>

    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let xmin = UInt64(parts[0]), let xmax = UInt64(parts[1]) else { return nil }
        (self.xmin, self.xmax) = (xmin, xmax)
        running = Set(parts[2].split(separator: ",").compactMap { UInt64($0) })
    }

    /// Whether what a transaction wrote is seen. Of a transaction that was rolled back nothing was kept to ask about.
    func shows(_ xid: UInt64) -> Bool { xid < xmin || (xid < xmax && !running.contains(xid)) }
}
