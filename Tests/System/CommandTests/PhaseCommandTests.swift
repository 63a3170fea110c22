import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("Command line: populate, validate, rollback")
struct PhaseCommandTests {
    let database: TestDatabase
    let connection: Connection
    let folder = TemporaryFolder()

    /// Migrated by the program itself, so that the ledger knows it.
    init() throws {
        database = try TestDatabase(.empty)
        connection = try database.connect()
    }

    private func run(_ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(arguments + ["--database", database.conninfo])
    }

    private func integer(_ sql: String) throws -> Int64 {
        try #require(try connection.query(Statement(name: "test", sql: sql)).int64(0, 0))
    }

    private func migrateAndRecord() throws {
        #expect(try run("migrate", "up").exitCode == 0)
        try database.run(
            """
            INSERT INTO book_ticker_snapshots (exchange, symbol_base, symbol_quote, bid_price, ask_price, bid_qty,
                                               ask_qty, timestamp)
            SELECT e, 'LUNC', 'USDT', 0.00003528, 0.00003531, 89, 1400000000.5, now()
              FROM unnest(ARRAY['GATEIO_FUTURES', 'MEXC_SPOT']) e, generate_series(1, 50);
            INSERT INTO book_ticker_snapshots (exchange, symbol_base, symbol_quote, bid_price, ask_price, bid_qty,
                                               ask_qty, timestamp)
            VALUES ('NOWHERE', 'A', 'B', 1, 1, 1, 1, now()), ('MEXC_SPOT', 'USDT', 'USDT', 1, 1, 1, 1, now())
            """)
    }

    private func lines(_ finished: RunningCommand.Finished, _ kind: String) throws -> [[String: Any]] {
        try finished.lines.map(jsonObject).filter { $0["kind"] as? String == kind }
    }

    @Test("populate reports venues, pairs and the whole in every format; the second time nothing is new")
    func populate() throws {
        try migrateAndRecord()
        let dry = try run("populate", "--dry-run", "--format", "json")
        #expect(dry.exitCode == 0, "\(dry.error)")
        #expect(try lines(dry, "summary")[0]["new"] as? Int == 2)
        #expect(try integer("SELECT count(*) FROM symbols") == 0)

        let first = try run("populate", "--format", "json")
        #expect(first.exitCode == 0, "\(first.error)")
        #expect(first.error.contains("unknown venue NOWHERE"))
        let venues = try lines(first, "venue").map { "\($0["exchange"] ?? "") \($0["outcome"] ?? "")" }
        #expect(venues == ["GATEIO_FUTURES mapped", "MEXC_SPOT mapped", "NOWHERE unknown", "GATEIO_SPOT missing"])
        let pair = try #require(try lines(first, "pair").first { $0["symbol"] as? String == "LUNC_USDT" })
        #expect(pair["tick_size"] as? String == "0.00000001" && pair["precision_price"] as? Int == 8)
        #expect(pair["step_size"] as? String == "0.1" && pair["outcome"] as? String == "new")
        let skipped = try lines(first, "pair").filter { $0["outcome"] as? String == "skipped" }
        #expect(
            skipped.compactMap { $0["remark"] as? String }.sorted() == [
                "base and quote asset are the same", "unknown venue",
            ])

        let second = try run("populate", "--format", "json")
        let summary = try #require(try lines(second, "summary").first)
        #expect(summary["new"] as? Int == 0 && summary["known"] as? Int == 2 && summary["updated"] as? Int == 0)
        #expect(try integer("SELECT last_value FROM symbols_id_seq") == 2)

        let table = try run("populate")
        #expect(table.output.contains("0 new, 0 updated, 2 known, 2 skipped"), "\(table.output)")
        let tsv = try run("populate", "--format", "tsv")
        #expect(Set(tsv.lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).count }).count == 1)
    }

    @Test("validate prints a line a check, exits 1 when one fails and 64 for a phase that is not there")
    func validate() throws {
        try migrateAndRecord()
        let before = try run("validate", "--phase", "1", "--format", "json")
        #expect(before.exitCode == 1)
        let failed = try before.lines.map(jsonObject).filter { $0["verdict"] as? String == "failed" }
        #expect(failed.compactMap { $0["check"] as? String }.sorted() == ["legacy.pairs", "legacy.venues"])
        #expect(try before.lines.map(jsonObject).allSatisfy { $0["microseconds"] is Int && $0["detail"] != nil })

        try database.run("DELETE FROM book_ticker_snapshots WHERE exchange = 'NOWHERE'")
        #expect(try run("populate").exitCode == 0)
        let after = try run("validate", "--phase", "1")
        #expect(after.exitCode == 0, "\(after.output)")
        #expect(after.error.contains("phase 1: "))
        try database.run("GRANT CREATE ON SCHEMA public TO PUBLIC")
        let open = try run("validate", "--phase", "1")
        #expect(open.exitCode == 1 && open.output.contains("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        try database.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        for phase in ["0", "5"] { #expect(try run("validate", "--phase", phase).exitCode == 64) }
        #expect(try run("validate").exitCode == 64)
        let bare = try TestDatabase(.empty)
        #expect(try Program.run("validate", "--phase", "1", "--database", bare.conninfo).exitCode == 1)

        let careless = "\(database.name)_careless"
        try database.run("CREATE DATABASE \(careless) TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
        let conninfo = database.testCluster.cluster.conninfo(database: careless)
        #expect(
            try Program.run("validate", "--phase", "1", "--database", conninfo).output.contains("use a UTF8 database"))
        try database.run("DROP DATABASE \(careless)")
    }

    /// The schema as `pg_dump` sees it, without what differs from run to run.
    private func schemaDump(_ database: TestDatabase) throws -> String {
        let program = database.testCluster.cluster.binariesDirectory + "/pg_dump"
        let dump = TestSupport.Program.run([program, "--schema-only", "--dbname", database.conninfo])
        try #require(dump.status == 0, "\(dump.output)")
        // The keys of \restrict differ from run to run, and so does how a restored CHECK spells its list of values and
        // where it has parentheses.
        let lines = dump.output.split(separator: "\n").filter { !$0.hasPrefix("\\") && !$0.contains(" = ANY (") }
            .map { $0.contains(" CHECK (") ? $0.filter { $0 != "(" && $0 != ")" } : String($0) }
        return lines.joined(separator: "\n")
    }

    @Test("rollback leaves the database as it was before the phase, and its backup gives the phase back")
    func rollback() throws {
        #expect(try run("migrate", "up", "--to", "1").exitCode == 0)
        let before = try schemaDump(database)
        try migrateAndRecord()
        #expect(try run("populate").exitCode == 0)
        let full = try schemaDump(database)

        let refused = try run("rollback", "--phase", "1")
        #expect(refused.exitCode == 64, "there is no terminal and no --yes")
        #expect(try integer("SELECT count(*) FROM symbols") == 2)
        let dry = try run("rollback", "--phase", "1", "--dry-run", "--format", "json")
        #expect(dry.exitCode == 0)
        #expect(try dry.lines.map(jsonObject).allSatisfy { $0["done"] as? Bool == false })

        let file = folder.path("phase1.dump")
        let done = try run(
            "rollback", "--phase", "1", "--backup", "--backup-file", file, "--yes", "--format", "json")
        #expect(done.exitCode == 0, "\(done.error)")
        let steps = try done.lines.map(jsonObject)
        #expect(steps.first?["step"] as? String == "backup" && steps.first?["name"] as? String == file)
        #expect(steps.dropFirst().allSatisfy { $0["step"] as? String == "down" } && steps.count >= 5)
        #expect(try schemaDump(database) == before)
        #expect(try integer("SELECT count(*) FROM book_ticker_snapshots") == 102)
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)

        let again = try run("rollback", "--phase", "1", "--yes")
        #expect(again.exitCode == 0 && again.error.contains("nothing of phase 1"))

        let restored = try TestDatabase(.empty)
        let program = database.testCluster.cluster.binariesDirectory + "/pg_restore"
        let restore = TestSupport.Program.run([program, "--exit-on-error", "--dbname", restored.conninfo, file])
        #expect(restore.status == 0, "\(restore.output)")
        let (was, new) = (Set(full.split(separator: "\n")), Set(try schemaDump(restored).split(separator: "\n")))
        #expect(was == new, "gone: \(was.subtracting(new)); new: \(new.subtracting(was))")
        let count = try restored.connect().query(Statement(name: "count", sql: "SELECT count(*) FROM symbols"))
        #expect(try count.int64(0, 0) == 2)
    }

    @Test("when the backup cannot be written nothing is destroyed")
    func backupFails() throws {
        try migrateAndRecord()
        #expect(try run("populate").exitCode == 0)
        let occupied = folder.write("there.dump", "an older backup")
        for file in [occupied, folder.path("no/such/folder/x.dump")] {
            let result = try run("rollback", "--phase", "1", "--backup", "--backup-file", file, "--yes")
            #expect(result.exitCode == 71, "\(result.error)")
            #expect(result.error.contains("--backup-file"), "\(result.error)")
        }
        #expect(try String(contentsOfFile: occupied, encoding: .utf8) == "an older backup")
        #expect(try integer("SELECT count(*) FROM symbols") == 2)
        #expect(try run("rollback", "--phase", "1", "--backup-file", "x", "--yes").exitCode == 64)
        #expect(try run("rollback", "--phase", "5", "--yes").exitCode == 64)
    }

    /// The command at a terminal of its own, whose keyboard is a named pipe.
    private func rollbackAtTerminal(_ file: String) throws -> (command: RunningCommand, keyboard: FileHandle) {
        let pipe = folder.path("keyboard")
        try #require(mkfifo(pipe, 0o600) == 0)
        let command = try RunningCommand(
            "/bin/sh",
            [
                "-c",
                "exec script --quiet --return "
                    + "--command \"stty -onlcr; exec $0 rollback --phase 1 --backup --backup-file $1\" "
                    + "/dev/null < $2", Program.path, file, pipe,
            ], environment: Program.environment(["SYMBOLOGY_DATABASE": database.conninfo]))
        return (command, try FileHandle(forUpdating: URL(filePath: pipe)))
    }

    @Test("at a terminal it asks, and only yes is yes", arguments: ["no", "YES", "", "yes"])
    func asksAtTheTerminal(answer: String) throws {
        try migrateAndRecord()
        let (command, keyboard) = try rollbackAtTerminal(folder.path("x.dump"))
        defer { command.end() }
        try command.waitForLine(.output, "question") { $0.contains("type yes to go on") }
        #expect(try integer("SELECT count(*) FROM exchanges") == 3)
        try keyboard.write(contentsOf: Data("\(answer)\n".utf8))
        let end = try command.finish()
        try keyboard.close()
        #expect(end.exitCode == (answer == "yes" ? 0 : 1), "\(end.output)")
        #expect(end.output.contains("nothing was destroyed") == (answer != "yes"), "\(end.output)")
        let isThere = try integer("SELECT count(*) FROM pg_class WHERE oid = to_regclass('exchanges')")
        #expect(isThere == (answer == "yes" ? 0 : 1))
    }

    @Test("what was written after the backup is not destroyed")
    func changeAfterTheBackup() throws {
        try migrateAndRecord()
        let file = folder.path("x.dump")
        let (command, keyboard) = try rollbackAtTerminal(file)
        defer { command.end() }
        try command.waitForLine(.output, "question") { $0.contains("type yes to go on") }
        try database.run("UPDATE exchanges SET is_active = false WHERE id = 1")
        try keyboard.write(contentsOf: Data("yes\n".utf8))
        let end = try command.finish()
        try keyboard.close()
        #expect(end.exitCode == 1 && end.output.contains("changed after the backup"), "\(end.output)")
        #expect(end.output.contains("nothing was destroyed; the backup stays in \(file)"), "\(end.output)")
        #expect(try integer("SELECT count(*) FROM exchanges") == 3)
    }

    @Test("the legacy rows can be left out of the backup")
    func legacyRowsLeftOut() throws {
        try migrateAndRecord()
        let real = database.testCluster.cluster.binariesDirectory
        let file = folder.path("small.dump")
        let done = try run(
            "rollback", "--phase", "1", "--backup", "--skip-legacy-rows", "--backup-file", file, "--yes")
        #expect(done.exitCode == 0, "\(done.error)")
        let script = TestSupport.Program.run([real + "/pg_restore", "--data-only", "--file=-", file])
        #expect(script.output.contains("COPY public.exchanges") && !script.output.contains("LUNC"))
        #expect(try integer("SELECT count(*) FROM book_ticker_snapshots") == 102)
    }

    @Test("resolve asks the database where no server answers, and says so")
    func resolveFallsBack() throws {
        try migrateAndRecord()
        #expect(try run("populate").exitCode == 0)
        let nowhere = folder.path("nobody.sock")
        let away = try run("resolve", "MEXC_SPOT", "LUNCUSDT", "LUNC/USDT", "--unix", nowhere, "--format", "json")
        #expect(away.exitCode == 0, "\(away.error)")
        let rows = try away.lines.map(jsonObject)
        #expect(rows.count == 2 && rows.allSatisfy { $0["source"] as? String == "database" })
        #expect(rows.allSatisfy { $0["symbol_id"] as? Int == 2 && $0["status"] as? String == "ok" })
        let unknown = try run("resolve", "MEXC_SPOT", "NOPE", "--unix", nowhere, "--format", "json")
        #expect(unknown.exitCode == 1)
        #expect(try jsonObject(unknown.lines[0])["status"] as? String == "unknown_symbol")
        let environment: [String: String?] = ["SYMBOLOGY_DATABASE": database.conninfo]
        let silent = try Program.run(["resolve", "MEXC_SPOT", "LUNCUSDT", "--unix", nowhere], environment: environment)
        #expect(silent.exitCode == 69, "a database in the environment is there for other commands")
        let told = try Program.run(
            ["resolve", "MEXC_SPOT", "LUNCUSDT", "--unix", nowhere, "--fallback-database"], environment: environment)
        #expect(told.exitCode == 0 && told.output.contains("database"))
        let neither = try Program.run(
            "resolve", "MEXC_SPOT", "LUNCUSDT", "--unix", nowhere, "--database", "host=/nonexistent")
        #expect(neither.exitCode == 69 && neither.error.contains("no server") && neither.error.contains("database"))

        let server = try Program.start([
            "serve", "--database", database.conninfo, "--unix", folder.path("s.sock"), "--tcp", "127.0.0.1:0",
        ])
        defer { server.end() }
        try server.waitForLine(.error, "ready") { $0.contains(" ready ") }
        let there = try run("resolve", "MEXC_SPOT", "LUNCUSDT", "--unix", folder.path("s.sock"), "--format", "json")
        #expect(try jsonObject(there.lines[0])["source"] as? String == "server")
    }
}
