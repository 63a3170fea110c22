import Foundation
import PostgreSQL
import Scenarios
import SymbologyClient
import Synchronization
import TestSupport
import Testing

@Suite("Command line: a server's life and limits", .serialized)
struct ServeLifeTests {
    /// A server without a database, which is enough for all that happens before an answer.
    private func serve(
        _ folder: TemporaryFolder, _ arguments: String..., environment: [String: String?] = [:]
    ) throws -> RunningCommand {
        let server = try Program.start(
            ["serve", "--unix", folder.path + "/s", "--database", "host=/nonexistent"] + arguments,
            environment: environment)
        try server.waitForLine(.error, "listening") { $0.contains("listening") }
        return server
    }

    @Test("every limit is shown, from where it comes")
    func printConfig() throws {
        let folder = TemporaryFolder()
        let file = folder.write("c", "clients-max = 7\nallow-uid = 1,2\n")
        let shown = try Program.run(
            "serve", "--print-config", "--config", file, "--frame-timeout", "1234", "--format", "json")
        var values: [String: String] = [:]
        for line in shown.lines {
            let row = try jsonObject(line)
            values[try #require(row["setting"] as? String)] = row["value"] as? String ?? "-"
        }
        let expected = [
            "clients-max": "7", "window-max": "4096", "frame-timeout": "1234", "idle-timeout": "0",
            "queued-bytes-max": "8388608", "queued-bytes-total-max": "268435456", "work-per-turn": "4096",
            "list-page-max": "1024", "subscribers-max": "1024", "reserved-fds": "64", "allow-uid": "1,2",
        ]
        #expect(values.filter { expected.keys.contains($0.key) } == expected)
        for arguments in [["--clients-max", "0"], ["--reserved-fds", "1"], ["--allow-uid", "root"]] {
            let refused = try Program.run(["serve", "--unix", folder.path + "/s", "--database", ""] + arguments)
            #expect(refused.exitCode == 64 && refused.error.contains(arguments[0]), "\(refused.error)")
        }
    }

    @Test("limits that contradict each other are refused, with what to do")
    func contradictions() throws {
        let folder = TemporaryFolder()
        for (arguments, advice) in [
            (["--list-page-max", "65536"], "--queued-bytes-max"), (["--queued-bytes-max", "65536"], "--list-page-max"),
            (["--queued-bytes-total-max", "8388607"], "--queued-bytes-total-max"),
        ] {
            let refused = try Program.run(["serve", "--unix", folder.path + "/s", "--database", ""] + arguments)
            #expect(refused.exitCode == 78 && refused.error.contains(advice), "\(refused.error)")
        }
        let allowed = try serve(folder, "--list-page-max", "65536", "--queued-bytes-max", "20000000")
        allowed.end()
    }

    @Test("one client too many is told so, and descriptors never run out", .scenario(.oneClientTooMany))
    func clients() throws {
        let folder = TemporaryFolder()
        // 128 descriptors less 100 in reserve and 4 of the serving thread's loop are 24 clients, whatever was asked.
        let server = try RunningCommand(
            "/bin/sh",
            [
                "-c", "ulimit -n 128; exec \"$0\" \"$@\"", Program.path, "serve", "--unix", folder.path + "/s",
                "--database", "host=/nonexistent", "--clients-max", "5000", "--reserved-fds", "100",
            ], environment: Program.environment())
        defer { server.end() }
        try server.waitForLine(.error, "listening") { $0.contains("listening") }
        var clients = try (0..<24).map { _ in try RawSocket(unixPath: folder.path + "/s") }
        for _ in 0..<200 {
            let refused = try RawSocket(unixPath: folder.path + "/s")
            let answer = try #require(refused.readText())
            #expect(answer.contains("too many clients"))
            #expect(refused.readText() == nil)
        }
        clients.removeAll()
        let recovered = try Deadline().poll { try Program.run("status", "--unix", folder.path + "/s").exitCode != 69 }
        #expect(recovered)
    }

    @Test("clients that end alike are a line, and then a count")
    func repeatedEndings() throws {
        let folder = TemporaryFolder()
        let server = try Program.start(["serve", "--unix", folder.path("s"), "--database", "host=/nonexistent"])
        defer { server.end() }
        try server.waitForLine(.error, "listening") { $0.contains("listening") }
        for _ in 0..<300 {
            let client = try RawSocket(unixPath: folder.path("s"))
            try client.send([UInt8](repeating: 0xFF, count: 64))
            #expect(client.readText() != nil)
        }
        server.signal(SIGTERM)
        let lines = try server.finish().error.split(separator: "\n").filter { $0.contains(/clients? closed/) }
        let counted = lines.compactMap { $0.firstMatch(of: /more clients closed count=(\d+) reason=/)?.output.1 }
        #expect(lines.count - counted.count == 1 && counted.reduce(0) { $0 + (Int($1) ?? 0) } == 299, "\(lines)")
        #expect(counted.count <= 8, "\(lines)")
    }

    @Test("a user who is not named is refused on the Unix socket", .scenario(.userNotAllowed))
    func users() throws {
        let folder = TemporaryFolder()
        let server = try serve(folder, "--allow-uid", "\(getuid() + 1)", "--allow-uid", "\(getuid() + 2)")
        defer { server.end() }
        let refused = try Program.run("status", "--unix", folder.path + "/s")
        #expect(refused.exitCode == 69)
        #expect(try RawSocket(unixPath: folder.path + "/s").readText()?.contains("this user may not connect") == true)
        let other = TemporaryFolder()
        let allowing = try serve(other, "--allow-uid", "\(getuid() + 1),\(getuid())")
        defer { allowing.end() }
        #expect(try Program.run("status", "--unix", other.path + "/s").exitCode == 1)
    }

    @Test(
        "SIGHUP puts the file's limits in force and reads the tables anew; a wrong file changes nothing",
        .scenario(.reload))
    func reload() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        let folder = TemporaryFolder()
        let file = folder.write("c", "clients-max = 1\n")
        let socket = folder.path + "/s"
        let server = try Program.start([
            "serve", "--unix", socket, "--database", database.conninfo, "--config", file,
        ])
        defer { server.end() }
        var next = try server.waitForLine(.error, "ready") { $0.contains(" ready ") }.next
        let holder = try RawSocket(unixPath: socket)
        #expect(try RawSocket(unixPath: socket).readText()?.contains("too many clients") == true)

        _ = folder.write("c", "clients-max = none\n")
        server.signal(SIGHUP)
        next = try server.waitForLine(.error, from: next, "why not") {
            $0.contains("not reloaded") && $0.contains("clients-max")
        }.next
        #expect(try RawSocket(unixPath: socket).readText()?.contains("too many clients") == true)

        // What no trigger tells of, only a reload sees at once.
        try connection.executeScript(
            """
            SET session_replication_role = replica; ALTER TABLE exchanges DISABLE TRIGGER ALL;
            UPDATE exchanges SET display_name = 'seen'; ALTER TABLE exchanges ENABLE TRIGGER ALL;
            """, name: "behind the triggers")
        _ = folder.write("c", "clients-max = 10\n")
        server.signal(SIGHUP)
        next = try server.waitForLine(.error, from: next, "reloaded") { $0.contains(" reloaded") }.next
        let seen = try Deadline().poll {
            try Program.run("exchange", "GATEIO_SPOT", "--unix", socket, "--format", "json").output.contains("seen")
        }
        #expect(seen, "two clients at once: the file's new limit is in force")

        _ = folder.write("c", "# As an editor on Windows leaves it.\r\nclients-max = 1\r\n")
        server.signal(SIGHUP)
        try server.waitForLine(.error, from: next, "reloaded") { $0.contains(" reloaded") }
        #expect(try RawSocket(unixPath: socket).readText()?.contains("too many clients") == true)
        withExtendedLifetime(holder) {}
    }

    @Test("SIGHUP puts intervals and the log level in force, and names what needs a restart", .scenario(.reload))
    func reloadSettings() throws {
        let database = try TestDatabase()
        let folder = TemporaryFolder()
        let file = folder.write("c", "log-level = notice\nreconcile-interval = 86400000\nthreads = 1\n")
        let server = try Program.start([
            "serve", "--unix", folder.path + "/s", "--database", try database.readerConninfo(), "--config", file,
        ])
        defer { server.end() }
        var next = try server.waitForLine(.error, "ready") { $0.contains(" ready ") }.next

        for (wrong, name) in [("poll-interval = 99", "poll-interval"), ("log-level = loud", "log-level")] {
            // What stands beside the mistake must not come into force either.
            _ = folder.write("c", "reconcile-interval = 1000\nclients-max = 3\n\(wrong)\n")
            server.signal(SIGHUP)
            next = try server.waitForLine(.error, from: next, "why not") {
                $0.contains("not reloaded") && $0.contains(name)
            }.next
        }

        _ = folder.write(
            "c", "log-level = debug\nreconcile-interval = 1000\nthreads = 2\nenvironment = staging\nunix = /t\n")
        server.signal(SIGHUP)
        let (line, after) = try server.waitForLine(.error, from: next, "reloaded") { $0.contains(" reloaded") }
        // The socket's flag beats the file, so nothing about it was changed.
        #expect(line.contains("warning") && line.hasSuffix("reloaded needs_restart=environment,threads"), "\(line)")
        // Only debug shows it, and only the new interval brings it.
        next = try server.waitForLine(.error, from: after, "a reconcile") { $0.contains("reconciled, 0 drifted") }.next

        _ = folder.write("c", "log-level = notice\nthreads = 1\n")
        server.signal(SIGHUP)
        let (quiet, _) = try server.waitForLine(.error, from: next, "reloaded") { $0.contains(" reloaded") }
        #expect(quiet.contains("notice") && quiet.hasSuffix("reloaded"), "\(quiet)")
    }

    @Test("the service manager hears of the start, a reload and the end", arguments: [false, true])
    func notifications(isAbstract: Bool) throws {
        let folder = TemporaryFolder()
        let name = isAbstract ? "@symbology-test-\(getpid())" : folder.path + "/notify"
        let manager = try RawSocket(datagramsTo: name)
        let server = try serve(folder, environment: ["NOTIFY_SOCKET": name])
        defer { server.end() }
        #expect(manager.readText() == "READY=1")
        server.signal(SIGHUP)
        let reloading = try #require(manager.readText())
        #expect(reloading.wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=\d+/) != nil, "\(reloading)")
        #expect(manager.readText() == "READY=1")
        server.signal(SIGTERM)
        #expect(manager.readText() == "STOPPING=1")
        #expect(try server.finish().exitCode == 0)
    }

    @Test("SIGTERM under load ends with 0, and every client hears why", .scenario(.stopUnderLoad))
    func stopsUnderLoad() throws {
        let system = try RunningSystem()
        let load = try Program.start([
            "bench", "--unix", system.unixPath, "-c", "4", "-P", "64", "-d", "60", "--verify",
        ])
        defer { load.end() }
        try load.waitForLine(.error, "progress") { $0.contains("answers/s") }
        let quiet = try RawSocket(unixPath: system.unixPath)
        #expect(try system.ask("status").exitCode == 0)
        system.server.signal(SIGTERM)
        #expect(quiet.readText()?.contains("the server is going away") == true)
        #expect(try system.server.finish().exitCode == 0)
        // 1 would be a wrong answer.
        let finished = try load.finish()
        #expect(finished.exitCode == 69, "\(finished.error)")
    }

    @Test("a second signal ends at once what the first one lets finish")
    func secondSignal() throws {
        let system = try RunningSystem()
        // Records for somebody who does not read: a drain waits for that until its deadline.
        let slow = try RawSocket(unixPath: system.unixPath)
        var request = [UInt8](repeating: 0, count: 64)
        (request[0], request[2], request[4], request[5]) = (56, 6, 0x59, 0x1B)
        let flood = [[UInt8]](repeating: request, count: 512).flatMap { $0 }
        while slow.sendWhatFits(flood) > 0 {}
        #expect(try system.ask("status").exitCode == 0)
        system.server.signal(SIGTERM)
        try system.server.waitForLine(.error, "stopping") { $0.contains("stopping") }
        system.server.signal(SIGTERM)
        #expect(try system.server.finish().exitCode == 128 + SIGTERM)
    }

    /// Connects again and again, each time with a hello, until it is told to end.
    private final class Knocker: Sendable {
        private struct State {
            var welcomeCount = 0
            var farewellCount = 0
            var failures: [String] = []
            var isEnding = false
        }
        private let state = Mutex(State())
        private let ended = DispatchSemaphore(value: 0)

        init(_ address: ServerAddress) {
            Thread.detachNewThread { [self] in
                while !state.withLock({ $0.isEnding }) { knock(address) }
                ended.signal()
            }
        }

        private func knock(_ address: ServerAddress) {
            do throws(ClientError) {
                _ = try LookupClient(address, options: ClientOptions(environment: nil, clientName: "knocker"))
                state.withLock { $0.welcomeCount += 1 }
            } catch {
                state.withLock { state in
                    // Accepted by the one who was just going: it says so. To be refused is another matter.
                    if case .rejected(_, .shuttingDown, _) = error {
                        state.farewellCount += 1
                    } else {
                        state.failures.append("\(error)")
                    }
                }
            }
        }

        var welcomeCount: Int { state.withLock { $0.welcomeCount } }

        func end() -> [String] {
            state.withLock { $0.isEnding = true }
            ended.wait()
            return state.withLock { $0.failures }
        }
    }

    @Test("systemd's sockets are taken over, and restarts under load refuse nobody", .scenario(.socketHandedOver))
    func activation() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/s"
        // What a service manager does: bind, then start the program, and start it again when it has ended. The program
        // dies with it: PR_SET_PDEATHSIG is 1.
        let script = """
            import ctypes, os, signal, socket, sys
            unix = socket.socket(socket.AF_UNIX); unix.bind(sys.argv[1]); unix.listen(64)
            tcp = socket.socket(); tcp.bind(("127.0.0.1", 0)); tcp.listen(64)
            held = [os.dup2(s.fileno(), 10 + i) for i, s in enumerate((unix, tcp))]
            for life in range(int(sys.argv[2])):
                pid = os.fork()
                if pid == 0:
                    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
                    os.dup2(held[0], 3); os.dup2(held[1], 4)
                    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2")
                    os.execv(sys.argv[3], sys.argv[3:])
                print("pid", pid, tcp.getsockname()[1], flush=True)
                if os.waitpid(pid, 0)[1] != 0: sys.exit(1)
            """
        let lifeCount = 6
        let manager = try RunningCommand(
            "/usr/bin/env",
            [
                "python3", "-c", script, path, "\(lifeCount)", Program.path, "serve", "--database",
                "host=/nonexistent",
            ],
            environment: Program.environment())
        defer { manager.end() }
        var next = 0
        var knockers: [Knocker] = []
        for life in 1...lifeCount {
            let found = try manager.waitForLine(.output, from: next, "life \(life)") { $0.hasPrefix("pid ") }
            next = found.next
            let words = found.line.split(separator: " ")
            let port = try #require(UInt16(words[2]))
            if life == 1 {
                knockers = [Knocker(.unix(path: path)), Knocker(.tcp(host: "127.0.0.1", port: port))]
            }
            // 1 says that nothing is loaded; not reachable would be 69. It is asked while one goes and the other comes.
            #expect(try Program.run("status", "--unix", path).exitCode == 1)
            #expect(try Program.run("status", "--tcp", "127.0.0.1:\(port)").exitCode == 1)
            let counts = knockers.map(\.welcomeCount)
            let areServed = Deadline().poll { zip(knockers, counts).allSatisfy { $0.welcomeCount > $1 + 20 } }
            #expect(areServed)
            if life == lifeCount { for knocker in knockers { #expect(knocker.end() == []) } }
            kill(try #require(pid_t(words[1])), SIGTERM)
        }
        #expect(try manager.finish().exitCode == 0)
        #expect(access(path, F_OK) == 0)
    }

    @Test("a log that nobody reads holds up nobody", .scenario(.logPipeBlocked))
    func blockedLog() throws {
        let folder = TemporaryFolder()
        let pipe = folder.path + "/log"
        #expect(mkfifo(pipe, 0o600) == 0)
        // Open for both, so that opening does not wait; never read.
        let reader = open(pipe, O_RDWR | O_CLOEXEC)
        defer { close(reader) }
        let server = try RunningCommand(
            "/bin/sh",
            [
                "-c", "exec \"$0\" \"$@\" 2>'\(pipe)'", Program.path, "serve", "--unix", folder.path + "/s",
                "--database", "host=/nonexistent", "--log-level", "debug",
            ], environment: Program.environment())
        defer { server.end() }
        let isThere = try Deadline().poll { try Program.run("status", "--unix", folder.path + "/s").exitCode == 1 }
        #expect(isThere)
        // Each client is two lines or more: the pipe is full after a few hundred, the queue after some more.
        for _ in 0..<3_000 { _ = try RawSocket(unixPath: folder.path + "/s") }
        var waiting: Int32 = 0
        #expect(ioctl(reader, UInt(FIONREAD), &waiting) == 0 && waiting > 60_000)
        #expect(try Program.run("status", "--unix", folder.path + "/s").exitCode == 1)
        server.signal(SIGTERM)
        #expect(try server.finish().exitCode == 0)
    }
}
