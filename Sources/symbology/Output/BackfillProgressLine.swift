import Glibc
import MarketDataStore
import Platform

/// How far a backfill is, on standard error: a bar that a terminal draws again and again; elsewhere some lines.
struct BackfillProgressLine {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var isDrawn = false
    private var lastNanoseconds: UInt64 = 0
    private var lastStage = ""

    mutating func show(_ event: BackfillEvent) {
        switch event {
        case .mirrored(let table):
            line("\(table) is mirrored from now on: its writers' rows arrive by symbol in their own transactions")
        case .remark(let text): line(text)
        case .progress(let progress):
            let now = MonotonicClock.nanoseconds()
            // Ten a second on a terminal; elsewhere one in ten seconds, and one for each stage.
            let stage = "\(progress.source.rawValue) \(progress.stage)"
            guard stage != lastStage || now - lastNanoseconds > (isTerminal ? 100_000_000 : 10_000_000_000)
            else { return }
            (lastNanoseconds, lastStage) = (now, stage)
            if isTerminal {
                draw("\(Self.bar(progress)) \(Self.text(progress))".prefix(Self.columnCount - 1))
            } else {
                line(Self.text(progress))
            }
        }
    }

    /// Leaves the terminal's line to what is printed next.
    mutating func finish() {
        if isDrawn { draw("") }
        isDrawn = false
    }

    private mutating func line(_ text: String) {
        finish()
        writeLineToStandardError("symbology: \(text)")
    }

    /// A longer line would wrap, and the next one not be drawn over it.
    private static var columnCount: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    private mutating func draw(_ text: Substring) {
        var line = "\r\(text)\u{1B}[K"
        _ = line.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: STDERR_FILENO) }
        isDrawn = true
    }

    static func bar(_ progress: BackfillProgress) -> String {
        let width = 20
        let filled = Int(share(progress) * Double(width))
        return "[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: width - filled))]"
    }

    /// What matters most comes first: a terminal may be narrow.
    static func text(_ progress: BackfillProgress) -> String {
        var text = "\(Int(share(progress) * 100)) %"
        if progress.rowsPerSecond >= 1 {
            text += ", \(Int(progress.rowsPerSecond)) rows/s"
            if let left = progress.secondsLeft, left >= 1 { text += ", \(duration(Int(min(left, 1e9)))) left" }
        }
        let expected = max(progress.rowCount, progress.rowCountExpected)
        return "\(text), \(progress.rowCount) of about \(expected) rows, \(progress.source.rawValue): \(progress.stage)"
    }

    private static func share(_ progress: BackfillProgress) -> Double {
        guard progress.rowCountExpected > 0 else { return progress.rowCount > 0 ? 1 : 0 }
        return min(1, Double(progress.rowCount) / Double(progress.rowCountExpected))
    }

    static func duration(_ seconds: Int) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3_600: "\(seconds / 60) min \(seconds % 60) s"
        default: "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
        }
    }
}
