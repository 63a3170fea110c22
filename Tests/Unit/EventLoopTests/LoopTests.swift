import Glibc
import Synchronization
import Testing

@testable import EventLoop

extension Loop {
    /// Runs one turn, which takes what is there already and waits for nothing.
    func runOneTurn() throws {
        let turn = try NextTurn(on: self) { self.stop() }
        turn.request()
        run()
        turn.close()
    }
}

@Suite struct LoopTests {
    @Test func timerFiresOnceAndAgain() throws {
        let loop = try Loop()
        var count = 0
        var timer: Timer?
        timer = try Timer(on: loop) {
            count += 1
            if count == 3 { timer?.close() }
        }
        timer?.start(afterMilliseconds: 1, everyMilliseconds: 1)
        loop.run()
        #expect(count == 3)
        loop.close()
    }

    /// Work that puts itself off for ever runs once a turn, and the sockets have theirs in between.
    @Test func workPutOffToTheNextTurnLetsSocketsBeRead() throws {
        let loop = try Loop()
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        var turnCount = 0
        var turnCountWhenRead: Int?
        let poll = try Poll(on: loop, descriptor: ends[0]) { _, _ in
            turnCountWhenRead = turnCount
            loop.stop()
        }
        try poll.start(.readable)
        var next: NextTurn?
        next = try NextTurn(on: loop) {
            turnCount += 1
            if turnCount == 1 { #expect(write(ends[1], "x", 1) == 1) }
            if turnCount < 1_000 { next?.request() }
        }
        next?.request()
        next?.request()
        loop.run()
        #expect(turnCountWhenRead == 1)
        loop.close()
        for end in ends { close(end) }
    }

    @Test func closedHandlesAreFreed() throws {
        let loop = try Loop()
        weak var freed: Timer?
        do {
            let timer = try Timer(on: loop) {}
            freed = timer
            timer.start(afterMilliseconds: 60_000)
        }
        // An open handle keeps itself.
        #expect(freed != nil)
        var isClosed = false
        freed?.close { isClosed = true }
        freed?.close { Issue.record("closed twice") }
        loop.run()
        #expect(isClosed)
        #expect(freed == nil)
        loop.close()
    }

    @Test func closingTheLoopClosesItsHandles() throws {
        let loop = try Loop()
        let timer = try Timer(on: loop) { Issue.record("fired after close") }
        timer.start(afterMilliseconds: 0)
        loop.close()
        #expect(timer.isClosing)
        timer.start(afterMilliseconds: 0)
        timer.stop()
    }

    @Test(arguments: [false, true]) func stopEndsARunningLoop(busyPoll: Bool) throws {
        let loop = try Loop()
        let timer = try Timer(on: loop) { loop.stop() }
        timer.start(afterMilliseconds: 1, everyMilliseconds: 1)
        loop.run(busyPoll: busyPoll)
        // It can run again.
        loop.run(busyPoll: busyPoll)
        loop.close()
    }

    @Test func signalWatcherSeesASignal() throws {
        let loop = try Loop()
        var isSeen = false
        let watcher = try SignalWatcher(on: loop, signal: SIGUSR2) {
            isSeen = true
            loop.stop()
        }
        kill(getpid(), SIGUSR2)
        loop.run()
        #expect(isSeen)
        #expect(!watcher.isClosing)
        loop.close()
    }

    @Test func pollReportsReadiness() throws {
        let loop = try Loop()
        var ends: (Int32, Int32) = (-1, -1)
        withUnsafeMutableBytes(of: &ends) {
            _ = pipe($0.baseAddress!.assumingMemoryBound(to: Int32.self))
        }
        defer {
            close(ends.0)
            close(ends.1)
        }
        var seen: PollEvents = []
        let poll = try Poll(on: loop, descriptor: ends.0) { events, error in
            #expect(error == nil)
            seen = events
            loop.stop()
        }
        try poll.start(.readable)
        #expect(write(ends.1, "x", 1) == 1)
        loop.run()
        #expect(seen == .readable)
        loop.close()
    }

    /// The owner closes its descriptor, and another socket gets its number at once.
    @Test func aDuplicateIsWatchedWhateverItsOwnerDoes() throws {
        func pair() throws -> [Int32] {
            var ends: [Int32] = [-1, -1]
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            return ends
        }
        let loop = try Loop()
        let watched = try pair()
        let other = try pair()
        var seenCount = 0
        let poll = try Poll(on: loop, duplicating: watched[0]) { _, _ in
            seenCount += 1
            loop.stop()
        }
        #expect(poll.descriptor != watched[0])
        try poll.start(.readable)
        let turn = try NextTurn(on: loop) { loop.stop() }
        turn.request()
        loop.run()
        dup2(other[0], watched[0])
        #expect(write(other[1], "x", 1) == 1)
        turn.request()
        loop.run()
        #expect(seenCount == 0, "the other socket is nobody's business")
        #expect(write(watched[1], "x", 1) == 1)
        loop.run()
        #expect(seenCount == 1)
        loop.close()
        for descriptor in watched + other { close(descriptor) }
    }

    @Test func watchingAPlainFileFailsWithNameAndPlace() throws {
        let loop = try Loop()
        let descriptor = open("/etc/hostname", O_RDONLY)
        defer { close(descriptor) }
        let error = #expect(throws: EventLoopError.self) {
            _ = try Poll(on: loop, descriptor: descriptor) { _, _ in }
        }
        #expect(error?.name == "EPERM")
        #expect(error?.description.contains("descriptor \(descriptor)") == true)
        loop.close()
    }
}

@Suite struct SemaphoreTests {
    @Test func everySignalEndsOneWait() throws {
        let semaphore = Semaphore()
        for _ in 0..<3 { semaphore.signal() }
        for _ in 0..<3 { semaphore.wait() }
        #expect(!semaphore.wait(by: .after(milliseconds: 1)))
        let thread = try LoopThread(.answering)
        thread.perform { _ in semaphore.signal() }
        #expect(semaphore.wait(by: .never))
        thread.stop()
        thread.join()
    }
}

@Suite struct LoopThreadTests {
    @Test func tasksRunInOrderOnOneThread() throws {
        let thread = try LoopThread(.answering)
        let order = Mutex<[Int]>([])
        for index in 0..<500 { #expect(thread.perform { _ in order.withLock { $0.append(index) } }) }
        let last = try thread.performAndWait { _ in order.withLock { $0.count } }
        #expect(last == 500)
        #expect(order.withLock { $0 } == Array(0..<500))
        thread.stop()
        thread.join()
        #expect(!thread.perform { _ in Issue.record("ran after stop") })
    }

    @Test func tasksAcceptedBeforeStopRun() throws {
        let thread = try LoopThread(.answering)
        let isDone = Atomic<Bool>(false)
        thread.perform { _ in isDone.store(true, ordering: .relaxed) }
        thread.stop()
        thread.join()
        let wasRun = isDone.load(ordering: .relaxed)
        #expect(wasRun)
    }

    @Test func theQueueHasAMaximum() throws {
        let thread = try LoopThread(.answering)
        let gate = Countdown(1)
        let isWaiting = Countdown(1)
        thread.perform { _ in
            isWaiting.arrive()
            gate.wait()
        }
        isWaiting.wait()
        for _ in 0..<LoopThread.taskCountMax { #expect(thread.perform { _ in }) }
        #expect(!thread.perform { _ in Issue.record("ran although refused") })
        #expect(thread.perform(evenWhenFull: true) { _ in })
        gate.arrive()
        thread.stop()
        thread.join()
    }

    @Test func errorsReachTheWaitingThread() throws {
        let thread = try LoopThread(.answering)
        #expect(throws: EventLoopError.self) {
            try thread.performAndWait { loop in
                throw EventLoopError(kind: .closed, operation: "test", target: "thread", message: "")
            }
        }
        thread.stop()
        thread.join()
    }

    @Test func signalsFromManyThreadsAndAfterClosing() throws {
        let loop = try Loop()
        let count = Atomic<Int>(0)
        let signal = try AsyncSignal(on: loop) { count.add(1, ordering: .relaxed) }
        let senders = try (0..<4).map { _ in try LoopThread(.answering) }
        for sender in senders { sender.perform { _ in for _ in 0..<10_000 { signal.send() } } }
        while count.load(ordering: .relaxed) == 0 { try loop.runOneTurn() }
        signal.close()
        for _ in 0..<100 { try loop.runOneTurn() }
        for sender in senders {
            sender.stop()
            sender.join()
        }
        signal.send()
        loop.close()
        // Signals fold, they are never more than were sent.
        let received = count.load(ordering: .relaxed)
        #expect(received > 0 && received <= 40_000)
    }
}
