import PostgreSQL
import Scenarios
import Testing

@Suite(.scenario(.secrets)) struct ConnectionTargetTests {
    @Test(arguments: [
        "host=/run/postgresql password=hunter2", "host=a password = 'hunter2'", "PASSWORD=hunter2 password=hunter2",
        "postgresql://me:hunter2@host/db", "postgres://me:hunter2@host/db", "postgresql://host/db?password=hunter2",
        "postgresql://host/db?%70assword=hunter2", "host=a sslpassword=hunter2",
        "postgresql://host/db?sslpassword=hunter2", "postgresql://me:hunter2@h1,h2/db",
        // Not parsable: libpq's own message would quote the secret.
        "host=a password=my hunter2", "postgresql://me:hunter2@host:port:5/db?x=%zz",
    ])
    func aPasswordIsRefusedAndNeverRepeated(conninfo: String) {
        do {
            _ = try ConnectionTarget(conninfo: conninfo)
            Issue.record("accepted \(conninfo)")
        } catch {
            #expect(error.kind == .configuration)
            #expect(!error.description.contains("hunter2"))
        }
    }

    @Test func theRefusalSaysWhereThePasswordBelongs() throws {
        let error = try #require(throws: PostgreSQLError.self) {
            try ConnectionTarget(conninfo: "dbname=a password=b")
        }
        for place in ["PGPASSFILE", "service file", "PGPASSWORD"] { #expect(error.description.contains(place)) }
    }

    @Test(arguments: [
        "md", "host=/tmp dbname=md user=engine", "postgresql:///md?host=/tmp", "passfile=/etc/engine.pgpass dbname=md",
        "postgresql://me@host/db?passfile=/x", "service=md", "host=a password=", "",
    ])
    func everythingElsePassesUntouched(conninfo: String) throws {
        #expect(try ConnectionTarget(conninfo: conninfo).conninfo == conninfo)
    }

    @Test func aTypingMistakeIsNamed() throws {
        let error = try #require(throws: PostgreSQLError.self) { try ConnectionTarget(conninfo: "hots=/tmp dbname=md") }
        #expect(error.kind == .configuration)
        #expect(error.description.contains("hots"))
    }

    @Test func noneMeansTheEnvironment() throws {
        #expect(try ConnectionTarget(conninfo: nil).conninfo == nil)
        #expect(throws: PostgreSQLError.self) { try ConnectionTarget(conninfo: "a\0b") }
    }
}
