import ReferenceData
import TestSupport
import Testing

struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (1_795_232_530_123_456, "2026-11-21T03:42:10.123456Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ])
    func printsAndReads(microseconds: Int64, text: String) {
        #expect(Timestamp(microsecondsSince1970: microseconds).description == text)
        #expect(Timestamp(text)?.microsecondsSince1970 == microseconds)
    }

    @Test func acceptsWhatPostgreSQLPrints() {
        let wanted = Timestamp("2026-11-21T03:42:10.120000Z")
        #expect(Timestamp("2026-11-21 03:42:10.12+00") == wanted)
        #expect(Timestamp("2026-11-21 03:42:10.12+00:00") == wanted)
        #expect(Timestamp("2026-11-21T03:42:10Z")?.description == "2026-11-21T03:42:10.000000Z")
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T03:42:10", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-11-00T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T00:60:00Z",
        "2026-11-21T00:00:60Z", "2026-11-21T00:00:00.Z", "2026-11-21T00:00:00.1234567Z", "2026-11-21T00:00:00+01",
        "26-11-21T00:00:00Z", "2026-11-21T00:00:00Z ",
    ])
    func refuses(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func absentAndExtremesPrint() {
        #expect(Timestamp.absent.description == "")
        #expect(Timestamp.absent < Timestamp(microsecondsSince1970: .min + 1))
        #expect(Timestamp(microsecondsSince1970: .max).description == "294247-01-10T04:00:54.775807Z")
        #expect(Timestamp(microsecondsSince1970: .min + 1).description.hasPrefix("-"))
    }

    @Test func randomTimesSurviveTheirText() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let time = Timestamp(
                microsecondsSince1970: .random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &generator)
            )
            #expect(Timestamp(time.description) == time, "seed \(seed)")
        }
    }
}
