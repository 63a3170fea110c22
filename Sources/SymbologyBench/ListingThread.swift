import Glibc
import Platform
import ReferenceData
import SymbologyClient
import Synchronization

/// Lists the server's symbols anew whenever it is told that the generation moved on, beside the thread that makes the
/// load: a list takes longer than many lookups, and these must not wait for it.
///
/// `request`, `take` and `finish` are for the load's thread alone.
final class ListingThread: Sendable {
    private struct Outcome {
        var newest: ExpectedAnswers?
        var failure: ClientError?
    }

    private let address: ServerAddress
    private let options: ClientOptions
    private let keys: LoadKeys
    private let outcome = Mutex(Outcome())
    private let hasOutcome = Atomic<Bool>(false)
    private let readEnd: Int32
    private let writeEnd: Int32
    private let thread = Mutex<SystemThread?>(nil)

    init(_ address: ServerAddress, options: ClientOptions, keys: LoadKeys) throws(LoadFailure) {
        self.address = address
        self.options = options
        self.keys = keys
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw LoadFailure.system("cannot make a pipe", code: errno) }
        (readEnd, writeEnd) = (ends[0], ends[1])
        // A request that finds the pipe full is one of many: none of them is missed.
        _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK)
        do {
            let started = try SystemThread { [self] in work() }
            thread.withLock { $0 = started }
        } catch {
            close(writeEnd)
            throw LoadFailure.system("cannot start a thread", code: error.code)
        }
    }

    deinit { close(readEnd) }

    /// Asks for a new list. Never blocks.
    func request() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    /// The newest list since the last call, if there is one. One atomic load when there is none.
    func take() -> ExpectedAnswers? {
        guard hasOutcome.exchange(false, ordering: .acquiring) else { return nil }
        return outcome.withLock { outcome in
            let newest = outcome.newest
            outcome.newest = nil
            return newest
        }
    }

    /// Whether the newest list that was asked for could not be had, so far.
    var hasFailed: Bool { outcome.withLock { $0.failure != nil } }

    /// Waits for the lists that were asked for, and ends. Then `take` has the last, and the answer is why there is none
    /// newer.
    func finish() -> ClientError? {
        close(writeEnd)
        thread.withLock { $0 }?.join()
        return outcome.withLock { $0.failure }
    }

    private func work() {
        var client: LookupClient?
        // However many requests wait, one list answers them all.
        while awaitRequest() {
            // What could not be had is asked for again, until it comes or nobody wants it any more.
            while !list(&client) {
                if isAskedAgain(within: BenchLimits.listingRetryMilliseconds) { break }
            }
        }
    }

    /// False when there will be no more.
    private func awaitRequest() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(readEnd, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            return count > 0
        }
    }

    /// Whether there is another request, or the end.
    private func isAskedAgain(within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    /// False when it failed.
    private func list(_ client: inout LookupClient?) -> Bool {
        defer { hasOutcome.store(true, ordering: .releasing) }
        do throws(ClientError) {
            let connected: LookupClient
            if let client {
                connected = client
            } else {
                connected = try LookupClient(address, options: options)
            }
            client = connected
            let expected = ExpectedAnswers(try connected.symbolListing(), keys: keys.keys)
            outcome.withLock { $0 = Outcome(newest: expected, failure: nil) }
            return true
        } catch {
            let failure = error
            outcome.withLock { $0.failure = failure }
            client = nil
            return false
        }
    }
}
