import PostgreSQL
import ReferenceData
import ReferenceStore

// What must be there, as the migrations make it.
extension ValidationRun {
    private static let relations: [(name: String, kind: String)] = [
        ("exchanges", "r"), ("symbols", "r"), ("symbol_aliases", "r"), ("symbol_details", "v"),
        ("reference_tombstones", "r"), ("reference_feed_state", "r"), ("reference_audit", "r"),
        ("reference_audit_state", "r"),
        ("symbol_inferences", "r"), ("book_ticker_snapshots", "r"), ("trade_snapshots", "r"),
    ]

    /// Name, type, and `!` for NOT NULL.
    private static let columns = [
        "exchanges": columns(of: ExchangeColumn.self),
        "symbols": columns(of: SymbolColumn.self) + ["is_kind_assumed boolean!"],
    ]

    private static func columns<Column: ReferenceColumn>(of type: Column.Type) -> [String] {
        Column.table.map { "\($0.name) \($0.sqlType)\($0.isNullable ? "" : "!")" } + ["changed_xid xid8!"]
    }

    private static let indexes: [String: [String]] = [
        "exchanges": [
            "exchanges_pkey", "exchanges_name_key", "exchanges_enum_value_key", "idx_exchanges_enum_value",
            "idx_exchanges_active", "idx_exchanges_market_type", "idx_exchanges_changed_xid",
        ],
        "symbols": [
            "symbols_pkey", "symbols_live_string_unique", "symbols_live_identity_unique", "idx_symbols_dead_string",
            "idx_symbols_pair", "idx_symbols_active_string_prefix", "idx_symbols_due", "idx_symbols_changed_xid",
        ],
        "reference_audit": ["reference_audit_pkey", "idx_reference_audit_at"],
    ]

    /// Those that people and programs call.
    private static let functions = [
        "get_exchange_id(text)", "get_symbol_id(text, text, text)", "get_symbol_id_by_string(text, text)",
        "symbol_unified_name(text, text, text, text, timestamptz, numeric, text)",
        "reference_as_of(anyelement, timestamptz)", "prune_reference_audit(interval, integer)",
        "prune_reference_tombstones(interval, integer)",
    ]

    /// Which session's writes fire a trigger, as `pg_trigger.tgenabled` has it.
    private enum Firing: String {
        case always = "A"
        /// The worker of logical replication, and what else runs with `session_replication_role = replica`.
        case replicated = "R"
        /// Every other session.
        case local = "O"

        var enable: String {
            switch self {
            case .always: "ENABLE ALWAYS"
            case .replicated: "ENABLE REPLICA"
            case .local: "ENABLE"
            }
        }
    }

    private static let triggers: [String: [(name: String, firing: Firing)]] = [
        "exchanges": [
            ("zz_reference_stamp", .always), ("reference_changed", .always), ("reference_truncating", .always),
            ("reference_truncated", .always),
        ],
        "symbols": [
            ("zz_reference_stamp", .always), ("zz_reference_stamp_new", .always), ("reference_inserted", .local),
            ("reference_updated", .local), ("reference_deleted", .local), ("reference_replicated", .replicated),
            ("reference_truncating", .always), ("reference_truncated", .always),
        ],
        "symbol_aliases": [
            ("reference_changed", .always), ("reference_swept", .local), ("reference_truncating", .always),
            ("reference_truncated", .always),
        ],
        "reference_audit": [("reference_pruned", .always), ("reference_truncated", .always)],
        "reference_tombstones": [("reference_truncated", .always)],
    ]

    /// False when tables are missing that the other checks read.
    func checkSchema() throws(StoreError) -> Bool {
        var missing: Set<String> = []
        for relation in Self.relations {
            let verdict = try check("table.\(relation.name)") {
                let kinds = try texts(
                    "look for a relation", "SELECT relkind::text FROM pg_class WHERE oid = to_regclass($1)",
                    [.text(relation.name)])
                guard let kind = kinds.first else { return .failed("is not there; run: symbology migrate up") }
                // Partitioned, or a view after a cut-over, is as good to a reader.
                return kind == relation.kind || (relation.kind == "r" && ["p", "v"].contains(kind))
                    ? .passed() : .failed("is of another kind (\(kind))")
            }
            if verdict == .failed { missing.insert(relation.name) }
        }
        for table in ["exchanges", "symbols"] where !missing.contains(table) {
            try check("columns.\(table)") { try compareColumns(table) }
        }
        for (table, indexes) in Self.indexes.sorted(by: { $0.key < $1.key }) where !missing.contains(table) {
            for index in indexes { try check("index.\(index)") { try findIndex(index, table) } }
        }
        for function in Self.functions {
            try check("function.\(function.prefix { $0 != "(" })") {
                let found = try texts("look for a function", "SELECT to_regprocedure($1)::text", [.text(function)])
                return found == [""] ? .failed("is not there; run: symbology migrate up") : .passed(found[0])
            }
        }
        for (table, triggers) in Self.triggers.sorted(by: { $0.key < $1.key }) where !missing.contains(table) {
            for (name, firing) in triggers {
                try check("trigger.\(table).\(name)") { try findTrigger(name, table, firing) }
            }
        }
        let needed = ["exchanges", "symbols", "symbol_aliases", "reference_tombstones", "reference_audit"]
        guard missing.isDisjoint(with: needed) else { return false }
        try check("trigger.functions") { try checkFunctions() }
        try check("schema.closed") { try checkWhoCreates() }
        try check("constraint.validated") {
            let list = try texts(
                "look for constraints that old rows may violate",
                """
                SELECT format('%s.%s', conrelid::regclass, conname) FROM pg_constraint
                 WHERE conrelid IN ('exchanges'::regclass, 'symbols'::regclass, 'symbol_aliases'::regclass)
                   AND NOT convalidated ORDER BY 1
                """)
            return list.isEmpty
                ? .passed() : .warning("not validated, old rows may violate them: \(ValidationFinding.listed(list))")
        }
        return true
    }

    private func compareColumns(_ table: String) throws -> ValidationFinding {
        let found = Set(
            try texts(
                "read columns",
                """
                SELECT attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN '!' ELSE '' END
                  FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
                """, [.text(table)]))
        let expected = Self.columns[table] ?? []
        return .complaints(
            expected.filter { !found.contains($0) }.map { "no column \($0.replacing("!", with: " not null"))" },
            otherwise: "\(expected.count) columns")
    }

    private func findIndex(_ index: String, _ table: String) throws -> ValidationFinding {
        let states = try texts(
            "look for an index",
            """
            SELECT CASE WHEN indisvalid AND indisready THEN pg_get_indexdef(indexrelid) ELSE '' END FROM pg_index
             WHERE indexrelid = to_regclass($1) AND indrelid = to_regclass($2)
            """, [.text(index), .text(table)])
        guard let state = states.first else { return .failed("is not there") }
        return state.isEmpty
            ? .failed("is not valid: its building was broken off; REINDEX INDEX CONCURRENTLY \(index)") : .passed(state)
    }

    private func findTrigger(_ name: String, _ table: String, _ firing: Firing) throws -> ValidationFinding {
        let states = try texts(
            "look for a trigger",
            """
            SELECT tgenabled::text FROM pg_trigger
             WHERE tgrelid = to_regclass($1) AND tgname = $2 AND NOT tgisinternal
            """, [.text(table), .text(name)])
        guard let state = states.first else { return .failed("is not there") }
        if state == firing.rawValue { return .passed(firing.enable.lowercased()) }
        let cure = "ALTER TABLE \(table) \(firing.enable) TRIGGER \(name)"
        return .failed("\(state == "D" ? "is disabled" : "fires for other sessions than it is for"); \(cure)")
    }

    /// They run under whatever search_path the writer has, and as their owner; but for the stamp, which needs neither.
    private func checkFunctions() throws -> ValidationFinding {
        let bad = try texts(
            "look at the functions of triggers",
            """
            SELECT DISTINCT p.proname || ' is not SECURITY DEFINER with a search_path that begins with pg_catalog'
              FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
             WHERE t.tgrelid IN ('exchanges'::regclass, 'symbols'::regclass, 'symbol_aliases'::regclass,
                                 'reference_tombstones'::regclass, 'reference_audit'::regclass)
               AND p.proname LIKE 'reference\\_%' AND p.proname <> 'reference_stamp' AND NOT t.tgisinternal
               AND NOT (p.prosecdef AND EXISTS (
                   SELECT FROM unnest(p.proconfig) setting WHERE setting LIKE 'search\\_path=pg\\_catalog,%'))
             ORDER BY 1
            """)
        return .complaints(bad)
    }

    /// A function or operator that fits a call more closely than the catalogue's own is preferred to it, wherever it
    /// stands in the search_path: whoever creates them here decides what the triggers do as their owner.
    private func checkWhoCreates() throws -> ValidationFinding {
        let open = try texts(
            "look who may create",
            """
            SELECT format('everybody may create in schema %1$I and so run code as the owner of the triggers; '
                          'REVOKE CREATE ON SCHEMA %1$I FROM PUBLIC', n.nspname)
              FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
              CROSS JOIN LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
             WHERE c.oid = 'symbols'::regclass AND a.grantee = 0 AND a.privilege_type = 'CREATE'
            """)
        return .complaints(open)
    }
}
