import Glibc
import Platform
import Synchronization

/// Writes log lines to standard error from a thread of its own: a reader that stands still, a pipe to a logger that
/// hangs, must hold up neither lookups nor the feed. Lines that find the queue full are lost, and counted in the log.
/// Thread-safe.
final class LogWriter: Sendable {
    /// Lines that may wait to be written.
    static let lineCountMax = 1_024
    /// Records that may wait besides: a crowd of clients fills the queue with its own lines in a moment.
    static let recordCountMax = 1_024
    /// How long the end of the process waits for them.
    static let flushMilliseconds = 1_000

    static let shared = LogWriter(descriptor: STDERR_FILENO)

    private struct State: ~Copyable {
        var lines: [String] = []
        var lostCount = 0
        var isWriting = false
        var isStarted = false
    }

    private let state = Mutex(State())
    private let descriptor: Int32
    /// Posted for a line; and, by the writer, for whoever waits for an empty queue.
    private nonisolated(unsafe) let work = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init(descriptor: Int32) {
        self.descriptor = descriptor
        sem_init(work, 0, 0)
    }

    /// Queues one line. Never waits.
    /// - Parameter isRecord: without it others could not be checked afterwards, so it is kept where others are lost.
    func write(_ line: String, isRecord: Bool = false) {
        let lineCountMax = LogWriter.lineCountMax + (isRecord ? LogWriter.recordCountMax : 0)
        let (isFirst, isQueued) = state.withLock { state -> (Bool, Bool) in
            guard state.lines.count < lineCountMax else {
                state.lostCount += 1
                return (false, false)
            }
            state.lines.append(line)
            defer { state.isStarted = true }
            return (!state.isStarted, true)
        }
        if isFirst, !start() {
            // Without a thread the line is better late than lost.
            writeWaiting()
            return
        }
        if isQueued { sem_post(work) }
    }

    /// Waits until everything queued so far has been written, or the time is over.
    func flush(milliseconds: Int = LogWriter.flushMilliseconds) {
        for _ in 0..<max(1, milliseconds) {
            let isDone = state.withLock { $0.lines.isEmpty && !$0.isWriting }
            if isDone { return }
            poll(nil, 0, 1)
        }
    }

    private func start() -> Bool {
        if self === LogWriter.shared { atexit { LogWriter.shared.flush() } }
        do {
            try SystemThread { [self] in while true { writeNext() } }.detach()
            return true
        } catch {
            state.withLock { $0.isStarted = false }
            return false
        }
    }

    private func writeNext() {
        while sem_wait(work) != 0 {}
        writeWaiting()
    }

    private func writeWaiting() {
        guard let lines = take() else { return }
        write(lines)
        state.withLock { $0.isWriting = false }
    }

    /// All lines that wait, with word of those that were lost before them.
    private func take() -> [String]? {
        state.withLock { state -> [String]? in
            guard !state.lines.isEmpty else { return nil }
            var lines = state.lines
            state.lines = []
            if state.lostCount > 0 {
                lines.append(LineLogHandler.lineNow(.warning, "log lines were lost", ["count": "\(state.lostCount)"]))
                state.lostCount = 0
            }
            state.isWriting = true
            return lines
        }
    }

    /// One write a line: lines of several threads and processes then do not mix.
    private func write(_ lines: [String]) {
        for line in lines {
            var text = line
            text.append("\n")
            _ = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
        }
    }
}
