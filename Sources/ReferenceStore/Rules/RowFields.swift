import ReferenceData

/// Values for some columns of one row: all that is known of a new one, what an update changes, a line of a file.
///
/// Anything can be given; `faults` names all that is wrong at once.
public struct RowFields<Column: ReferenceColumn>: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// By the column's number.
    private var values: [ColumnValue?]
    /// The columns whose text stands for no value.
    private var unread: [Column: FieldFault] = [:]

    public init() { values = Array(repeating: nil, count: Column.table.count) }

    public init(dictionaryLiteral elements: (Column, ColumnValue)...) {
        self.init()
        for (column, value) in elements { self[column] = value }
    }

    /// From texts, such as the options of a command; nil says nothing of its column.
    public init(reading texts: [Column: String?]) {
        self.init()
        for (column, text) in texts {
            if let text { read(text, as: column) }
        }
    }

    /// The value given for a column. `.null` clears the column, nil leaves it as it is.
    public subscript(column: Column) -> ColumnValue? {
        get { values[column.rawValue] }
        set {
            values[column.rawValue] = newValue
            // A dictionary without content hashes all the same, which a file of 100,000 lines feels.
            if !unread.isEmpty { unread[column] = nil }
        }
    }

    /// Gives a column the value that a text stands for. An empty text is NULL in a column that takes NULL.
    public mutating func read(_ text: String, as column: Column) {
        let rules = column.rules
        do throws(FieldFault) {
            self[column] = text.isEmpty && rules.isNullable ? .null : try rules.value(of: text)
        } catch {
            refuse(column, error)
        }
    }

    /// Notes why a column has no value.
    mutating func refuse(_ column: Column, _ fault: FieldFault) {
        self[column] = nil
        unread[column] = fault
    }

    /// Whether a column's text stands for no value.
    func isUnread(_ column: Column) -> Bool { !unread.isEmpty && unread[column] != nil }

    /// A column's value as a file has it; nil for NULL and where there is none.
    func text(of column: Column) -> String? {
        guard let value = self[column], value != .null else { return nil }
        return value.description
    }

    /// The columns with a value, in their order.
    public var columns: [Column] { Column.allCases.filter { self[$0] != nil } }

    /// Whether nothing was given at all.
    public var isEmpty: Bool { unread.isEmpty && values.allSatisfy { $0 == nil } }

    /// The row that these make of another.
    func written(over old: RowFields) -> RowFields {
        var new = old
        for column in columns { new[column] = self[column] }
        new.unread = unread
        return new
    }

    /// All that the table would not take in a row of these, but for what only its other rows can tell.
    public var faults: [FieldFault] {
        var faults: [FieldFault] = []
        for column in Column.allCases {
            if !unread.isEmpty, let fault = unread[column] {
                faults.append(fault)
            } else if let value = self[column] {
                // To append nothing costs as much as to look.
                let found = column.rules.faults(of: value)
                if !found.isEmpty { faults += found }
                if let fault = relationFault(column, value) { faults.append(fault) }
            } else if column.rules.isRequired {
                faults.append(FieldFault(column.rules.fileName, "", .missing))
            }
        }
        if let symbol = self as? SymbolFields { faults += symbol.kindFaults }
        return faults
    }

    private func relationFault(_ column: Column, _ value: ColumnValue) -> FieldFault? {
        let name = column.rules.fileName
        switch (column.relation, value) {
        case (.differs(let other), .text(let text)) where self[other] == value && !text.isEmpty:
            return FieldFault(name, text, .sameAs(field: other.name))
        case (.atMost(let other), .decimal(let number)):
            guard case .decimal(let limit)? = self[other], number > limit else { return nil }
            return FieldFault(name, number.description, .above(field: other.name, value: limit.description))
        default: return nil
        }
    }
}

/// Of `symbols`; the exchange is named by its code.
public typealias SymbolFields = RowFields<SymbolColumn>
public typealias ExchangeFields = RowFields<ExchangeColumn>

extension SymbolFields {
    /// All that a person may write of a symbol that is there.
    init(_ record: SymbolRecord, exchange: String) {
        self.init()
        for column in SymbolColumn.allCases where column.rules.writer != .database { self[column] = record[column] }
        self[.exchange] = .text(exchange)
    }
}

extension ExchangeFields {
    /// All that a person may write of an exchange that is there.
    init(_ exchange: Exchange) {
        self.init()
        for column in ExchangeColumn.allCases where column.rules.writer != .database { self[column] = exchange[column] }
    }

    /// A known venue with its defaults.
    public init(_ venue: VenueCode) { self.init(Exchange(venue)) }
}
