import ReferenceData
import Testing

@testable import symbology

/// What `dev` seeds besides spot symbols, on whatever day that is.
@Suite("Command line: the seed")
struct SeedTests {
    @Test(
        "contracts expire on the last Friday of a quarter, half a year ahead or more",
        arguments: [
            ("2026-11-29T23:05:00Z", ["2027-06-25", "2027-09-24"]),
            ("2027-01-01T00:00:00Z", ["2027-09-24", "2027-12-31"]),
            ("2027-12-31T23:59:59Z", ["2028-06-30", "2028-09-29"]),
            ("2028-02-29T12:00:00Z", ["2028-09-29", "2028-12-29"]),
        ])
    func expiries(now: String, expected: [String]) throws {
        let now = try #require(Timestamp(now))
        let seed = Seed(at: now)
        #expect(seed.expiries.map { $0.description } == expected.map { $0 + "T08:00:00.000000Z" })
    }

    @Test("every line has the columns of the file, and no two one string")
    func lines() throws {
        let seed = Seed(at: try #require(Timestamp("2026-11-29T23:05:00Z")))
        let lines = String(decoding: seed.csv, as: UTF8.self).split(separator: "\n")
        #expect(Set(lines.map { $0.count { $0 == "," } }).count == 1)
        let fields = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(Set(fields.map { "\($0[0]) \($0[3])" }).count == fields.count)
        #expect(fields.contains { $0[3] == "BTC-25JUN27-100000-C" && $0[0] == Seed.venue })
        #expect(!fields.contains { $0[12] == "1" && $0[18] == "1" }, "no digits with steps of 1")
    }
}
