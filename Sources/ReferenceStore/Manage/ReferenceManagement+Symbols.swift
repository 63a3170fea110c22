import PostgreSQL
import ReferenceData

extension ReferenceManagement {
    /// A symbol as the table has it now.
    /// - Throws: `.notFound`, `.unreadable`, `.store`.
    public func symbol(id: UInt32) throws(ManagementError) -> ManagedSymbol {
        try perform { try read(Int64(id)) }
    }

    /// The id that a symbol string means: of the live symbol, else of the live one that it is an alias of, else of the
    /// one that died last. Nil when there is none.
    public func symbolId(exchangeId: UInt16, symbolString: String) throws(ManagementError) -> UInt32? {
        try perform {
            let result = try connection.query(
                ManagementStatements.symbolByString, [.int64(Int64(exchangeId)), .text(symbolString)])
            return result.rowCount == 0 ? nil : try result.int64(0, 0).flatMap(UInt32.init(exactly:))
        }
    }

    /// Adds a symbol. Where its kind is not given it is what the exchange trades. Symbols of the exchange that have
    /// expired are deactivated first. For many rows there is `SymbolImport`.
    /// - Throws: `.invalid`, also for an exchange that is unknown, and for what is the same as another live symbol of
    ///   the exchange or has its symbol string; `.store`.
    public func insertSymbol(_ fields: SymbolFields) throws(ManagementError) -> ManagedSymbol {
        var row = fields
        let code = fields[.exchange]?.description ?? ""
        if let traded = try perform({ try market(of: code) }) { row.fillKind(of: traded) }
        try requireValid(row.faults)
        return try perform {
            try connection.transaction {
                try connection.query(ManagementStatements.lockSymbols)
                let exchangeId = try holdExchange(code)
                if row.isDue(at: try now()) { row[.isActive] = .flag(false) }
                try requireFree(row, exchangeId: exchangeId)
                row[.exchange] = .integer(exchangeId)
                return try insert(row, statesKind: fields.kind != nil)
            }
        }
    }

    /// Changes columns of a symbol; one that says so already is not written. A new symbol string is a rename, because
    /// engines may still ask by the old one. What a person says of digits, tick or step was not inferred, and rules
    /// that a person gives are no longer the last good ones.
    /// - Throws: `.notFound`, `.invalid`, `.conflict`, `.unreadable`, `.store`.
    public func updateSymbol(
        id: UInt32, _ fields: SymbolFields, if condition: UpdateCondition = .unchangedWhileUpdating
    ) throws(ManagementError) -> ManagedChange<ManagedSymbol> {
        try requireChangeable(fields, ManagedSymbol.self)
        var fields = fields
        func isGiven(_ columns: [SymbolColumn]) -> Bool { columns.contains { (fields[$0] ?? .null) != .null } }
        if fields[.isInferred] == nil, isGiven(ImportStatements.inferred) { fields[.isInferred] = .flag(false) }
        if isGiven(SymbolFields.rules) { fields[.isLastGood] = .flag(false) }
        return try perform { try connection.transaction { try update(id, fields, if: condition) } }
    }

    func update(
        _ id: UInt32, _ fields: SymbolFields, if condition: UpdateCondition
    ) throws -> ManagedChange<ManagedSymbol> {
        let change: ManagedChange<ManagedSymbol> = try update(Int64(id), fields, if: condition) { new, before in
            try requireFree(new, exchangeId: Int64(before.symbol.exchangeId), except: id)
        }
        guard !change.isChange, fields.kind != nil,
            try connection.query(ManagementStatements.confirmKind, [.int64(Int64(id))]).affectedRowCount > 0
        else { return change }
        return ManagedChange(before: change.before, after: try read(Int64(id)))
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
            throw ManagementError.invalid([FieldFault("exchange", code, .unknownExchange(similar: nil))])
        }
        return id
    }

    /// What an exchange trades; nil for one that is unknown.
    private func market(of code: String) throws -> MarketType? {
        let result = try connection.query(ManagementStatements.marketOfExchange, [.text(code)])
        return result.rowCount == 0 ? nil : try result.text(0, 0).flatMap(MarketType.init(databaseName:))
    }

    /// The database's clock.
    private func now() throws -> Timestamp {
        let result = try connection.query(Statement(name: "clock of the database", sql: "SELECT now()"))
        return Timestamp(microsecondsSince2000: try result.timestamp(0, 0))
    }

    /// Throws for what other live symbols of the exchange have; `id` may keep its own. A symbol that is not active
    /// stands in nobody's way, and nobody in its; what has expired is deactivated.
    private func requireFree(_ fields: SymbolFields, exchangeId: Int64, except id: UInt32 = 0) throws {
        guard fields[.isActive] != .flag(false) else { return }
        try connection.query(
            ManagementStatements.deactivateExpired, [.int64(exchangeId), .int64(Int64(id))])
        let (symbolString, identity) = (fields[.symbolString]?.description ?? "", ImportStatements.identity)
        let result = try connection.query(
            ManagementStatements.takenSymbol,
            [.int64(exchangeId), .int64(Int64(id)), .text(symbolString)]
                + identity.map { Parameter(fields[$0] ?? .null) })
        var faults: [FieldFault] = []
        for row in 0..<result.rowCount {
            guard let holder = try result.int64(row, 0), let isIdentical = try result.bool(row, 1),
                let hasString = try result.bool(row, 2)
            else { throw StoreError.shape(result) }
            if isIdentical {
                let given = identity.filter { (fields[$0] ?? .null) != .null && fields[$0] != .text("spot") }
                let names = given.map(\.name).joined(separator: ", ")
                let values = given.map { fields[$0]?.description ?? "" }.joined(separator: "/")
                faults.append(FieldFault(names, values, .taken(byId: holder)))
            }
            if hasString { faults.append(FieldFault("symbol_string", symbolString, .taken(byId: holder))) }
        }
        try requireValid(faults)
    }
}

extension SymbolFields {
    /// What a venue decides of the orders for a symbol.
    static let rules: [SymbolColumn] = [
        .contractSize, .precisionBase, .precisionQuote, .precisionPrice, .minOrderSize, .maxOrderSize, .tickSize,
        .stepSize, .minNotional,
    ]

    /// Whether its expiry or delisting has passed.
    fileprivate func isDue(at time: Timestamp) -> Bool {
        [SymbolColumn.expiresAt, .delistsAt].contains { column in
            if case .time(let due)? = self[column] { due <= time } else { false }
        }
    }
}
