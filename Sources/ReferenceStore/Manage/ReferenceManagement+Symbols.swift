import PostgreSQL
import ReferenceData

extension ReferenceManagement {
    /// A symbol as the table has it now.
    /// - Throws: `.notFound`, `.unreadable`, `.store`.
    public func symbol(id: UInt32) throws(ManagementError) -> ManagedSymbol {
        try perform { try read(Int64(id)) }
    }

    /// Adds a symbol. For many rows there is `SymbolImport`.
    /// - Throws: `.invalid`, also for an exchange that is unknown and for a pair or symbol string that another symbol
    ///   of the exchange has; `.store`.
    public func insertSymbol(_ fields: SymbolFields) throws(ManagementError) -> ManagedSymbol {
        try requireValid(fields.faults)
        return try perform {
            try connection.transaction {
                try connection.query(ManagementStatements.lockSymbols)
                let exchangeId = try holdExchange(fields[.exchange]?.description ?? "")
                try requireFree(fields, exchangeId: exchangeId)
                var row = fields
                row[.exchange] = .integer(exchangeId)
                return try insert(row)
            }
        }
    }

    /// Changes columns of a symbol; one that says so already is not written. A new symbol string is a rename, because
    /// engines may still ask by the old one.
    /// - Throws: `.notFound`, `.invalid`, `.conflict`, `.unreadable`, `.store`.
    public func updateSymbol(
        id: UInt32, _ fields: SymbolFields, if condition: UpdateCondition = .unchangedWhileUpdating
    ) throws(ManagementError) -> ManagedChange<ManagedSymbol> {
        try requireChangeable(fields, ManagedSymbol.self)
        return try perform { try update(id, fields, if: condition) }
    }

    func update(
        _ id: UInt32, _ fields: SymbolFields, if condition: UpdateCondition
    ) throws -> ManagedChange<ManagedSymbol> {
        try update(Int64(id), fields, if: condition) { new, before in
            try requireFree(new, exchangeId: Int64(before.symbol.exchangeId), except: id)
        }
    }

    /// Totals. One statement, one moment; O(symbols).
    public func symbolStatistics() throws(ManagementError) -> SymbolStatistics {
        try perform {
            let result = try connection.query(ManagementStatements.symbolStatistics)
            var statistics = SymbolStatistics()
            statistics.totalCount = Int(try result.int64(0, 0) ?? 0)
            statistics.activeCount = Int(try result.int64(0, 1) ?? 0)
            statistics.exchangeCount = Int(try result.int64(0, 2) ?? 0)
            statistics.lastUpdate = Timestamp(microsecondsSince2000: try result.timestamp(0, 3))
            statistics.lastSeen = Timestamp(microsecondsSince2000: try result.timestamp(0, 4))
            statistics.aliasCount = Int(try result.int64(0, 5) ?? 0)
            return statistics
        }
    }

    /// The id of the exchange, which is then not deleted before the transaction ends.
    private func holdExchange(_ code: String) throws -> Int64 {
        let result = try connection.query(ManagementStatements.holdExchange, [.text(code)])
        guard result.rowCount == 1, let id = try result.int64(0, 0) else {
            throw ManagementError.invalid([FieldFault("exchange", code, .unknownExchange)])
        }
        return id
    }

    /// Throws for keys that other symbols of the exchange have; `id` may keep its own.
    private func requireFree(_ fields: SymbolFields, exchangeId: Int64, except id: UInt32 = 0) throws {
        let keys: [SymbolColumn] = [.baseAsset, .quoteAsset, .symbolString]
        let texts = keys.map { fields[$0]?.description ?? "" }
        let result = try connection.query(
            ManagementStatements.takenSymbol,
            [.int64(exchangeId)] + texts.map { .text($0) } + [.int64(Int64(id))])
        var faults: [FieldFault] = []
        for row in 0..<result.rowCount {
            guard let holder = try result.int64(row, 0), let hasPair = try result.bool(row, 1),
                let hasString = try result.bool(row, 2)
            else { throw StoreError.shape(result) }
            if hasPair {
                faults.append(
                    FieldFault("base_asset, quote_asset", "\(texts[0])/\(texts[1])", .taken(byId: holder)))
            }
            if hasString { faults.append(FieldFault("symbol_string", texts[2], .taken(byId: holder))) }
        }
        try requireValid(faults)
    }
}
