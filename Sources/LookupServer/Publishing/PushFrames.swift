import Synchronization

/// Finished frames of one publication, in memory of their own: the history and all peers that have not taken them yet
/// share them. Thread-safe.
final class PushFrames: Sendable {
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    private struct Current: Sendable {
        weak var lease: Lease?
    }

    private let current = Mutex(Current())

    init(copying frames: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: frames.count, alignment: 8)
        copy.copyBytes(from: frames)
        bytes = UnsafeRawBufferPointer(copy)
    }

    deinit { bytes.deallocate() }

    /// Held by every queued write of these frames: keeps them, and counts them among the bytes that wait for peers,
    /// once however many wait.
    final class Lease: Sendable {
        private let frames: PushFrames
        private let shared: ServerShared

        fileprivate init(_ frames: PushFrames, _ shared: ServerShared) {
            self.frames = frames
            self.shared = shared
            shared.queuedByteCount.add(frames.bytes.count, ordering: .relaxed)
        }

        deinit { shared.queuedByteCount.subtract(frames.bytes.count, ordering: .relaxed) }
    }

    func lease(_ shared: ServerShared) -> Lease {
        current.withLock { current in
            if let lease = current.lease { return lease }
            let lease = Lease(self, shared)
            current.lease = lease
            return lease
        }
    }
}
