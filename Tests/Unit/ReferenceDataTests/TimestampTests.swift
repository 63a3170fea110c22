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
        "2024-12-27T08:00:00Z", "2024-12-27t08:00:00z", "2024-12-27 08:00 UTC", "2024-12-27 08:00:00.000000000 GMT",
        "2024-12-27T16:00:00+08:00", "2024-12-27T16:00:00+0800", "2024-12-27T16:00:00 +08", "2024-12-27 03:00:00-05",
        "2024-12-27 13:30:00.0+05:30", "2024-12-27T08:00:00-00:00",
    ])
    func anyZone(text: String) {
        #expect(Timestamp(text)?.microsecondsSince1970 == 1_735_286_400_000_000)
    }

    @Test(arguments: [
        ("", TimestampTextFault.form), ("yesterday", .form), ("2026-11-21", .noTimeOfDay),
        ("2027-02-30", .noSuchMoment), ("2027-13-01", .noSuchMoment),
        ("26-11-21T00:00:00Z", .form),
        ("2026-11-21T03:42:10", .noZone), ("2026-11-21 03:42", .noZone), ("2026-11-21T03:42:10 ", .noZone),
        ("1735286400000", .bareNumber), ("1735286400.5", .bareNumber),
        ("2026-02-29T00:00:00Z", .noSuchMoment), ("2026-13-01T00:00:00Z", .noSuchMoment),
        ("2026-00-01T00:00:00Z", .noSuchMoment), ("2026-11-00T00:00:00Z", .noSuchMoment),
        ("2026-11-31T00:00:00Z", .noSuchMoment), ("2026-11-21T24:00:00Z", .noSuchMoment),
        ("2026-11-21T00:60:00Z", .noSuchMoment), ("2026-11-21T00:00:60Z", .noSuchMoment),
        ("2026-11-21T00:00:00+16:00", .noSuchMoment), ("2026-11-21T00:00:00+08:60", .noSuchMoment),
        ("2026-11-21T00:00:00.Z", .form), ("2026-11-21T00:00:00+8", .form), ("2026-11-21T00:00:00+08:00:30", .form),
        ("2026-11-21T00:00:00.1234567Z", .tooFine), ("2026-11-21T00:00:00 CEST", .namedZone),
        ("2026-11-21T00:00:00 Europe/Zurich", .namedZone), ("2026-11-21T00:00:00 UTC+8", .namedZone),
        ("9999-12-31T23:59:59-01:00", .outOfRange), ("0001-01-01T00:00:00+01:00", .outOfRange),
        ("0000-12-31T23:59:59Z", .outOfRange),
    ])
    func refuses(text: String, fault: TimestampTextFault) {
        #expect(throws: fault) { try Timestamp.parse(text) }
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
