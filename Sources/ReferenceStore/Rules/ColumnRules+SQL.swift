import ReferenceData

extension ColumnRules {
    /// Its type as PostgreSQL's catalogue writes it.
    package var sqlType: String { sqlType(kind) }

    /// The type that a staging table has for it, without bounds: what is given was checked, and what a table has whose
    /// column somebody widened must pass as it is, not be rounded on its way.
    var stagedSQLType: String {
        switch givenKind {
        case .text, .name: "text"
        case .decimal: "numeric"
        case .integer, .flag, .time: sqlType(givenKind)
        }
    }

    private func sqlType(_ kind: ColumnKind) -> String {
        switch kind {
        case .text(let byteCountMax, _): "character varying(\(byteCountMax))"
        // A market type is the plan's column, which no record holds by number.
        case .name: fieldByteCount == 0 ? "character varying(20)" : "text"
        case .integer: fieldByteCount < 4 ? "smallint" : "integer"
        case .flag: "boolean"
        case .decimal: "numeric"
        case .time: "timestamp with time zone"
        }
    }
}
