import Foundation
import Platform
import ReferenceData
import TestSupport

/// Reads what the server appends to its log, and makes of it which generation shows which transactions.
struct ServerLog {
    let path: String
    private var offset: UInt64 = 0
    /// The generation of an image file that was opened, says a line; the next one comes from it.
    private var fileGeneration: UInt64?
    /// Of the last generation.
    private var epoch: UInt64 = 0
    /// Lines that the server threw away because nobody wrote them down fast enough.
    private(set) var lostLineReports: [String] = []

    init(path: String) { self.path = path }

    /// What the checker has to know, in the order of the log.
    enum Entry {
        case published(PublishedGeneration)
        /// The database was read whole; the first time this confirms what came from a file.
        case loaded(epoch: UInt64, atNanoseconds: UInt64)
    }

    /// What has come since the last time.
    mutating func newEntries() -> [Entry] {
        let now = (wall: WallClock.microseconds(), monotonic: monotonicNanoseconds())
        return newLines().compactMap { line in
            if line.contains(" log lines were lost ") { lostLineReports.append(String(line)) }
            if line.contains(" image file opened ") { fileGeneration = line.value("generation").flatMap { UInt64($0) } }
            guard let at = Timestamp(String(line.prefix { $0 != " " })) else { return nil }
            let ageMicroseconds = max(0, now.wall - at.microsecondsSince1970)
            let atNanoseconds = now.monotonic - UInt64(ageMicroseconds) * 1_000
            if line.contains(" loaded everything ") { return .loaded(epoch: epoch, atNanoseconds: atNanoseconds) }
            guard var generation = PublishedGeneration(line, at) else { return nil }
            generation.atNanoseconds = atNanoseconds
            generation.fileGeneration = fileGeneration
            fileGeneration = nil
            epoch = generation.epoch
            return .published(generation)
        }
    }

    /// Whole lines only: the last may still be being written.
    private mutating func newLines() -> [Substring] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }
        try? file.seek(toOffset: offset)
        guard let data = try? file.readToEnd(), let end = data.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let whole = data[...end]
        offset += UInt64(whole.count)
        return String(decoding: whole, as: UTF8.self).split(separator: "\n")
    }
}

extension PublishedGeneration {
    /// From the line that the server logs for each generation; nil for any other.
    fileprivate init?(_ line: Substring, _ at: Timestamp) {
        guard line.contains(" snapshot=") else { return nil }
        guard let epoch = line.value("epoch").flatMap({ UInt64($0) }),
            let generation = line.value("generation").flatMap({ UInt64($0) }),
            let snapshot = line.value("snapshot").flatMap({ TransactionSnapshot(String($0)) }),
            let judged = line.value("judged").flatMap({ Timestamp(String($0)) })
        else { return nil }
        self.init(
            epoch: epoch, generation: generation, snapshot: snapshot, atMicroseconds: at.microsecondsSince1970,
            atNanoseconds: 0, judgedMicroseconds: judged.microsecondsSince1970)
    }
}

extension Substring {
    /// What a line says after `name=`.
    fileprivate func value(_ name: String) -> Substring? {
        guard let range = range(of: " \(name)=") else { return nil }
        return self[range.upperBound...].prefix { $0 != " " }
    }
}
