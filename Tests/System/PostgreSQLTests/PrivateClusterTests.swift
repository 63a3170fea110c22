import Glibc
import PostgreSQL
import PrivateCluster
import TestSupport
import Testing

@Suite(.serialized) struct PrivateClusterTests {
    /// A folder every account can pass through.
    func folder() -> TemporaryFolder {
        let folder = TemporaryFolder()
        chmod(folder.path, 0o755)
        return folder
    }

    func configuration(_ directory: String) -> DatabaseCluster.Configuration {
        var configuration = DatabaseCluster.Configuration(directory: directory)
        configuration.isDurable = false
        configuration.endingTimeoutMilliseconds = 200
        return configuration
    }

    func connect(_ cluster: DatabaseCluster) throws -> Connection {
        try Connection(ConnectionTarget(conninfo: cluster.conninfo()))
    }

    func show(_ name: String, _ connection: Connection) throws -> String? {
        try connection.query(Statement(name: "show", sql: "SELECT current_setting($1)"), [.text(name)]).text(0, 0)
    }

    @Test func aSecondStartFindsTheDataAgain() throws {
        let folder = folder()
        var cluster = try DatabaseCluster(configuration(folder.path("it's here")))
        #expect(cluster.isNew && cluster.isRunning && cluster.notices.isEmpty)
        #expect(cluster.majorVersion >= 15)
        do {
            let connection = try connect(cluster)
            try connection.executeScript("CREATE TABLE t AS SELECT 42 AS a", name: "write")
            #expect(try show("listen_addresses", connection) == "")
            #expect(try show("server_encoding", connection) == "UTF8")
            #expect(try show("data_checksums", connection) == "on")
        }
        let other = #expect(throws: PrivateClusterError.self) {
            try DatabaseCluster(configuration(folder.path("it's here")))
        }
        #expect(
            other == .alreadyRunning(directory: folder.path("it's here"), processId: cluster.serverProcessId))
        cluster.stop()
        cluster.stop()
        #expect(!cluster.isRunning)
        #expect(throws: PostgreSQLError.self) { try connect(cluster) }

        cluster = try DatabaseCluster(configuration(folder.path("it's here")))
        #expect(!cluster.isNew)
        #expect(try connect(cluster).query(Statement(name: "read", sql: "SELECT a FROM t")).int32(0, 0) == 42)
        // A crash of the server leaves its lock file; the next start recovers. One of its sessions is late to end.
        let session = try connect(cluster)
        kill(session.serverProcessId, SIGSTOP)
        let server = cluster.serverProcessId
        kill(server, SIGKILL)
        #expect(Deadline().poll { !cluster.isRunning })
        cluster.stop()
        let release = try #require(StartedProgram(["/bin/sh", "-c", "sleep 1; kill -CONT \(session.serverProcessId)"]))
        defer { release.kill() }
        cluster = try DatabaseCluster(configuration(folder.path("it's here")))
        #expect(try connect(cluster).query(Statement(name: "read", sql: "SELECT a FROM t")).int32(0, 0) == 42)
        cluster.stop()
    }

    @Test func aLockFileOfAnotherProcessIsStale() throws {
        let folder = folder()
        let cluster = try DatabaseCluster(configuration(folder.path))
        let lock = folder.path("cluster/data/postmaster.pid")
        let text = try #require(readFile(lock))
        cluster.stop()
        // After a reboot the number belongs to somebody else: to this process, for instance.
        let rest = text.drop { $0 != "\n" }
        writeFile(lock, "\(getpid())" + rest)
        let again = try DatabaseCluster(configuration(folder.path))
        #expect(try connect(again).query(Statement(name: "x", sql: "SELECT 1")).rowCount == 1)
        again.stop()
    }

    @Test func aPathTooLongForASocketGetsAShortOne() throws {
        let folder = folder()
        let long = folder.path(String(repeating: "d", count: 100))
        let cluster = try DatabaseCluster(configuration(long))
        #expect(cluster.directory == long)
        #expect(cluster.notices.count == 1)
        #expect((cluster.socketDirectory + "/.s.PGSQL.5432").utf8.count <= DatabaseCluster.socketPathByteCountMax)
        #expect(try connect(cluster).query(Statement(name: "x", sql: "SELECT 1")).rowCount == 1)
        cluster.stop()
        rmdir(cluster.socketDirectory)
    }

    @Test(.enabled(if: geteuid() == 0, "only root has folders nobody else can reach"))
    func aFolderOnlyRootCanReachWorksOrIsReplacedAloud() throws {
        // 0700 and root's, as /root is.
        let folder = TemporaryFolder()
        let cluster = try DatabaseCluster(configuration(folder.path("dev")))
        #expect(try connect(cluster).query(Statement(name: "x", sql: "SELECT 1")).rowCount == 1)
        let directory = cluster.directory
        if directory != folder.path("dev") {
            #expect(cluster.notices.first?.contains(directory) == true)
        }
        cluster.stop()
        let again = try DatabaseCluster(configuration(folder.path("dev")))
        #expect(!again.isNew && again.directory == directory)
        again.stop()
        if directory != folder.path("dev") { removeTree(directory) }
    }

    @Test func whatCannotBeStartedSaysWhy() throws {
        let folder = folder()
        var wrong = configuration(folder.path)
        wrong.settings = [("shared_buffers", "nonsense")]
        let error = #expect(throws: PrivateClusterError.self) { try DatabaseCluster(wrong) }
        #expect(error?.description.contains("shared_buffers") == true)
        let file = folder.write("file", "")
        #expect(throws: PrivateClusterError.self) { try DatabaseCluster(configuration(file)) }
        #expect(throws: PrivateClusterError.self) { try DatabaseCluster(configuration(file + "/below")) }
        writeFile(folder.path("cluster/data/PG_VERSION"), "12\n")
        let old = #expect(throws: PrivateClusterError.self) { try DatabaseCluster(configuration(folder.path)) }
        guard case .versionMismatch(_, 12, _)? = old else {
            Issue.record("\(String(describing: old))")
            return
        }
    }

    @Test func nothingOutlivesAnOwnerThatIsKilled() async throws {
        let folder = TemporaryFolder()
        let record = folder.path("record")
        // A process of its own: it starts a cluster, writes down where, and dies without a word.
        await #expect(processExitsWith: .signal(SIGKILL)) { [record = record as String] in
            let cluster = TestCluster.shared.cluster
            writeFile(record, "\(cluster.serverProcessId)\n\(cluster.directory)")
            kill(getpid(), SIGKILL)
        }
        let lines = try #require(readFile(record)).split(separator: "\n")
        let server = try #require(Int32(lines[0]))
        let directory = String(lines[1])
        #expect(server > 0)
        #expect(Deadline().poll { kill(server, 0) != 0 && access(directory, F_OK) != 0 })
    }
}
