/// What an import did, or, of a dry run, would do.
public struct SymbolImportResult: Sendable, Hashable {
    public var insertedCount = 0
    public var updatedCount = 0
    public var unchangedCount = 0
    /// Those of the updated whose symbol string changed.
    public var renamedCount = 0
    /// Active symbols, of exchanges that the file names, that it does not list. Counted when missing symbols are
    /// deactivated, which each of these then was, and in a dry run.
    public var goneCount = 0
    /// Bad lines that were left out; 0 unless skipping was asked for.
    public var skippedCount = 0
    /// The first `SymbolImport.faultCountMax` of them.
    public var faults: [LineFault] = []
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
        /// The table has no such pair.
        case new
        case changed
        /// Active in the table and not in the file.
        case gone
    }

    /// One column that the file would change; nil is NULL.
    public struct Difference: Sendable, Hashable {
        public let field: String
        public let old: String?
        public let new: String?
    }

    public let kind: Kind
    /// The line of the file; nil for what is gone.
    public let line: Int?
    public let exchange: String
    public let symbolString: String
    /// Nil for a new symbol whose id the file does not bring.
    public let symbolId: UInt32?
    /// Empty but for what is changed.
    public internal(set) var differences: [Difference]
}
