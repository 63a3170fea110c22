import CLoad

/// Requests that are encoded before the clock starts, in one block of memory, and the byte count of each answer.
///
/// Owns the block; `withBatches` lends it to the C loop. Not thread-safe.
final class BatchRing {
    private var bytes: [UInt8] = []
    private var ranges: [(start: Int, byteCount: Int, answerByteCount: Int)] = []
    private(set) var answerByteCountMax = 0

    var count: Int { ranges.count }

    func append(request: [UInt8], answerByteCount: Int) {
        ranges.append((bytes.count, request.count, answerByteCount))
        bytes += request
        answerByteCountMax = max(answerByteCountMax, answerByteCount)
    }

    func withBatches<Result>(_ body: (UnsafeBufferPointer<load_batch>) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBufferPointer { buffer in
            let batches = ranges.map { range in
                load_batch(
                    request: buffer.baseAddress! + range.start,
                    requestByteCount: UInt32(range.byteCount),
                    answerByteCount: UInt32(range.answerByteCount))
            }
            return try batches.withUnsafeBufferPointer(body)
        }
    }
}
