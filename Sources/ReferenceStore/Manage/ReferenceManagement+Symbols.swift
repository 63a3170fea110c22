import PostgreSQL
import ReferenceData

extension ReferenceManagement {
    /// A symbol as the table has it now.
    /// - Throws: `.notFound`, `.unreadable`, `.store`.
    public func symbol(id: UInt32) throws(ManagementError) -> ManagedSymbol {
        try perform { try readSymbol(Int64(id)) }
    }

    /// Adds a symbol.
    /// - Parameter found: what the caller found wrong already, to be reported with the rest.
    /// - Throws: `.invalid`, also for an exchange that is unknown and for a pair or symbol string that another symbol
    ///   of the exchange has; `.store`.
    public func insertSymbol(_ draft: SymbolDraft, found: [FieldFault] = []) throws(ManagementError) -> ManagedSymbol {
        try requireValid(found, draft.faults)
        return try perform {
            try connection.transaction {
                try connection.query(ManagementStatements.lockSymbols)
                let exchangeId = try holdExchange(draft.exchange)
                try requireFree(draft, exchangeId: exchangeId, except: 0)
                return try insert(draft, exchangeId: exchangeId)
            }
        }
    }

    /// Adds, in one transaction, the symbols whose pair the table lacks. What is there is not attempted, whatever its
    /// other columns say. For many rows there is `SymbolImport`.
    public func ensureSymbols(
        _ drafts: [SymbolDraft]
    ) throws(ManagementError) -> EnsuredRows<ManagedSymbol, SymbolDraft> {
        for draft in drafts { try requireValid([], draft.faults) }
        return try perform {
            var outcome = EnsuredRows<ManagedSymbol, SymbolDraft>()
            try connection.transaction {
                try connection.query(ManagementStatements.lockSymbols)
                for draft in drafts {
                    let exchangeId = try holdExchange(draft.exchange)
                    let holders = try holders(draft, exchangeId: exchangeId, except: 0)
                    if holders.contains(where: \.hasPair) {
                        outcome.present.append(draft)
                    } else {
                        try requireFree(draft, holders)
                        outcome.inserted.append(try insert(draft, exchangeId: exchangeId))
                    }
                }
            }
            return outcome
        }
    }

    /// Changes columns of a symbol; one that says so already is not written.
    /// - Throws: `.notFound`, `.invalid`, `.conflict`, `.unreadable`, `.store`.
    public func updateSymbol(
        id: UInt32, _ edit: SymbolEdit, if condition: UpdateCondition = .unchangedWhileUpdating,
        found: [FieldFault] = []
    ) throws(ManagementError) -> ManagedChange<ManagedSymbol> {
        try perform {
            let before = try readSymbol(Int64(id))
            try check(condition, .symbol, id: Int64(id), version: before.version, updatedAt: before.symbol.updatedAt)
            let old = SymbolDraft(before.symbol, exchange: before.exchangeCode)
            let new = edit.applied(to: old)
            try requireValid(found, new.faults)
            if new.isSameRow(as: old) { return ManagedChange(before: before, after: before) }
            let after = try update(before, to: new, writesLastSeen: edit.lastSeen != .keep)
            return ManagedChange(before: before, after: after)
        }
    }

    /// Makes a symbol answer `ok` again, where its exchange is active.
    public func activateSymbol(
        id: UInt32, if condition: UpdateCondition = .unchangedWhileUpdating
    ) throws(ManagementError) -> ManagedChange<ManagedSymbol> {
        try setActive(id, true, condition)
    }

    /// Makes a symbol answer `inactive`; its id goes on to resolve.
    public func deactivateSymbol(
        id: UInt32, if condition: UpdateCondition = .unchangedWhileUpdating
    ) throws(ManagementError) -> ManagedChange<ManagedSymbol> {
        try setActive(id, false, condition)
    }

    private func setActive(
        _ id: UInt32, _ isActive: Bool, _ condition: UpdateCondition
    ) throws(ManagementError) -> ManagedChange<ManagedSymbol> {
        var edit = SymbolEdit()
        edit.isActive = isActive
        return try updateSymbol(id: id, edit, if: condition)
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

    // MARK: - Rows

    func readSymbol(_ id: Int64) throws -> ManagedSymbol {
        let result = try connection.query(ManagementStatements.symbolById, [.int64(id)])
        guard result.rowCount == 1 else { throw ManagementError.notFound(.symbol, id: id) }
        return try managedSymbol(result, 0)
    }

    /// Writes the row if it is still the version that was read.
    func update(_ before: ManagedSymbol, to new: SymbolDraft, writesLastSeen: Bool) throws -> ManagedSymbol {
        let id = before.symbol.id
        try requireFree(new, exchangeId: Int64(before.symbol.exchangeId), except: id)
        let result = try connection.query(
            ManagementStatements.updateSymbol,
            parameters(new) + [
                .int64(Int64(id)), .text(String(before.version.transactionId)), .bool(writesLastSeen),
            ])
        guard result.rowCount == 1 else {
            _ = try readSymbol(Int64(id))
            throw try conflict(.symbol, id: Int64(id))
        }
        return try managedSymbol(result, 0)
    }

    private func insert(_ draft: SymbolDraft, exchangeId: Int64) throws -> ManagedSymbol {
        let result = try connection.query(
            ManagementStatements.insertSymbol, parameters(draft) + [.int64(exchangeId)])
        guard result.rowCount == 1 else { throw shape(result) }
        return try managedSymbol(result, 0)
    }

    private func parameters(_ draft: SymbolDraft) -> [Parameter] {
        [
            .text(draft.baseAsset), .text(draft.quoteAsset), .text(draft.symbolString), .bool(draft.isActive),
            .int16(Int16(draft.precisionBase)), .int16(Int16(draft.precisionQuote)),
            .int16(Int16(draft.precisionPrice)), .decimal(draft.minOrderSize), .decimal(draft.maxOrderSize),
            .decimal(draft.tickSize), .decimal(draft.stepSize), .moment(draft.lastSeen),
        ]
    }

    /// The id of the exchange, which is then not deleted before the transaction ends.
    private func holdExchange(_ code: String) throws -> Int64 {
        let result = try connection.query(ManagementStatements.holdExchange, [.text(code)])
        guard result.rowCount == 1, let id = try result.int64(0, 0) else {
            throw ManagementError.invalid([FieldFault("exchange", code, .unknownExchange)])
        }
        return id
    }

    /// A symbol that has a key of a draft.
    private struct KeyHolder {
        let id: Int64
        let hasPair: Bool
        let hasString: Bool
    }

    private func holders(_ draft: SymbolDraft, exchangeId: Int64, except id: UInt32) throws -> [KeyHolder] {
        let result = try connection.query(
            ManagementStatements.takenSymbol,
            [
                .int64(exchangeId), .text(draft.baseAsset), .text(draft.quoteAsset), .text(draft.symbolString),
                .int64(Int64(id)),
            ])
        return try (0..<result.rowCount).map { row in
            guard let holder = try result.int64(row, 0), let hasPair = try result.bool(row, 1),
                let hasString = try result.bool(row, 2)
            else { throw shape(result) }
            return KeyHolder(id: holder, hasPair: hasPair, hasString: hasString)
        }
    }

    private func requireFree(_ draft: SymbolDraft, exchangeId: Int64, except id: UInt32) throws {
        try requireFree(draft, try holders(draft, exchangeId: exchangeId, except: id))
    }

    private func requireFree(_ draft: SymbolDraft, _ holders: [KeyHolder]) throws {
        var faults: [FieldFault] = []
        for holder in holders {
            if holder.hasPair {
                let pair = "\(draft.baseAsset)/\(draft.quoteAsset)"
                faults.append(FieldFault("base_asset, quote_asset", pair, .taken(byId: holder.id)))
            }
            if holder.hasString {
                faults.append(FieldFault("symbol_string", draft.symbolString, .taken(byId: holder.id)))
            }
        }
        try requireValid([], faults)
    }

    private func managedSymbol(_ result: QueryResult, _ row: Int) throws -> ManagedSymbol {
        guard let bytes = result.rawBytes(row, 0), let code = try result.text(row, 2) else { throw shape(result) }
        var record = try BinaryRecord(bytes)
        switch try RowDecoder.symbol(&record) {
        case .row(let symbol):
            return ManagedSymbol(symbol: symbol, exchangeCode: code, version: try version(result, row))
        case .refused(let refused): throw ManagementError.unreadable(refused)
        }
    }
}
