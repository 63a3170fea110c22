import ReferenceData

/// One field that a reference table would not take, found before the database sees it.
public struct FieldFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why, and with it what would be allowed.
    public enum Reason: Sendable, Hashable {
        case missing
        case empty
        case tooLong(byteCount: Int, byteCountMax: Int)
        case containsNUL
        /// In a key, a sign that nobody sees.
        case unseen(Unicode.Scalar)
        /// A key begins or ends with a blank.
        case blankAtEnd
        case notUTF8
        case notInteger(ClosedRange<Int64>)
        case notFlag
        case notDecimal(DecimalTextFault)
        case notPositive
        case notTime(TimestampTextFault)
        case notOneOf([String])
        /// The same as another field, from which it must differ.
        case sameAs(field: String)
        /// Above the value of a field that is its upper limit.
        case above(field: String, value: String)
        /// A symbol of this kind has no such thing.
        case notOf(kind: String)
        /// A symbol of this kind has one.
        case neededBy(kind: String)
        /// No exchange has this code; one may have it in other letters.
        case unknownExchange(similar: String?)
        /// An update does not change it.
        case fixed
        /// Another row of the table has it already.
        case taken(byId: Int64)
    }

    /// The column.
    public let field: String
    /// What was given, shortened to a length that a log bears.
    public let value: String
    public let reason: Reason

    public init(_ field: String, _ value: String, _ reason: Reason) {
        self.field = field
        self.value = Self.shortened(value)
        self.reason = reason
    }

    /// What was given and what is allowed, in one line.
    public var description: String {
        switch reason {
        case .missing: "\(field) is missing"
        case .empty: "\(field) is empty"
        case .tooLong(let byteCount, let byteCountMax): "\(field) has \(byteCount) bytes, at most \(byteCountMax) fit"
        case .containsNUL: "\(field) contains a NUL byte"
        case .unseen(let scalar): "\(field) \"\(seenValue)\" holds \(scalar.spelledOut), which no key holds"
        case .blankAtEnd: "\(field) \"\(value)\" begins or ends with a blank"
        case .notUTF8: "\(field) is not valid UTF-8"
        case .notInteger(let range):
            "\(field) \"\(value)\" is no integer from \(range.lowerBound) to \(range.upperBound)"
        case .notFlag: "\(field) \"\(value)\" is neither true nor false"
        case .notDecimal(let fault): "\(field) \"\(value)\" \(fault)"
        case .notPositive: "\(field) \(value) is not above zero"
        case .notTime(let fault): "\(field) \"\(value)\" \(fault)"
        case .notOneOf(let allowed): "\(field) \"\(value)\" is none of \(allowed.joined(separator: ", "))"
        case .sameAs(let other): "\(other) and \(field) are the same"
        case .above(let other, let limit): "\(field) \(value) is above \(other) \(limit)"
        case .fixed: "\(field) cannot be changed here"
        case .notOf(let kind): "\(field) is given, which a symbol of the kind \(kind) has not"
        case .neededBy(let kind): "\(field) is missing, which a symbol of the kind \(kind) has"
        case .unknownExchange(let similar):
            "unknown exchange \"\(seenValue)\"\(similar.map { "; there is \($0)" } ?? "")"
        case .taken(let id): "\(field) \"\(value)\" belongs to id \(id) already"
        }
    }

    private var seenValue: String { Self.seen(value) }

    private static func shortened(_ text: String) -> String {
        text.utf8.count <= 50 ? text : "\(text.prefix(37))…"
    }

    /// A text from outside, shortened, with what nobody sees written out.
    static func seen(_ text: String) -> String {
        shortened(text).unicodeScalars.reduce(into: "") { text, scalar in
            text += scalar.isKeptOutOfKeys ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }
}
