internal import CPQ

extension Connection {
    /// Runs one statement as `query` does, but lets the server parse and plan it only the first time on this
    /// connection: for the same lookup many times over. Its types must not depend on the values.
    ///
    /// When the server has forgotten it, or the tables under it were altered, it is prepared once more; not inside a
    /// transaction, which such an error has ended.
    public func queryPrepared(
        _ statement: Statement, _ parameters: [Parameter] = []
    ) throws(PostgreSQLError) -> QueryResult {
        do throws(PostgreSQLError) {
            return try runPrepared(statement, parameters)
        } catch {
            // Invalid statement name; "cached plan must not change result type".
            guard error.sqlState == "26000" || error.sqlState == "0A000", !isInTransaction else { throw error }
            preparedNames[statement] = nil
            return try runPrepared(statement, parameters)
        }
    }

    private func runPrepared(
        _ statement: Statement, _ parameters: [Parameter]
    ) throws(PostgreSQLError) -> QueryResult {
        let handle = try idle(statement.name)
        let binding = try ParameterBinding(parameters, statement: statement)
        let count = Int32(truncatingIfNeeded: binding.count)
        let (name, isNew) = preparedName(statement)
        if isNew {
            do throws(PostgreSQLError) {
                _ = try take(PQprepare(handle, name, statement.sql, count, binding.types), statement.name)
            } catch {
                preparedNames[statement] = nil
                throw error
            }
        }
        let result = binding.withValues { values in
            PQexecPrepared(handle, name, count, values, binding.lengths, binding.formats, 1)
        }
        return try take(result, statement.name)
    }

    /// The statement's name on the server, and whether the server must still prepare it. A number, not the
    /// statement's own name: that may be longer than PostgreSQL's 63 bytes, or used twice.
    func preparedName(_ statement: Statement) -> (name: String, isNew: Bool) {
        if let known = preparedNames[statement] { return (known, false) }
        preparationCount &+= 1
        let name = "symbology_\(preparationCount)"
        preparedNames[statement] = name
        return (name, true)
    }
}
