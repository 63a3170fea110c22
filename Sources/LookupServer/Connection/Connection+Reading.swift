import EventLoop
import Glibc
import Platform
import ReferenceData
import SymbologyWire

// The way of a request to its answer begins here:
//
// 1. `Stream` reads from the socket into the buffer that all connections of a loop share, and calls
//    `stream(_:didRead:)`, which puts the unfinished frame of the read before in front of it.
// 2. `use` hands the bytes to `Resolver.answer`, with the snapshot to answer from: the newest one, or that of the
//    batch.
// 3. `Resolver.answer` goes from frame to frame. Lookups by symbol, pair or name that follow one another are one
//    `LookupRun`: `Snapshot.answer` finds them together and writes their `SymbolResolution`s at the end of the
//    `AnswerBuffer`. All other requests go through `decide`: a record or a page of rows (`page`) is appended.
// 4. Of requests about the connection `decide` returns `.forConnection`, and `Resolver.answer` stops with `.session`:
//    `answerSession` appends their answers.
// 5. When the read is used up, the buffer full or the turn over, `flush` publishes the counters and writes the buffer
//    with one system call. What the kernel does not take is queued; from a peer that leaves too much queued nothing
//    more is read (`Holds.slowPeer`) until `didWrite` says that it has caught up.
// 6. What is left of the read is kept: less than a frame, or whole requests while something holds the connection.
//    `goOn` uses those before it reads again.

extension Connection: StreamDelegate {
    func stream(_ stream: Stream, didRead bytes: UnsafeRawBufferPointer) {
        guard isOpen, let start = bytes.baseAddress else { return }
        var input = bytes
        let kept = cursors.kept
        if kept.count > 0, let block {
            let front = UnsafeMutableRawPointer(mutating: start) - kept.count
            front.copyMemory(from: block + kept.lowerBound, byteCount: kept.count)
            input = UnsafeRawBufferPointer(start: front, count: bytes.count + kept.count)
            cursors.moveKeptToReadBuffer()
        }
        state.pointee.readCount &+= 1
        let isTimed = state.pointee.readCount % LatencySamples.sampleInterval == 1
        let startNanoseconds = isTimed ? MonotonicClock.nanoseconds() : 0
        let usedByteCount = use(input)
        if isTimed, usedByteCount > 0 {
            state.pointee.latency._withUnsafeGuaranteedRef {
                $0.note(MonotonicClock.nanoseconds() &- startNanoseconds)
            }
        }
        let now = state.pointee.nowMilliseconds
        if usedByteCount > 0 || kept.isEmpty { unfinishedSince = now }
        if usedByteCount > 0 { lastRequestTime = now }
        if usedByteCount < input.count || cursors.isHeld {
            keep(UnsafeRawBufferPointer(rebasing: input[usedByteCount...]))
        }
        invariants()
    }

    func streamDidEnd(_ stream: Stream) {
        switch phase {
        case .open:
            phase = .ended
            lastProgressTime = serving.nowMilliseconds
            serving.unsubscribe(self)
            endBatch()
            stream.shutdown { [weak self, weak stream] in
                guard let self, self.stream === stream else { return }
                self.close(.ended)
            }
        case .ending: finish(.peerEnd)
        case .ended, .closed: break
        }
        invariants()
    }

    func stream(_ stream: Stream, didFail error: EventLoopError) {
        if case .ending(let reason, _) = phase { close(.rejected(reason)) } else { close(.failed(error.name)) }
    }

    func stream(_ stream: Stream, didWrite byteCount: Int, tag: Int, code: Int32) {
        guard self.stream === stream else { return }
        cursors.unqueue(byteCount, answerCount: tag)
        serving.shared.queuedByteCount.subtract(byteCount, ordering: .relaxed)
        lastProgressTime = serving.nowMilliseconds
        guard code == 0 else { return fail(Int(code)) }
        if isBehind { serving.goOnPushing(self) }
        guard isOpen, !cursors.holds.contains(.turnOver), cursors.isHeld else { return }
        goOn()
    }

    /// Puts the rest of the turn off; the others have theirs first.
    func goOnNextTurn() {
        guard isOpen else { return }
        cursors.hold(.turnOver)
        serving.goOnNextTurn(self)
    }

    /// Uses what is kept; then reads again.
    func goOn() {
        cursors.release(.turnOver)
        // All that waited for the peer can have left while the turn was put off; nothing else would wake it then.
        if cursors.holds.contains(.slowPeer), !isPeerSlow(half: true) { cursors.release(.slowPeer) }
        guard isOpen, !cursors.holds.contains(.slowPeer) else { return }
        if imageSending != nil { sendImage() }
        guard isOpen, !cursors.isHeld else { return }
        // A frame that is unfinished because nothing was read had no time to be finished.
        unfinishedSince = serving.nowMilliseconds
        if let block, !cursors.kept.isEmpty {
            let input = UnsafeRawBufferPointer(start: block + cursors.kept.lowerBound, count: cursors.kept.count)
            let usedByteCount = use(input)
            // A connection that ended meanwhile has given the block back.
            guard isOpen else { return }
            cursors.use(usedByteCount)
            if usedByteCount > 0 { lastRequestTime = serving.nowMilliseconds }
            guard !cursors.isHeld else { return }
            // Less than a frame is left: the large block has served its purpose.
            let rest = UnsafeRawBufferPointer(rebasing: input[usedByteCount...])
            withUnsafeTemporaryAllocation(byteCount: WireLimits.requestByteCountMax, alignment: 8) { copy in
                copy.copyMemory(from: rest)
                releaseBlock()
                keep(UnsafeRawBufferPointer(rebasing: copy[..<rest.count]))
            }
        }
        startReading()
        invariants()
    }

    /// Stores bytes that could not be used yet; stops reading when that is not just an unfinished frame.
    func keep(_ rest: UnsafeRawBufferPointer) {
        guard isOpen else { return }
        if cursors.isHeld { stream?.stopReading() }
        guard let start = rest.baseAddress, rest.count > 0 else { return }
        if rest.count > cursors.blockByteCount {
            let byteCount = max(rest.count, WireLimits.requestByteCountMax)
            guard replaceBlock(byteCount: byteCount) else { return closeAbruptly(.outOfMemory) }
            if cursors.isBlockCounted {
                let total = serving.shared.queuedByteCount.add(byteCount, ordering: .relaxed).newValue
                guard total <= serving.limits.queuedByteCountTotalMax else { return cut(.slowReader) }
            }
        }
        block?.copyMemory(from: start, byteCount: rest.count)
        cursors.keep(rest.count)
    }

    /// False where there is no memory for another one; then there is none any more.
    private func replaceBlock(byteCount: Int) -> Bool {
        releaseBlock()
        free(block)
        let isSmall = byteCount <= WireLimits.requestByteCountMax
        block = isSmall || AddressSpace.hasRoom(for: byteCount + ServerLimits.spareByteCount) ? malloc(byteCount) : nil
        cursors.replaceBlock(byteCount: block == nil ? 0 : byteCount)
        return block != nil
    }

    /// Keeps nothing any more, and a block of one frame at most.
    func releaseBlock() {
        guard cursors.isBlockCounted else { return cursors.keep(0) }
        serving.shared.queuedByteCount.subtract(cursors.blockByteCount, ordering: .relaxed)
        free(block)
        block = nil
        cursors.replaceBlock(byteCount: 0)
    }

    /// Answers whole frames from the front of `input`.
    /// - Returns: how many bytes were used.
    func use(_ input: UnsafeRawBufferPointer) -> Int {
        var usedByteCount = 0
        let state = state
        state.pointee.resolver.workLeft = state.pointee.workPerTurnMax
        if let batch, serving.nowMilliseconds >= batch.deadline { endBatch() }
        while isOpen {
            let rest = UnsafeRawBufferPointer(rebasing: input[usedByteCount...])
            let outcome: Resolver.Outcome
            if let pinned = batch {
                outcome = state.pointee.resolver.answer(
                    rest, from: pinned.snapshot, requestCountMax: pinned.requestsLeft, into: &state.pointee.answers)
                batch?.requestsLeft -= outcome.requestCount
                if pinned.requestsLeft == outcome.requestCount { endBatch() }
            } else {
                outcome = state.pointee.snapshot._withUnsafeGuaranteedRef {
                    state.pointee.resolver.answer(
                        rest, from: $0, requestCountMax: Int.max, into: &state.pointee.answers)
                }
            }
            usedByteCount += outcome.consumedByteCount
            switch outcome.stop {
            case .needMore:
                flush()
                return usedByteCount
            case .bufferFull:
                precondition(state.pointee.answers.byteCount > 0, "every answer fits the empty buffer")
                flush()
                if cursors.holds.contains(.slowPeer) { return usedByteCount }
            case .requestsUsedUp:
                break  // The batch is over; what follows is answered from the newest snapshot.
            case .workUsedUp:
                flush()
                goOnNextTurn()
                return usedByteCount
            case .session(let template, let frame):
                answerSession(template, frame)
                if cursors.isHeld { return usedByteCount }
            case .invalid(let reason):
                end(reason, for: rest.baseAddress.flatMap { FrameHeaderView($0 + outcome.consumedByteCount).template })
            }
        }
        return usedByteCount
    }
}
