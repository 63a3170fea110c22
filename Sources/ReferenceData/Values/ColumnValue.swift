/// The value of any column of a row.
public enum ColumnValue: Sendable {
    case null
    case text(String)
    case integer(Int64)
    case flag(Bool)
    case decimal(DecimalValue)
    case time(Timestamp)

    /// NULL where the value is absent.
    public init(_ value: DecimalValue) { self = value.isAbsent ? .null : .decimal(value) }

    /// NULL where the value is absent.
    public init(_ value: Timestamp) { self = value.isAbsent ? .null : .time(value) }

    /// NULL for nil.
    public init(_ value: String?) { self = value.map { .text($0) } ?? .null }

    /// NULL for nil.
    public init(_ value: (some FixedWidthInteger)?) { self = value.map { .integer(Int64($0)) } ?? .null }
}

extension ColumnValue: Hashable {
    /// Texts are compared byte for byte, as the database does.
    public static func == (left: ColumnValue, right: ColumnValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.text(let left), .text(let right)): left.hasBytes(of: right)
        case (.integer(let left), .integer(let right)): left == right
        case (.flag(let left), .flag(let right)): left == right
        case (.decimal(let left), .decimal(let right)): left == right
        case (.time(let left), .time(let right)): left == right
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(ByteText(description)) }
}

extension ColumnValue: CustomStringConvertible {
    /// As a file and SQL have it; empty for NULL.
    public var description: String {
        switch self {
        case .null: ""
        case .text(let text): text
        case .integer(let value): String(value)
        case .flag(let value): value ? "true" : "false"
        case .decimal(let value): value.description
        case .time(let value): value.description
        }
    }
}
