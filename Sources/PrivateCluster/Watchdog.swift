import Glibc
import Synchronization

/// The server and the shell that watches over it.
///
/// The shell holds the reading end of a pipe whose writing end only we hold. When it reads the end of file (we are
/// gone, by whatever signal) or a word (we ask), it stops the server, waits for it, and removes the folder if that is
/// wanted. Nothing is left behind that a crash could leave.
///
///     we ──pipe──▶ sh ──INT/QUIT──▶ postgres
final class Watchdog: Sendable {
    let processId: pid_t
    private let pipeEnd: Int32
    /// Kept, because a process can be waited for only once, and its number may then belong to another child.
    private let status = Mutex<Int32?>(nil)

    /// - Parameters:
    ///   - command: the server, already with its account's prefix.
    ///   - folderToRemove: removed after the server's end, nil keeps everything.
    ///   - stopSignal: what ends the server when we vanish: INT (fast, with a checkpoint) or QUIT (at once).
    init(command: [String], folderToRemove: String?, stopSignal: String, logPath: String)
        throws(PrivateClusterError)
    {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(call: "pipe", code: errno) }
        // Swift's Glibc has no pipe2. Between these calls another thread may start a child that inherits the writing
        // end; the server then merely outlives us until that child ends.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { Glibc.close(ends[0]) }
        pipeEnd = ends[1]
        do {
            processId = try ChildProcess.start(
                ["/bin/sh", "-c", Self.script, "sh", stopSignal, folderToRemove ?? ""] + command,
                input: ends[0], logPath: logPath)
        } catch {
            Glibc.close(pipeEnd)
            throw error
        }
    }

    /// Asks for the end and waits for it. Must be called at most once.
    func stop(immediately: Bool) {
        let word = immediately ? "QUIT\n" : "INT\n"
        _ = Array(word.utf8).withUnsafeBytes { write(pipeEnd, $0.baseAddress, $0.count) }
        Glibc.close(pipeEnd)
        status.withLock { status in
            if status == nil { status = (try? ChildProcess.wait(processId)) ?? 0 }
        }
    }

    /// Non-nil once the server and its shell have ended.
    var endStatus: Int32? {
        status.withLock { status in
            if status == nil { status = ChildProcess.statusIfEnded(processId) }
            return status
        }
    }

    // The server's standard input is /dev/null, its other descriptors are the log. `read` is a builtin: no further
    // process. A fast stop that takes longer than 30 seconds becomes an immediate one.
    private static let script = """
        signal=$1 folder=$2
        shift 2
        exec 3<&0 </dev/null
        trap '' INT TERM HUP PIPE
        "$@" 3<&- &
        server=$!
        (
            trap 'kill "$nap" 2>/dev/null; exit' USR1
            read -r word <&3 && signal=$word
            kill -s "$signal" "$server" 2>/dev/null
            sleep 30 3<&- &
            nap=$!
            wait "$nap"
            kill -s QUIT "$server" 2>/dev/null
        ) &
        watcher=$!
        wait "$server"
        status=$?
        kill -s USR1 "$watcher" 2>/dev/null
        if [ -n "$folder" ]; then rm -rf -- "$folder"; fi
        exit "$status"
        """
}
