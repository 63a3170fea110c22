/// Names taken so far, byte for byte as the table's own rule has it, and what else a row of `exchanges` must keep to.
struct ExchangeNames {
    private var names: Set<ByteText> = []
    private var enumValues: Set<ByteText> = []

    mutating func insert(_ exchange: Exchange) {
        names.insert(ByteText(exchange.name))
        enumValues.insert(ByteText(exchange.enumValue))
    }

    /// Why a row cannot be served beside those inserted, or nil.
    func problem(of row: Exchange) -> String? {
        if row.id == 0 { return "id: 0" }
        if row.id > Exchange.idMax { return "id: out of range" }
        if let problem = textProblem(row.enumValue, "enum_value", byteCountMax: Exchange.enumValueByteCountMax) {
            return problem
        }
        if let problem = textProblem(row.name, "name", byteCountMax: Exchange.nameByteCountMax) { return problem }
        let optional = [
            (row.displayName, "display_name", Exchange.displayNameByteCountMax),
            (row.baseURL ?? "", "base_url", Exchange.urlByteCountMax),
            (row.websocketURL ?? "", "websocket_url", Exchange.urlByteCountMax),
        ]
        for (text, column, byteCountMax) in optional where !text.isEmpty {
            if let problem = textProblem(text, column, byteCountMax: byteCountMax) { return problem }
        }
        if enumValues.contains(ByteText(row.enumValue)) { return "enum_value: used by another row" }
        if names.contains(ByteText(row.name)) { return "name: used by another row" }
        return nil
    }

    private func textProblem(_ text: String, _ column: String, byteCountMax: Int) -> String? {
        if text.isEmpty { return "\(column): empty" }
        if text.utf8.count > byteCountMax { return "\(column): longer than \(byteCountMax) bytes" }
        return text.utf8.contains(0) ? "\(column): contains NUL" : nil
    }
}
