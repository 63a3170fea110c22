import Foundation
import PostgreSQL
import Scenarios
import TestSupport
import Testing

/// A password reaches PostgreSQL and nobody else.
@Suite("Command line: secrets", .serialized)
struct SecretTests {
    private static let secret = "hunter2secret"

    /// A database whose serving role needs a password, and the means to tell the program.
    private final class GuardedDatabase {
        let session: TestSession
        let conninfo: String
        let folder = TemporaryFolder()
        let passwordFile: String
        private let cluster: TestCluster

        init() throws {
            cluster = try TestCluster()
            session = try TestSession(in: cluster)
            conninfo = try session.readerConninfo()
            passwordFile = folder.write("passwords", "*:*:*:*:\(SecretTests.secret)\n")
            try session.run("ALTER ROLE test_symbology_reader PASSWORD '\(SecretTests.secret)'")
            writeFile(
                cluster.cluster.directory + "/cluster/data/pg_hba.conf",
                "local all test_symbology_reader scram-sha-256\nlocal all all trust\n")
            try session.run("SELECT pg_reload_conf()")
            let target = try ConnectionTarget(conninfo: conninfo + " passfile=/nonexistent")
            #expect(Deadline().poll { (try? Connection(target)) == nil }, "the server asks for no password")
        }

        func change(password: String) throws {
            try session.run("ALTER ROLE test_symbology_reader PASSWORD '\(password)'")
            try session.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'test_symbology_reader'")
        }

        func serve(_ arguments: [String], environment: [String: String?] = [:]) throws -> RunningCommand {
            try Program.start(
                ["serve", "--unix", folder.path("s"), "--log-level", "debug"] + arguments, environment: environment)
        }
    }

    @Test(
        "a password file that others may read is ignored, and the log says so and what to do", .scenario(.secrets),
        arguments: [0o640, 0o604])
    func openPasswordFile(mode: mode_t) throws {
        let database = try GuardedDatabase()
        chmod(database.passwordFile, mode)
        let conninfo = "\(database.conninfo) passfile=\(database.passwordFile)"
        let server = try database.serve(["--database", conninfo])
        defer { server.end() }
        let advice = "chmod 0600 \(database.passwordFile)"
        try server.waitForLine(.error, "advice") { $0.contains("attempt") && $0.contains(advice) }
        #expect(try Program.run("status", "--unix", database.folder.path("s")).exitCode == 1)
        let once = try Program.run("export", "--database", conninfo)
        #expect(once.exitCode == 69 && once.error.contains(advice), "\(once.error)")

        chmod(database.passwordFile, 0o600)
        try server.waitForLine(.error, "ready") { $0.contains(" ready ") }
        server.signal(SIGTERM)
        #expect(!(try server.finish().error.contains(Self.secret)))
    }

    @Test("where there is no password, the error says which file was looked into")
    func missingPassword() throws {
        let database = try GuardedDatabase()
        let empty = database.folder.write("empty", "")
        chmod(empty, 0o600)
        for (file, advice) in [
            (empty, "\(empty) has no line for this host"), (database.folder.path("none"), "with mode 0600"),
            (database.folder.path, "is not a plain file"),
        ] {
            let refused = try Program.run("export", "--database", "\(database.conninfo) passfile=\(file)")
            #expect(refused.exitCode == 69 && refused.error.contains(advice), "\(refused.error)")
        }
    }

    @Test(
        "a password is in no command line, no log, no status and no configuration shown", .scenario(.secrets),
        arguments: ["file", "environment", "service"])
    func secretStays(means: String) throws {
        let database = try GuardedDatabase()
        chmod(database.passwordFile, 0o600)
        var environment: [String: String?] = [:]
        var conninfo = database.conninfo
        switch means {
        case "file": environment["PGPASSFILE"] = database.passwordFile
        case "environment": environment["PGPASSWORD"] = Self.secret
        default:
            environment["PGSERVICEFILE"] = database.folder.write("services", "[md]\npassword=\(Self.secret)\n")
            conninfo += " service=md"
        }
        let server = try database.serve(["--database", conninfo], environment: environment)
        defer { server.end() }
        var next = try server.waitForLine(.error, "ready") { $0.contains(" ready ") }.next
        let socket = database.folder.path("s")
        var shown: [String] = []
        for format in ["table", "json"] {
            for arguments in [["status", "--unix", socket], ["serve", "--print-config", "--database", conninfo]] {
                let result = try Program.run(arguments + ["--format", format], environment: environment)
                #expect(result.exitCode == 0, "\(result.error)")
                shown += [result.output, result.error]
            }
        }
        shown.append(try String(contentsOfFile: "/proc/\(server.processId)/cmdline", encoding: .utf8))
        #expect(shown.last?.contains("--database") == true)

        // What libpq and the server say of a password that is no longer right.
        try database.change(password: "another")
        next = try server.waitForLine(.error, from: next, "the refusal") {
            $0.contains("password authentication failed")
        }.next
        try database.change(password: Self.secret)
        try server.waitForLine(.error, from: next, "recovery") { $0.contains("recovered") }
        server.signal(SIGTERM)
        let finished = try server.finish()
        #expect(finished.exitCode == 0)
        shown += [finished.output, finished.error]
        for text in shown { #expect(!text.contains(Self.secret)) }
    }
}
