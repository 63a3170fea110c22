import Glibc
import Platform
import Synchronization

/// The server and the shell that watches over it.
///
/// The shell reads from a socket whose other end only we hold. When it reads the end of file (we are gone, by whatever
/// signal) or a word (we ask), it stops the server, waits for it, and removes the folder if that is wanted. So a
/// crash of ours leaves no server behind.
///
///     we ──socket──▶ sh ──INT/QUIT──▶ postgres
final class Watchdog: Sendable {
    let processId: pid_t
    private let ourEnd: Int32
    /// Kept, because a process can be waited for only once; its number may then belong to another child.
    private let status = Mutex<Int32?>(nil)

    /// - Parameters:
    ///   - command: the server, already with its account's prefix.
    ///   - folderToRemove: removed after the server's end, nil keeps everything.
    ///   - stopSignal: what ends the server when we vanish: INT (fast, with a checkpoint) or QUIT (at once).
    init(command: [String], folderToRemove: String?, stopSignal: String, logPath: String)
        throws(PrivateClusterError)
    {
        var ends: [Int32] = [-1, -1]
        // A socket pair, not a pipe: it can be made close-on-exec in one call (no child of another thread inherits our
        // end and keeps the server alive), and written to without SIGPIPE when the shell is gone.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .system(call: "socketpair", code: errno) }
        defer { Glibc.close(ends[0]) }
        ourEnd = ends[1]
        do {
            processId = try ChildProcess.start(
                ["/bin/sh", "-c", Self.script, "sh", stopSignal, folderToRemove ?? ""] + command,
                input: ends[0], logPath: logPath)
        } catch {
            Glibc.close(ourEnd)
            throw error
        }
    }

    /// Asks for the end and waits for it. Must be called at most once.
    /// - Parameter escalate: called when a fast stop takes longer than `fastStopMillisecondsMax`.
    func stop(immediately: Bool, escalate: () -> Void) {
        let word = immediately ? "QUIT\n" : "INT\n"
        _ = Array(word.utf8).withUnsafeBytes { bytes in
            send(ourEnd, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        Glibc.close(ourEnd)
        let deadline = Deadline.after(milliseconds: Self.fastStopMillisecondsMax)
        while !deadline.isOver {
            if endStatus != nil { return }
            usleep(2_000)
        }
        escalate()
        status.withLock { status in
            if status == nil { status = (try? ChildProcess.wait(processId)) ?? 0 }
        }
    }

    static let fastStopMillisecondsMax = 30_000

    /// Non-nil once the server and its shell have ended.
    var endStatus: Int32? {
        status.withLock { status in
            if status == nil { status = ChildProcess.statusIfEnded(processId) }
            return status
        }
    }

    // The server's standard input is /dev/null, its other descriptors are the log. `read` is a builtin, so there is no
    // process but the shell, its reading half and the server.
    private static let script = """
        signal=$1 folder=$2
        shift 2
        exec 3<&0 </dev/null
        trap '' INT TERM HUP PIPE
        "$@" 3<&- &
        server=$!
        (
            read -r word <&3 && signal=$word
            kill -s "$signal" "$server" 2>/dev/null
        ) &
        reader=$!
        wait "$server"
        status=$?
        kill -s KILL "$reader" 2>/dev/null
        if [ -n "$folder" ]; then rm -rf -- "$folder"; fi
        exit "$status"
        """
}
