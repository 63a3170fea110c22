import ReferenceData

extension ColumnRules {
    /// Its type as PostgreSQL's catalogue writes it.
    package var sqlType: String { sqlType(kind) }

    /// The type that a staging table has for it, without bounds: what is given was checked, and what a table has whose
    /// column somebody widened must pass as it is, not be rounded on its way.
    var stagedSQLType: String {
        switch givenKind {
        case .text, .marketType: "text"
        case .decimal: "numeric"
        case .integer, .flag, .time: sqlType(givenKind)
        }
    }

    private func sqlType(_ kind: ColumnKind) -> String {
        switch kind {
        case .text(let byteCountMax, _): "character varying(\(byteCountMax))"
        case .marketType: "character varying(20)"
        case .integer: fieldByteCount < 4 ? "smallint" : "integer"
        case .flag: "boolean"
        case .decimal: "numeric(20,8)"
        case .time: "timestamp with time zone"
        }
    }
}
