import Glibc
import Synchronization

/// Sees to it that the processes which tests started end with the tests, also when those crash.
///
/// A shell reads process ids from a socket whose other end only this process holds. At the end of file (the tests are
/// over, or dead by whatever signal) it kills those that are still noted. PR_SET_PDEATHSIG would not do: it strikes
/// when the *thread* ends that started the child.
///
/// Thread-safe.
public final class ChildWatch: Sendable {
    /// One per process.
    public static let shared = ChildWatch()

    private let ourEnd: Int32
    private let shell: pid_t
    private let noted = Mutex<Set<pid_t>>([])

    init() {
        var ends: [Int32] = [-1, -1]
        // Close-on-exec in one call: no child of another thread may hold our end open.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            fatalError("socketpair: \(errno)")
        }
        ourEnd = ends[1]
        shell = Self.startShell(input: ends[0])
        close(ends[0])
    }

    /// From now on a crash of the tests ends this process.
    public func note(_ processId: pid_t) {
        noted.withLock { noted in
            noted.insert(processId)
            say("+ \(processId)")
        }
    }

    /// It has ended and was waited for: its number may soon be another's.
    public func forget(_ processId: pid_t) {
        noted.withLock { noted in
            guard noted.remove(processId) != nil else { return }
            say("- \(processId)")
        }
    }

    /// Lets go of the socket, as the end of this process would, and waits for the shell: a child that nobody waits for
    /// stays first in line, and whoever waits for any child, as the exit tests do, would never hear of another one.
    func end() {
        shutdown(ourEnd, Int32(SHUT_RDWR))
        while waitpid(shell, nil, 0) < 0, errno == EINTR {}
        close(ourEnd)
    }

    private func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        let count = send(ourEnd, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        precondition(count == bytes.count, "the shell that watches over child processes is gone: \(errno)")
    }

    private static func startShell(input: Int32) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        // A test runner waits until the last holder of its output is gone.
        for descriptor: Int32 in [1, 2] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        let arguments = ["/bin/sh", "-c", script]
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var processId: pid_t = 0
        let code = posix_spawn(&processId, "/bin/sh", &actions, nil, words, environ)
        guard code == 0 else { fatalError("/bin/sh: \(code)") }
        return processId
    }

    // Ctrl-C at a terminal reaches the shell too, which must outlive the tests. Everything in it is a builtin.
    private static let script = """
        trap '' INT TERM HUP PIPE
        running=' '
        while read -r sign process; do
            case $sign in
                +) running="$running$process " ;;
                -) running="${running%%" $process "*} ${running#*" $process "}" ;;
            esac
        done
        for process in $running; do kill -s KILL "$process"; done
        """
}
