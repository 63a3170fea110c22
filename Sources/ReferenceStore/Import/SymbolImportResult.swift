/// What an import did, or, of a dry run, would do.
public struct SymbolImportResult: Sendable, Hashable {
    /// All lines, also bad ones and those of another part of the list.
    public var lineCount = 0
    public var insertedCount = 0
    public var updatedCount = 0
    /// What the table says already, and what was delisted and stays so.
    public var unchangedCount = 0
    /// Those of the updated whose symbol string changed.
    public var renamedCount = 0
    /// Those of the updated that were delisted and are active again.
    public var reactivatedCount = 0
    /// Those of which the list says more of what they are than was known.
    public var completedCount = 0
    /// Those of the unchanged that were delisted, and of which the list does not say that they are active.
    public var ignoredCount = 0
    /// Active symbols, of exchanges that the file names, that it does not list. Counted when missing symbols are
    /// deactivated, which each of these then was, and in a dry run.
    public var goneCount = 0
    /// Symbols, of exchanges that the file names, whose time had passed and that were still marked active; they are not
    /// any more.
    public var expiredCount = 0
    /// Those of the inserted and the updated that are inactive, whatever the list says, because their time has passed.
    public var pastCount = 0
    /// Symbols whose line was left out, so that they keep the last rules that could be read.
    public var lastGoodCount = 0
    /// Fields in which 0 stands for no minimum, maximum or increment.
    public var zeroCount = 0
    /// Lines of another kind or settle asset than was asked for.
    public var leftOutCount = 0
    /// Exchanges of which most live symbols became inactive or got another string, or would.
    public var massChanges: [MassChange] = []
    /// Of a dry run: the import itself would be held back (`.jumps`, `.massChanges`).
    public var isHeldBack = false
    /// Bad lines, which were left out; empty unless skipping was asked for.
    public var faults: [LineFault] = []
    /// What is worth a person's while, in the order of the lines.
    public var notices: [LineNotice] = []

    /// How many bad lines were left out.
    public var skippedCount: Int { faults.count }
    /// Whether no line could be imported, or there was none.
    public var isEmpty: Bool { insertedCount + updatedCount + unchangedCount == 0 }
}

/// A remark on one line of a list, which is imported all the same.
public struct LineNotice: Sendable, Hashable, CustomStringConvertible {
    /// As `LineFault.line`.
    public let line: Int
    public let text: String

    public var description: String { "line \(line): \(text)" }
}

/// How far an import is.
public enum SymbolImportProgress: Sendable, Hashable {
    /// Lines read and sent, and how much of the file that was.
    case reading(lineCount: Int, byteCount: Int, ofByteCount: Int)
    case checking(lineCount: Int)
    /// Rows written, of those that differ.
    case writing(rowCount: Int, ofRowCount: Int)
}

/// What a dry run found to be different.
public struct SymbolImportChange: Sendable, Hashable {
    public enum Kind: String, Sendable {
        /// The table has no such symbol, or none that lives.
        case new
        case changed
        /// Active in the table and not in the file.
        case gone
        /// Active in the table, and its time has passed.
        case expired
    }

    /// One column that the file would change; nil is NULL.
    public struct Difference: Sendable, Hashable {
        public let field: String
        public let old: String?
        public let new: String?
    }

    public let kind: Kind
    /// The line of the file; nil for what is gone or expired.
    public let line: Int?
    public let exchange: String
    public let symbolString: String
    /// Nil for a new symbol whose id the file does not bring.
    public let symbolId: UInt32?
    /// Empty but for what is changed.
    public internal(set) var differences: [Difference]
}
