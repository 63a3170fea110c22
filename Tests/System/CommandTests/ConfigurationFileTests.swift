import Foundation
import TestSupport
import Testing

@testable import symbology

/// What stands in a configuration file counts, or the program says that it does not; and a password in it stays there.
@Suite("Command line: the configuration file")
struct ConfigurationFileTests {
    private let folder = TemporaryFolder()

    private func settings(_ text: String, _ arguments: String...) throws -> [String: String] {
        let file = folder.write("c", text)
        let shown = try Program.run(["serve", "--print-config", "--format", "json", "--config", file] + arguments)
        #expect(shown.exitCode == 0, "\(shown.error)")
        var values: [String: String] = [:]
        for row in try shown.lines.map(jsonObject) where (row["origin"] as? String)?.hasPrefix(file) == true {
            let (name, origin) = (try #require(row["setting"] as? String), row["origin"] as? String ?? "")
            values[name] = "\(row["value"] as? String ?? "-") line \(origin.dropFirst(file.count + 1))"
        }
        return values
    }

    @Test("lines may end as on Windows: every one of them counts", arguments: ["\n", "\r\n"])
    func lineEnds(end: String) throws {
        let lines = ["# who may", "allow-uid = 1,2", "", "clients-max=7  ", "\tunix = /tmp/e\u{301}\u{1F600}"]
        let expected = [
            "allow-uid": "1,2 line 2", "clients-max": "7 line 4", "unix": "/tmp/e\u{301}\u{1F600} line 5",
        ]
        #expect(try settings(lines.joined(separator: end)) == expected)
        #expect(try settings(lines.joined(separator: end) + end) == expected)
    }

    @Test("carriage returns alone would make one comment of it all: that is refused")
    func carriageReturns() throws {
        let file = folder.write("c", "# who may\rallow-uid = 1,2\r")
        let refused = try Program.run("serve", "--config", file)
        #expect(refused.exitCode == 78 && refused.error.contains("\(file):1: there is a carriage return"))
    }

    @Test(
        "a mistake is named without what may be a password",
        arguments: [
            ("database postgresql://me:hunter2@h/d", "there is no = after \"database\""),
            ("postgresql://me:hunter2@h/d", "there is no ="), ("hunter2", "there is no ="),
            ("database postgresql://me:hunter2@h/d?sslmode=require", "unknown setting \"database\""),
            ("datbase = postgresql://me:hunter2@h/d", "unknown setting \"datbase\""),
            ("host=h password=hunter2", "unknown setting \"host\""),
            (String(repeating: "x", count: 50) + "hunter2 = 1", "unknown setting \"xxxx"),
        ])
    func mistakes(line: String, expected: String) throws {
        let file = folder.write("c", "\(line)\n")
        let refused = try Program.run("serve", "--config", file)
        #expect(refused.exitCode == 78 && refused.error.contains("\(file):1: \(expected)"), "\(refused.error)")
        #expect(!(refused.output + refused.error).contains("hunter2"), "\(refused.error)")
    }

    @Test("a password in the environment or a file is refused by the name of that")
    func passwordElsewhere() throws {
        let conninfo = "host=h password=hunter2"
        let file = folder.write("c", "database = \(conninfo)\n")
        for (result, origin) in [
            (try Program.run("export", environment: ["SYMBOLOGY_DATABASE": conninfo]), "SYMBOLOGY_DATABASE: "),
            (try Program.run("export", "--config", file), "database (\(file):1): "),
            (try Program.run("export", "--database", conninfo), "--database: "),
        ] {
            #expect(result.exitCode == 78 && result.error.hasPrefix("symbology: \(origin)the"), "\(result.error)")
            #expect(!result.error.contains("hunter2"))
        }
    }

    @Test("dev shows every setting that it obeys")
    func devSettings() throws {
        let result = try Program.run(
            "dev", "--print-config", "--format", "json", environment: ["SYMBOLOGY_CLIENTS_MAX": "7"])
        let rows = try result.lines.map(jsonObject)
        #expect(rows.contains { $0["setting"] as? String == "clients-max" && $0["value"] as? String == "7" })
    }

    @Test(
        "what could be a password is hidden, however it is written",
        arguments: [
            "postgresql://u:Qx?Zx@host/db", "postgresql://u:Qx/Zx@host/db", "postgresql://u:Qx@Zx@host/db",
            "postgres://u:Qx:Zx@host/db?sslmode=require", "postgresql://u:Qx%20Zx@host/db",
            "postgresql://host/db?password=Qx", "postgresql://host/db?sslmode=require&sslPassword=Qx&Zx",
            "postgresql://host/db?pass%77ord=Qx", "postgresql://u@host:1/db?password=Qx@Zx",
            "host=host password=Qx://Zx", "host=host password = 'Qx Zx'", "host=host user=u password=Qx:Zx@x'Qx Zx",
            "host=host sslpassword=Qx", "host=host oauth_client_secret=Qx", "host=host Password=Qx",
            "jdbc:postgresql://u:Qx@host/db", "u:Qx@host/db", "host=host dbname=postgresql://u:Qx@host/db",
        ])
    func hidden(conninfo: String) {
        let shown = ConnectionSecret.hidden(in: conninfo)
        #expect(shown.contains("********") && !shown.contains("Qx") && !shown.contains("Zx"))
    }

    @Test(
        "what holds no password is shown as it is",
        arguments: [
            "", "md", "host=/run/postgresql dbname=md", "postgresql://me@host:5432/md?sslmode=require",
            "postgresql://host/md", "host=h user=me@realm passfile=/etc/p",
        ])
    func shown(conninfo: String) { #expect(ConnectionSecret.hidden(in: conninfo) == conninfo) }
}
