/// The sections that are few enough to be judged as they are decoded.
struct ImageParts {
    let start: UnsafeRawPointer
    let sections: SectionTable

    var texts: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start + sections[.texts].offset, count: sections[.texts].count)
    }

    private func elements(_ section: ImageSection) -> [UnsafeRawPointer] { sections.elements(section, of: start) }

    /// In id order, and such as can be served side by side.
    func exchangeDirectory() throws(ImageFileError) -> ExchangeDirectory {
        var exchanges: [Exchange] = []
        var names = ExchangeNames()
        var lastGoodIds: Set<UInt16> = []
        for element in elements(.exchanges) {
            guard let exchange = Exchange(storedAt: element), exchange.id > exchanges.last?.id ?? 0,
                names.problem(of: exchange) == nil
            else { throw .damaged("exchanges") }
            if element[ExchangeLayout.flags] & ExchangeLayout.lastGoodBit != 0 { lastGoodIds.insert(exchange.id) }
            names.insert(exchange)
            exchanges.append(exchange)
        }
        return ExchangeDirectory(exchanges, lastGoodIds: lastGoodIds)
    }

    /// The ranges of members, each known to begin where the one before ends, end with the rows, and only exchanges that
    /// there are have any.
    func verifyMembers(rowCount: Int, _ directory: ExchangeDirectory) throws(ImageFileError) {
        var end = 0
        for (exchangeId, element) in elements(.exchangeRanges).enumerated() {
            let count = Int(element.load(fromByteOffset: 4, as: UInt32.self))
            end += count
            guard count == 0 || directory.isKnown(UInt16(truncatingIfNeeded: exchangeId)) else {
                throw .damaged("exchangeRanges: rows of an unknown exchange")
            }
        }
        guard end == rowCount else { throw .damaged("exchangeRanges") }
    }

    func aliases() throws(ImageFileError) -> AliasTable {
        let elements = elements(.aliases)
        guard elements.allSatisfy({ isSymbolKeyText($0) }) else { throw .damaged("aliases") }
        return AliasTable(elements.map { SymbolAlias(storedAt: $0) })
    }

    func refusedRows() throws(ImageFileError) -> RefusedRows {
        var ledger = RefusedLedger()
        for element in elements(.refusedRows) {
            guard let row = RefusedRow(storedAt: element, texts: texts), !ledger.contains(row.table, row.id)
            else {
                throw .damaged("refusedRows")
            }
            ledger.refuse(row)
        }
        return RefusedRows(ledger)
    }
}
