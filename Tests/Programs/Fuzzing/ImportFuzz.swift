import ReferenceData
import ReferenceStore

/// A file of any bytes is read to its end: each line is good or has a fault with its number.
enum ImportFuzz {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        readFile(bytes)
        // A number that can be read is written back as the same number.
        if bytes.count < 64, let value = DecimalValue(utf8: bytes) {
            require(DecimalValue(value.description) == value, "\(value) is read as another number")
        }
        if bytes.count < 64, let time = Timestamp(String(decoding: bytes, as: UTF8.self)) {
            require(Timestamp(time.description) == time, "\(time) is read as another moment")
        }
    }

    private static func readFile(_ bytes: UnsafeRawBufferPointer) {
        guard var list = try? CSVSymbolList(bytes) else { return }
        let unread = list
        var faults: [LineFault] = []
        let lineCount = bytes.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        var reportedCount = 0
        while let line = list.next() {
            reportedCount += 1
            guard let fault = line.fault else { continue }
            require((1...lineCount).contains(fault.line), "line \(fault.line) of \(lineCount)")
            require(!fault.reason.isEmpty, "line \(fault.line) has a fault without a reason")
            faults.append(fault)
        }
        require(reportedCount <= lineCount, "more lines are reported than there are")
        check(rejects: unread.rejects(faults), of: faults)
    }

    /// Each bad line of a list is a bad line of its rejects, until somebody mends it.
    static func check(rejects: [UInt8], of faults: [LineFault]) {
        rejects.withUnsafeBytes { bytes in
            guard var list = try? CSVSymbolList(bytes) else { fatalError("the rejects cannot be read") }
            var count = 0
            while list.next() != nil { count += 1 }
            require(count == faults.count, "\(faults.count) faults made \(count) lines of rejects")
        }
    }
}
