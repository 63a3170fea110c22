import ReferenceData

extension ColumnRules {
    /// Its type as PostgreSQL's catalogue writes it.
    package var sqlType: String { sqlType(kind) }

    /// The type of what is given for it.
    var givenSQLType: String { sqlType(givenKind) }

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
