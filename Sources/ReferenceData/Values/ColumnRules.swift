/// The kinds of values that columns of reference tables hold.
public enum ColumnKind: Sendable, Hashable {
    /// UTF-8 without NUL.
    case text(byteCountMax: Int, empty: EmptyText = .refused)
    case integer(ClosedRange<Int64>)
    case flag
    /// Above zero, of at most `DecimalValue.digitCountMax` digits: what the wire carries without loss.
    case decimal
    /// A finite moment.
    case time
    /// One of some names. A record holds its number, from 1 on.
    case name([String])
}

/// The treatment of an empty text.
public enum EmptyText: Sendable, Hashable {
    /// A row with one cannot be served.
    case refused
    /// It is served; nobody here writes one.
    case served
    case allowed
}

/// The writer of a column.
public enum ColumnWriter: Sendable, Hashable {
    /// Whoever adds the row, or changes it by hand. A file knows an existing row by these, and so changes none of them.
    case key
    /// Whoever adds or changes the row.
    case person
    /// The database. A file may bring the value of a new row along.
    case database
}

/// One column of a reference table: the rules that everything that reads, checks or writes it goes by.
///
/// A class, so that whoever asks for them gets a pointer and no copy: an import asks some dozen times a line.
public final class ColumnRules: Sendable {
    /// The column's name in SQL.
    public let name: String
    public let kind: ColumnKind
    public let isNullable: Bool
    /// The schema's default, as SQL writes it; nil is NULL, or no default where NULL is not allowed.
    public let defaultText: String?
    public let writer: ColumnWriter
    /// The column's name in files: `name`, but for a reference, which is an id in SQL only.
    public let fileName: String
    /// The values that a file or a person may give: fewer than can be served, or a code in place of an id.
    public let givenKind: ColumnKind
    /// The field of the wire's record message that carries it; nil where a flag does.
    public let wireField: String?
    /// The offset of the value in a `SymbolRecord`, of a decimal that of its mantissa; 0 for columns of other tables.
    public let fieldOffset: Int
    /// The size of the field that holds the value. For an integer it decides the integer type in SQL, and all its bits
    /// set are NULL.
    public let fieldByteCount: Int

    /// Whether a new row must bring it.
    public var isRequired: Bool { !isNullable && defaultText == nil && writer != .database }

    /// A column of `symbols`.
    convenience init<Value: BitwiseCopyable>(
        _ name: String, _ field: KeyPath<SymbolRecord, Value>, _ kind: ColumnKind, isNullable: Bool = false,
        default defaultText: String? = nil, writer: ColumnWriter = .person, wire: String?,
        given givenKind: ColumnKind? = nil, inFiles fileName: String? = nil
    ) {
        guard let offset = MemoryLayout<SymbolRecord>.offset(of: field) else {
            preconditionFailure("\(name) is not stored")
        }
        self.init(
            name, kind, byteCount: MemoryLayout<Value>.size, isNullable: isNullable, default: defaultText,
            writer: writer, wire: wire, given: givenKind, inFiles: fileName, at: offset)
    }

    /// A decimal of `symbols`, by its number.
    convenience init(_ name: String, decimal number: Int, wire: String) {
        self.init(
            name, .decimal, byteCount: MemoryLayout<Int64>.size, isNullable: true, wire: wire,
            at: SymbolRecord.mantissaOffset(decimal: number))
    }

    /// A column of any table.
    init(
        _ name: String, _ kind: ColumnKind, byteCount: Int = 0, isNullable: Bool = false,
        default defaultText: String? = nil, writer: ColumnWriter = .person, wire: String?,
        given givenKind: ColumnKind? = nil, inFiles fileName: String? = nil, at fieldOffset: Int = 0
    ) {
        self.name = name
        self.kind = kind
        self.isNullable = isNullable
        self.defaultText = defaultText
        self.writer = writer
        self.fileName = fileName ?? name
        self.givenKind = givenKind ?? kind
        wireField = wire
        self.fieldOffset = fieldOffset
        fieldByteCount = byteCount
    }
}

/// A rule about two columns of one row. Where either is NULL it holds.
public enum ColumnRelation<Column: ReferenceColumn>: Sendable {
    case differs(from: Column)
    case atMost(Column)
}

/// A list of columns, in the order of its cases: of every SELECT, of the parameters of a statement, of a file.
public protocol ReferenceColumn: RawRepresentable<Int>, CaseIterable, Hashable, Sendable {
    static var tableName: String { get }
    /// By `rawValue`.
    static var table: [ColumnRules] { get }
    var relation: ColumnRelation<Self>? { get }
}

extension ReferenceColumn {
    @inlinable
    public var rules: ColumnRules { Self.table[rawValue] }
    @inlinable
    public var name: String { rules.name }
}
