import Glibc
import TestSupport
import Testing

@testable import symbology

@Suite("The log's queue")
struct LogWriterTests {
    /// A pipe that nobody reads yet, and a writer into it.
    private func makeBlockedWriter() throws -> (writer: LogWriter, readEnd: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        return (LogWriter(descriptor: ends[1]), ends[0])
    }

    @Test("what later is checked against is kept where a crowd fills the log")
    func recordsOutlastACrowd() throws {
        let (writer, readEnd) = try makeBlockedWriter()
        defer { close(readEnd) }
        // Too long for the pipe, so the writer's thread is busy with it from now on.
        writer.write(String(repeating: "x", count: 1 << 20))
        var byte: UInt8 = 0
        #expect(read(readEnd, &byte, 1) == 1)
        for number in 0..<2 * LogWriter.lineCountMax { writer.write("client \(number)") }
        for number in 0..<LogWriter.recordCountMax { writer.write("record \(number)", isRecord: true) }
        writer.write("record too many", isRecord: true)

        var text = ""
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let deadline = Deadline()
        while !text.hasSuffix("log lines were lost count=\(LogWriter.lineCountMax + 1)\n"), !deadline.isOver {
            var polled = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, deadline.remainingMilliseconds) > 0 else { break }
            text += String(decoding: chunk[..<max(0, read(readEnd, &chunk, chunk.count))], as: UTF8.self)
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("client") } == LogWriter.lineCountMax)
        #expect(lines.count { $0.hasPrefix("record") } == LogWriter.recordCountMax)
        #expect(lines.last?.contains("log lines were lost") ?? false)
    }
}
