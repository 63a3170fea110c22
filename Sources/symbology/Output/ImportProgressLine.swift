import Glibc
import ReferenceStore

/// How far an import is, on standard error: one line that a terminal draws again and again; elsewhere a line for each
/// stage of a file that is long enough to be waited for.
struct ImportProgressLine {
    private static let patienceRowCount = 50_000

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var isDrawn = false
    private var lastStage = ""

    mutating func show(_ progress: SymbolImportProgress) {
        let (stage, text, rowCount) = Self.text(progress)
        if isTerminal {
            draw(text)
        } else if stage != lastStage, rowCount >= Self.patienceRowCount {
            writeLineToStandardError("symbology: import: \(text)")
        }
        lastStage = stage
    }

    /// Leaves the terminal's line to what is printed next.
    mutating func finish() {
        if isDrawn { draw("") }
        isDrawn = false
    }

    private mutating func draw(_ text: String) {
        // Back to the start of the line, the text, and whatever stood behind it away.
        var line = "\r\(text)\u{1B}[K"
        _ = line.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: STDERR_FILENO) }
        isDrawn = true
    }

    private static func text(_ progress: SymbolImportProgress) -> (stage: String, text: String, rowCount: Int) {
        switch progress {
        case .reading(let lineCount, let byteCount, let ofByteCount):
            ("reading", "\(lineCount) lines read, \(percent(byteCount, ofByteCount)) of the file", Int.min)
        case .checking(let lineCount): ("checking", "\(lineCount) lines read, checking them", lineCount)
        case .writing(let rowCount, let ofRowCount):
            ("writing", "\(rowCount) of \(ofRowCount) rows written, \(percent(rowCount, ofRowCount))", ofRowCount)
        }
    }

    private static func percent(_ part: Int, _ whole: Int) -> String {
        whole > 0 ? "\(part * 100 / whole) %" : "100 %"
    }
}
