/// A column of what is printed of a `Row`: its name, which is the JSON key and the header, and how its cell is read.
struct Field<Row>: Sendable {
    let name: String
    /// What a table reserves before it has seen a row.
    let width: Int
    /// Numbers stand at the right; a streaming table must know before it has seen one.
    let isNumber: Bool
    let cell: @Sendable (Row) -> Cell
    /// Whether a row makes a table have this column; nil is every row. What scripts read has every column always.
    private(set) var isNeeded: (@Sendable (Row) -> Bool)?

    init<Value: CellValue>(
        _ name: String, width: Int = 0, isNumber: Bool = false, _ value: @escaping @Sendable (Row) -> Value
    ) {
        self.name = name
        self.width = max(width, name.count)
        self.isNumber = isNumber
        cell = { value($0).cell }
    }

    /// The same, in tables only where some row needs it. Such columns stand last, so that others keep their places.
    func inTables(where isNeeded: @escaping @Sendable (Row) -> Bool) -> Field {
        var field = self
        field.isNeeded = isNeeded
        return field
    }

    /// The same, for scripts only.
    var forScripts: Field { inTables { _ in false } }
}
