/// The streams that a spinning loop reads without asking the kernel first which ones are ready.
///
/// A ready stream then costs one system call less, and none of a turn's other work. The streams are few, because each
/// of them is a system call that mostly finds nothing, and after some of those the loop has a turn, so that nobody who
/// is not among them waits long.
struct DirectReads {
    /// Streams read directly at most; others are served by the loop's turns.
    static let streamCountMax = 4
    /// Reads between two turns of the loop: some microseconds.
    static let readCountMax = 32
    /// A read of more bytes than that ends the phase: it is work enough for one turn.
    static let readByteCountMax = 4_096
    /// A stream that had nothing for so many reads makes room for one that has.
    static let emptyReadCountMin = 64
    /// A stream that had nothing for so many reads is left to the loop's turns.
    static let emptyReadCountMax = 65_536

    private var streams: [Unmanaged<Stream>] = []
    private var emptyReadCounts: [Int] = []

    init() {
        streams.reserveCapacity(DirectReads.streamCountMax)
        emptyReadCounts.reserveCapacity(DirectReads.streamCountMax)
    }

    var isEmpty: Bool { streams.isEmpty }
    var count: Int { streams.count }

    /// A stream that has just had something to read.
    mutating func add(_ stream: Stream) {
        guard !stream.isReadDirectly else { return }
        if streams.count == DirectReads.streamCountMax {
            guard let longest = emptyReadCounts.indices.max(by: { emptyReadCounts[$0] < emptyReadCounts[$1] }),
                emptyReadCounts[longest] >= DirectReads.emptyReadCountMin
            else { return }
            remove(at: longest)
        }
        streams.append(Unmanaged.passUnretained(stream))
        emptyReadCounts.append(0)
        stream.isReadDirectly = true
    }

    /// To be called before a stream is closed: it is not retained here.
    mutating func remove(_ stream: Stream) {
        guard stream.isReadDirectly, let index = streams.firstIndex(where: { $0.takeUnretainedValue() === stream })
        else { return }
        remove(at: index)
    }

    private mutating func remove(at index: Int) {
        streams[index].takeUnretainedValue().isReadDirectly = false
        streams.remove(at: index)
        emptyReadCounts.remove(at: index)
    }

    /// The stream to read next, nil when there are no more than `index`.
    @inline(__always)
    func stream(at index: Int) -> Unmanaged<Stream>? { index < streams.count ? streams[index] : nil }

    /// What the read of that stream found.
    mutating func note(at index: Int, foundSomething: Bool) {
        // Whatever was read may have closed the stream.
        guard index < streams.count else { return }
        if foundSomething {
            emptyReadCounts[index] = 0
        } else {
            emptyReadCounts[index] &+= 1
            if emptyReadCounts[index] >= DirectReads.emptyReadCountMax { remove(at: index) }
        }
    }
}
