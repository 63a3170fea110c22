import Foundation
import PostgreSQL
import ReferenceData
import SymbologyClient
import TestSupport
import Testing

/// The state as of a time: resolve, export, image, and who opens such an image.
@Suite("Command line: the past")
struct PastCommandTests {
    /// A database whose audit began the day before yesterday, when GATEIO_SPOT's BTC_USDT had another tick, ETH another
    /// name, and a future was alive that has expired since.
    private func database() throws -> TestDatabase {
        let database = try TestDatabase()
        try database.run(
            """
            INSERT INTO symbols
                (exchange_id, base_asset, quote_asset, symbol_string, tick_size, kind, settle_asset, payoff, expires_at)
            VALUES (2, 'BTC', 'USDT', 'BTC_USDT', 0.5, 'spot', NULL, NULL, NULL),
                   (2, 'ETH', 'USDT', 'OLD_ETH', 0.01, 'spot', NULL, NULL, NULL),
                   (3, 'BTC', 'USD', 'BTC-X', 1, 'future', 'BTC', 'inverse', now() - '6 hours'::interval);
            UPDATE reference_audit SET at = at - '2 days'::interval;
            UPDATE reference_audit_state SET began_at = began_at - '2 days'::interval - '1 hour'::interval
            """)
        try database.run(
            """
            UPDATE symbols SET tick_size = 0.25 WHERE id = 1;
            UPDATE symbols SET symbol_string = 'ETH_USDT' WHERE id = 2;
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (2, 'SOL', 'USDT', 'SOL_USDT')
            """)
        return database
    }

    private var yesterday: String {
        let formatter = ISO8601DateFormatter()
        return formatter.string(from: Date(timeIntervalSince1970: Date().timeIntervalSince1970 - 86_400))
    }

    @Test("resolve answers what was true then")
    func resolve() throws {
        let database = try database()
        func rows(_ arguments: String...) throws -> [[String: Any]] {
            let result = try Program.run(
                ["resolve"] + arguments + ["--format", "json", "--database", database.readerConninfo()])
            return try result.lines.map(jsonObject)
        }
        let then = try rows("GATEIO_SPOT", "BTC_USDT", "OLD_ETH", "ETH/USDT", "SOL_USDT", "--as-of", yesterday)
        #expect(then.map { $0["symbol_id"] as? Int } == [1, 2, 2, nil])
        #expect(then.map { $0["precision_price"] as? Int } == [1, 2, 2, nil])
        #expect(then.map { $0["status"] as? String } == ["ok", "ok", "ok", "unknown_symbol"])
        #expect(then.allSatisfy { $0["source"] as? String == "database" })
        // What expired since was alive.
        let future = try rows("GATEIO_FUTURES", "BTC-X", "--as-of", yesterday)
        #expect(future.first?["status"] as? String == "ok")
        // What asks for now is no next step.
        let unknown = try Program.run(
            ["resolve", "GATEIO_SPOT", "SOL_USDT", "--as-of", yesterday, "--database", database.readerConninfo()])
        #expect(unknown.error == "symbology: GATEIO_SPOT has no \"SOL_USDT\"\n")
    }

    @Test("a time that is none, names no zone, or lies outside of the audit, gets a sentence that says so")
    func errors() throws {
        let database = try database()
        func run(_ time: String) throws -> RunningCommand.Finished {
            try Program.run(["export", "--database", database.conninfo, "--as-of", time])
        }
        for (time, exitCode, word) in [
            ("yesterday", Int32(64), "is no time"), ("2026-02-30", 64, "does not exist"),
            ("2026-11-28T12:00", 64, "has no zone: append Z"), ("2026-11-28T12:00+25:00", 64, "does not exist"),
            ("2026-11-28T12:00 CET", 64, "names its zone by letters"), ("1732770000", 64, "is a number"),
            ("2001-01-01", 1, "the audit began at"), ("2999-01-01T00:00:00.5+02:00", 1, "not known yet"),
        ] {
            let result = try run(time)
            #expect(result.exitCode == exitCode && result.error.contains(word), "\(time): \(result.error)")
            #expect(result.output.isEmpty)
        }
        // One moment, written in many ways.
        let moment = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 - 86_400).rounded())
        let formatter = ISO8601DateFormatter()
        let expected = try run(formatter.string(from: moment)).output
        #expect(expected.contains("OLD_ETH"))
        formatter.timeZone = TimeZone(secondsFromGMT: 5 * 3_600 + 1_800)
        let ahead = formatter.string(from: moment)
        #expect(try run(ahead).output == expected)
        #expect(try run(ahead.replacingOccurrences(of: "T", with: " ")).output == expected)
    }

    @Test("every option that takes a moment reads it alike, and says alike what is wrong with one")
    func oneWayToSayAMoment() throws {
        let options = [
            ["export", "--as-of"], ["contracts", "BTC/USD", "--expires-from"],
            ["contracts", "BTC/USD", "--expires-to"],
            ["symbols", "update", "1", "--tick-size", "1", "--if-unchanged-since"],
        ]
        for option in options {
            let nowhere = ["--database", "host=/nonexistent"]
            let place = option[0] == "contracts" ? ["--unix", "/nonexistent"] : nowhere
            for time in [
                "2026-11-28", "2026-11-28 14:30Z", "2026-11-28T14:30:05.25+0530", "2026-11-28T14:30 UTC", "now",
            ] {
                let taken = try Program.run(option + [time] + place)
                #expect(taken.exitCode == 69, "\(option) \(time): \(taken.error)")
            }
            for (time, sentence) in [
                ("", "\"\" is no time such as"), ("1732770000", "is a number: write a time such as"),
                ("2026-02-30", "is a date or time that does not exist"), ("2026-11-28T14:30", "has no zone: append Z"),
                ("2026-11-28T14:30:00.1234567Z", "is finer than a microsecond"),
            ] {
                let refused = try Program.run(option + [time] + place)
                #expect(
                    refused.exitCode == 64 && refused.error.contains(sentence), "\(option) \(time): \(refused.error)")
            }
            let help = try Program.run(Array(option.dropLast()) + ["--help"]).output
            #expect(help.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("first moment in UTC"))
        }
    }

    @Test("export is of that time, and is imported again")
    func export() throws {
        let database = try database()
        let exported = try Program.run(["export", "--as-of", yesterday, "--database", database.readerConninfo()])
        #expect(exported.exitCode == 0, "\(exported.error)")
        #expect(exported.lines.count == 4 && exported.output.contains("OLD_ETH") && !exported.output.contains("SOL"))
        let folder = TemporaryFolder()
        try Data(exported.output.utf8).write(to: URL(filePath: folder.path("then.csv")))
        let other = try TestDatabase()
        try RunningSystem.mustSucceed(["import", folder.path("then.csv"), "--database", other.conninfo])
        let again = try Program.run(["export", "--database", other.conninfo])
        // What has expired since is not active any more.
        #expect(again.output == exported.output.replacingOccurrences(of: "3,true,future", with: "3,false,future"))
    }

    @Test("whoever opens an image of yesterday, replica or server, answers yesterday's tick; one of now, today's")
    func image() throws {
        let database = try database()
        let folder = TemporaryFolder()
        let path = folder.path("then.image")
        let written = try Program.run([
            "image", "--output", path, "--as-of", yesterday, "--database", database.readerConninfo(), "--format",
            "json",
        ])
        #expect(written.exitCode == 0, "\(written.error)")
        let record = try jsonObject(try #require(written.lines.first))
        #expect(record["symbols"] as? Int == 3 && record["active_symbols"] as? Int == 3)
        try RunningSystem.mustSucceed(["image", "-o", folder.path("now.image"), "--database", database.conninfo])

        func tick(_ path: String) throws -> (tick: String?, name: ResolutionStatus, future: ResolutionStatus) {
            let replica = try Replica(imagePath: path)
            defer { replica.stop() }
            let reader = replica.reader()
            let id = reader.resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT").symbolId
            return (
                reader.symbol(id: id).row.map { "\($0.tickSize)" },
                reader.resolve(exchange: "GATEIO_SPOT", symbol: "OLD_ETH").status,
                reader.resolve(exchange: "GATEIO_FUTURES", symbol: "BTC-X").status
            )
        }
        #expect(try tick(path) == ("0.5", .ok, .ok))
        #expect(try tick(folder.path("now.image")) == ("0.25", .unknownSymbol, .inactive))

        let socket = folder.path("s")
        let server = try Program.start(["serve", "--unix", socket, "--snapshot", path])
        defer { server.end() }
        try server.waitForLine(.error, "serving the past") { $0.contains("serving the past") }
        try server.waitForLine(.error, "ready") { $0.contains(" ready ") && $0.contains("source=file") }
        let client = try LookupClient(.unix(path: socket))
        let answer = try client.resolve(exchange: "GATEIO_SPOT", symbol: "BTC_USDT")
        #expect(answer.status == .ok && answer.flags.contains(.fromFile))
        #expect(try client.symbol(id: answer.symbolId).row?.tickSize == DecimalValue("0.5"))
        #expect(try client.resolve(exchange: "GATEIO_FUTURES", symbol: "BTC-X").status == .ok)
        #expect(try client.status().isFromFile)
        let status = try Program.run(["status", "--unix", socket, "--format", "json"])
        let shown = try jsonObject(try #require(status.lines.first))
        #expect((shown["attention"] as? [String])?.isEmpty == true, "\(status.output)")
        #expect(try shown["as_of"] as? String == client.status().asOf.description)
        #expect(try !client.status().asOf.isAbsent)
        server.signal(SIGHUP)
        try server.waitForLine(.error, "reloaded") { $0.contains("reloaded") }
        server.signal(SIGTERM)
        #expect(try server.finish().exitCode == 0)

        // A server of a database never begins with the past, nor writes over it.
        let bytes = try Data(contentsOf: URL(filePath: path))
        let refused = try Program.run([
            "serve", "--unix", socket, "--snapshot", path, "--database", database.readerConninfo(),
        ])
        #expect(refused.exitCode == 78 && refused.error.contains("shows the past"), "\(refused.error)")
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    }
}
