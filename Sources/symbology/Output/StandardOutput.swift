import Glibc

/// Standard output behind a buffer of our own, so that a line leaves when it is complete and not when stdio thinks so.
struct StandardOutput {
    private static let bufferByteCountMax = 1 << 16
    private var buffer: [UInt8] = []

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Colour only for a person at a terminal that did not opt out (https://no-color.org).
    static var hasColour: Bool {
        guard isTerminal, getenv("NO_COLOR") == nil else { return false }
        guard let terminal = getenv("TERM") else { return false }
        return String(cString: terminal) != "dumb"
    }

    /// Prints a text at once.
    static func print(_ text: String) {
        var output = StandardOutput()
        output.write(text)
        output.flush()
    }

    mutating func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.bufferByteCountMax { flush() }
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferByteCountMax { flush() }
    }

    /// Ends the process where nobody reads on (`symbology list | head`): there is nothing left to do and nothing to
    /// report.
    mutating func flush() {
        guard !buffer.isEmpty else { return }
        let isWritten = buffer.withUnsafeBytes { writeAll($0, to: STDOUT_FILENO) }
        buffer.removeAll(keepingCapacity: true)
        if isWritten { return }
        if errno != EPIPE {
            writeLineToStandardError("symbology: cannot write to standard output: \(String(cString: strerror(errno)))")
        }
        exit(ExitStatus.system.rawValue)
    }
}

/// Writes all of `bytes`, however often the kernel takes only a part. False when the reader has gone or the disk is
/// full.
@discardableResult
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var offset = 0
    while offset < bytes.count {
        let written = write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if written < 0 {
            if errno == EINTR { continue }
            return false
        }
        offset += written
    }
    return true
}

/// Writes a line, or several that belong together. Whatever else they hold that a terminal would obey is shown instead:
/// parts of them come from files, from the database and from peers.
func writeLineToStandardError(_ line: String) {
    var text = Cell.escapeControls(line, exceptLineEnds: true)
    text.append("\n")
    // One write a line: lines of several threads and processes then do not mix.
    _ = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: STDERR_FILENO) }
}
