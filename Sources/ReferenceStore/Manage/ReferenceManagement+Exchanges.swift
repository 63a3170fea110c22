import PostgreSQL
import ReferenceData

extension ReferenceManagement {
    /// An exchange as the table has it now.
    /// - Throws: `.notFound`, `.unreadable`, `.store`.
    public func exchange(id: UInt16) throws(ManagementError) -> ManagedExchange {
        try perform { try read(Int64(id)) }
    }

    /// The id of an exchange's code; nil when there is none.
    public func exchangeId(code: String) throws(ManagementError) -> UInt16? {
        try perform {
            let result = try connection.query(ManagementStatements.exchangeIdByCode, [.text(code)])
            return result.rowCount == 0 ? nil : try result.int64(0, 0).flatMap(UInt16.init(exactly:))
        }
    }

    /// Adds an exchange. Its names are the code where none are given; digits that nobody gave are not known.
    /// - Throws: `.invalid`, also for a name or code that another exchange has; `.store`.
    public func insertExchange(_ fields: ExchangeFields) throws(ManagementError) -> ManagedExchange {
        var fields = fields
        for name in [ExchangeColumn.name, .displayName] { fields[name] = fields[name] ?? fields[.enumValue] }
        fields[.precisionDefault] = fields[.precisionDefault] ?? .null
        try requireValid(fields.faults)
        return try perform {
            try connection.transaction {
                try connection.query(ManagementStatements.lockExchanges)
                try requireFree(fields)
                return try insert(fields)
            }
        }
    }

    /// Changes columns of an exchange; one that says so already is not written.
    /// - Throws: `.notFound`, `.invalid`, `.conflict`, `.unreadable`, `.store`.
    public func updateExchange(
        id: UInt16, _ fields: ExchangeFields, if condition: UpdateCondition = .unchangedWhileUpdating
    ) throws(ManagementError) -> ManagedChange<ManagedExchange> {
        try requireChangeable(fields, ManagedExchange.self)
        return try perform {
            try update(Int64(id), fields, if: condition) { new, _ in try requireFree(new, except: id) }
        }
    }

    /// Adds the known venues that the table lacks, with their defaults. What is there is not attempted, whatever its
    /// other columns say: nothing is written, locked or drawn when nothing is missing.
    /// - Returns: the exchanges that were added.
    /// - Throws: `.invalid` when a venue's name is taken by an exchange of another code.
    public func ensureVenues() throws(ManagementError) -> [ManagedExchange] {
        try perform {
            if try missingVenues().isEmpty { return [] }
            return try connection.transaction {
                try connection.query(ManagementStatements.lockExchanges)
                // Again under the lock: of two that ensure at once the second finds what the first added.
                return try missingVenues().map { venue in
                    let fields = ExchangeFields(venue)
                    try requireFree(fields)
                    return try insert(fields)
                }
            }
        }
    }

    private func missingVenues() throws -> [VenueCode] {
        let result = try connection.query(ManagementStatements.exchangeCodes)
        return VenueCode.coverage(of: try (0..<result.rowCount).map { try result.text($0, 0) ?? "" }).missing
    }

    /// Totals, and every exchange. One statement, one moment.
    public func exchangeStatistics() throws(ManagementError) -> ExchangeStatistics {
        try perform {
            let result = try connection.query(ManagementStatements.allExchanges)
            var statistics = ExchangeStatistics()
            statistics.totalCount = result.rowCount
            for row in 0..<result.rowCount {
                do {
                    statistics.list.append(try ManagedExchange(result, row))
                } catch ManagementError.unreadable {
                    // It counts; the server's status names it.
                }
            }
            let exchanges = statistics.list.map(\.exchange)
            statistics.activeCount = exchanges.count(where: \.isActive)
            statistics.spotCount = exchanges.count(where: \.isSpot)
            statistics.futuresCount = exchanges.count(where: \.isFutures)
            statistics.optionsCount = exchanges.count(where: \.isOptions)
            statistics.lastUpdate = exchanges.map(\.updatedAt).max() ?? .absent
            return statistics
        }
    }

    /// Throws for names that other exchanges have; `id` may keep its own.
    private func requireFree(_ fields: ExchangeFields, except id: UInt16 = 0) throws {
        let names: [ExchangeColumn] = [.name, .enumValue]
        let result = try connection.query(
            ManagementStatements.takenExchange, names.map { Parameter(fields[$0] ?? .null) } + [.int64(Int64(id))])
        var faults: [FieldFault] = []
        for row in 0..<result.rowCount {
            guard let holder = try result.int64(row, 0) else { throw StoreError.shape(result) }
            for (index, column) in names.enumerated() where try result.bool(row, index + 1) == true {
                faults.append(FieldFault(column.name, fields[column]?.description ?? "", .taken(byId: holder)))
            }
        }
        try requireValid(faults)
    }
}
