import PostgreSQL
import ReferenceData

extension ReferenceManagement {
    /// An exchange as the table has it now.
    /// - Throws: `.notFound`, `.unreadable`, `.store`.
    public func exchange(id: UInt16) throws(ManagementError) -> ManagedExchange {
        try perform { try readExchange(Int64(id)) }
    }

    /// The id of an exchange's code; nil when there is none.
    public func exchangeId(code: String) throws(ManagementError) -> UInt16? {
        try perform {
            let result = try connection.query(ManagementStatements.exchangeIdByCode, [.text(code)])
            return result.rowCount == 0 ? nil : try result.int64(0, 0).flatMap(UInt16.init(exactly:))
        }
    }

    /// Adds an exchange.
    /// - Parameter found: what the caller found wrong already, to be reported with the rest.
    /// - Throws: `.invalid`, also for a name or code that another exchange has; `.store`.
    public func insertExchange(
        _ draft: ExchangeDraft, found: [FieldFault] = []
    ) throws(ManagementError) -> ManagedExchange {
        try requireValid(found, draft.faults)
        return try perform {
            try connection.transaction {
                try connection.query(ManagementStatements.lockExchanges)
                try requireFree(draft, except: 0)
                return try insert(draft)
            }
        }
    }

    /// Changes columns of an exchange; one that says so already is not written.
    /// - Throws: `.notFound`, `.invalid`, `.conflict`, `.unreadable`, `.store`.
    public func updateExchange(
        id: UInt16, _ edit: ExchangeEdit, if condition: UpdateCondition = .unchangedWhileUpdating,
        found: [FieldFault] = []
    ) throws(ManagementError) -> ManagedChange<ManagedExchange> {
        try perform {
            let before = try readExchange(Int64(id))
            try check(
                condition, .exchange, id: Int64(id), version: before.version, updatedAt: before.exchange.updatedAt)
            let old = ExchangeDraft(before.exchange)
            let new = edit.applied(to: old)
            try requireValid(found, new.faults)
            if new.isSameRow(as: old) { return ManagedChange(before: before, after: before) }
            try requireFree(new, except: id)
            let result = try connection.query(
                ManagementStatements.updateExchange,
                parameters(new) + [.int64(Int64(id)), .text(String(before.version.transactionId))])
            guard result.rowCount == 1 else {
                _ = try readExchange(Int64(id))
                throw try conflict(.exchange, id: Int64(id))
            }
            return ManagedChange(before: before, after: try managedExchange(result, 0))
        }
    }

    /// Makes an exchange, and with it all its symbols, answer `ok` again.
    public func activateExchange(
        id: UInt16, if condition: UpdateCondition = .unchangedWhileUpdating
    ) throws(ManagementError) -> ManagedChange<ManagedExchange> {
        try setActive(id, true, condition)
    }

    /// Makes an exchange, and with it all its symbols, answer `inactive`; the ids go on to resolve.
    public func deactivateExchange(
        id: UInt16, if condition: UpdateCondition = .unchangedWhileUpdating
    ) throws(ManagementError) -> ManagedChange<ManagedExchange> {
        try setActive(id, false, condition)
    }

    private func setActive(
        _ id: UInt16, _ isActive: Bool, _ condition: UpdateCondition
    ) throws(ManagementError) -> ManagedChange<ManagedExchange> {
        var edit = ExchangeEdit()
        edit.isActive = isActive
        return try updateExchange(id: id, edit, if: condition)
    }

    /// Adds the known venues that the table lacks, with their defaults. What is there is not attempted, whatever its
    /// other columns say: nothing is written, locked or drawn when nothing is missing.
    /// - Throws: `.invalid` when a venue's name is taken by an exchange of another code.
    public func ensureVenues(
        _ venues: [VenueCode] = VenueCode.allCases
    ) throws(ManagementError) -> EnsuredRows<ManagedExchange, VenueCode> {
        try perform {
            var outcome = EnsuredRows<ManagedExchange, VenueCode>(inserted: [], present: venues)
            if try missing(venues).isEmpty { return outcome }
            try connection.transaction {
                try connection.query(ManagementStatements.lockExchanges)
                // Again under the lock: of two that ensure at once the second finds what the first added.
                let missing = try missing(venues)
                outcome.present = venues.filter { !missing.contains($0) }
                for venue in missing {
                    let draft = ExchangeDraft(venue)
                    try requireFree(draft, except: 0)
                    outcome.inserted.append(try insert(draft))
                }
            }
            return outcome
        }
    }

    private func missing(_ venues: [VenueCode]) throws -> [VenueCode] {
        let result = try connection.query(ManagementStatements.exchangeCodes)
        let codes = try (0..<result.rowCount).map { try result.text($0, 0) ?? "" }
        let missing = Set(VenueCode.coverage(of: codes).missing)
        return venues.filter(missing.contains)
    }

    /// Totals, and every exchange. One statement, one moment.
    public func exchangeStatistics() throws(ManagementError) -> ExchangeStatistics {
        try perform {
            let result = try connection.query(ManagementStatements.allExchanges)
            var statistics = ExchangeStatistics()
            statistics.totalCount = result.rowCount
            for row in 0..<result.rowCount {
                let managed: ManagedExchange
                do {
                    managed = try managedExchange(result, row)
                } catch ManagementError.unreadable {
                    // It counts; the server's status names it.
                    continue
                }
                let exchange = managed.exchange
                statistics.list.append(managed)
                if exchange.isActive { statistics.activeCount += 1 }
                if exchange.isSpot { statistics.spotCount += 1 }
                if exchange.isFutures { statistics.futuresCount += 1 }
                if exchange.isOptions { statistics.optionsCount += 1 }
                statistics.lastUpdate = max(statistics.lastUpdate, exchange.updatedAt)
            }
            return statistics
        }
    }

    // MARK: - Rows

    private func insert(_ draft: ExchangeDraft) throws -> ManagedExchange {
        let result = try connection.query(ManagementStatements.insertExchange, parameters(draft))
        guard result.rowCount == 1 else { throw shape(result) }
        return try managedExchange(result, 0)
    }

    private func parameters(_ draft: ExchangeDraft) -> [Parameter] {
        [
            .text(draft.name), .text(draft.enumValue), .text(draft.displayName), .text(draft.marketType.databaseName),
            .bool(draft.isActive), .text(optional: draft.baseURL), .text(optional: draft.websocketURL),
            draft.rateLimitRequestsPerSecond.map { .int64(Int64($0)) } ?? .null,
            draft.precisionDefault.map { .int16(Int16($0)) } ?? .null,
        ]
    }

    /// Names that other exchanges have; `id` may keep its own.
    private func requireFree(_ draft: ExchangeDraft, except id: UInt16) throws {
        let result = try connection.query(
            ManagementStatements.takenExchange, [.text(draft.name), .text(draft.enumValue), .int64(Int64(id))])
        var faults: [FieldFault] = []
        for row in 0..<result.rowCount {
            guard let holder = try result.int64(row, 0) else { throw shape(result) }
            if try result.bool(row, 1) == true { faults.append(FieldFault("name", draft.name, .taken(byId: holder))) }
            if try result.bool(row, 2) == true {
                faults.append(FieldFault("enum_value", draft.enumValue, .taken(byId: holder)))
            }
        }
        try requireValid([], faults)
    }

    private func readExchange(_ id: Int64) throws -> ManagedExchange {
        let result = try connection.query(ManagementStatements.exchangeById, [.int64(id)])
        guard result.rowCount == 1 else { throw ManagementError.notFound(.exchange, id: id) }
        return try managedExchange(result, 0)
    }

    private func managedExchange(_ result: QueryResult, _ row: Int) throws -> ManagedExchange {
        guard let bytes = result.rawBytes(row, 0) else { throw shape(result) }
        var record = try BinaryRecord(bytes)
        switch try RowDecoder.exchange(&record) {
        case .row(let exchange): return ManagedExchange(exchange: exchange, version: try version(result, row))
        case .refused(let refused): throw ManagementError.unreadable(refused)
        }
    }

    func requireValid(_ found: [FieldFault], _ faults: [FieldFault]) throws(ManagementError) {
        let all = found + faults.filter { fault in !found.contains { $0.field == fault.field } }
        if !all.isEmpty { throw .invalid(all) }
    }
}
