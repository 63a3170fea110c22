import ReferenceData
import ReferenceStore

/// What `dev` puts into an empty database: the rows of `symbols.csv`, and contracts of which some expire.
///
/// When they do is counted from the day of seeding, or a folder that was made today would show none that lives: the two
/// ends of a quarter that are half a year away or more, on their last Friday at 08:00 UTC, as venues have it.
struct Seed {
    /// The first expiry and the second.
    let expiries: [Timestamp]

    static let dayCountMin: Int64 = 180
    /// A venue of futures and options, which the migrations do not bring. It gives no digits, so that they are derived
    /// from the increments, and those of quote amounts are unknown.
    static let venue = "DERIBIT"
    static let venueFields: ExchangeFields = [
        .enumValue: .text(venue), .displayName: .text("Deribit"), .marketType: .text("FUTURES"),
        .baseURL: .text("https://www.deribit.com"), .websocketURL: .text("wss://www.deribit.com/ws/api/v2"),
        .precisionDefault: .null,
    ]

    /// - Parameter now: the day of seeding.
    init(at now: Timestamp) {
        let first = now.microsecondsSince1970 / Self.microsecondsPerDay + Self.dayCountMin
        let year = Int(now.description.prefix(4)) ?? 1970
        let ends = (0...8).map { Self.lastFriday(year: year + $0 / 4, month: 3 + $0 % 4 * 3) }
        expiries = ends.filter { $0 >= first }.prefix(2).map {
            Timestamp(microsecondsSince1970: $0 * Self.microsecondsPerDay + 8 * 3_600_000_000)
        }
    }

    /// The whole seed as a file to import.
    var csv: [UInt8] { PackageResources.symbols_csv + Array(contracts.joined().utf8) }

    /// Lines with the columns of `symbols.csv`.
    var contracts: [String] {
        var lines = [("BTC", "10", "0.5"), ("ETH", "1", "0.05")].map { asset, size, tick in
            Self.inverse(asset, "\(asset)-PERPETUAL", "perpetual", size: size, tick: tick)
        }
        for expiry in expiries {
            let day = Day(expiry)
            for (asset, size, tick) in [("BTC", "10", "2.5"), ("ETH", "1", "0.25")] {
                lines.append(
                    Self.inverse(asset, "\(asset)-\(day.words)", "future", size: size, expiry: expiry, tick: tick))
            }
            lines.append(
                "GATEIO_FUTURES,BTC,USDT,BTC_USDT_\(day.digits),true,future,USDT,linear,0.0001,\(expiry),,,"
                    + "0,8,1,1,1000000,0.1,1,false\n")
            for strike in ["80000", "100000", "120000"] {
                for (letter, type) in [("C", "call"), ("P", "put")] {
                    lines.append(
                        Self.inverse(
                            "BTC", "BTC-\(day.words)-\(strike)-\(letter)", "option", size: "1", expiry: expiry,
                            option: "\(strike),\(type)", tick: "0.0001", step: "0.1", isTiered: true))
                }
            }
        }
        return lines
    }

    /// A contract in US dollars that settles in its asset, with increments and no digits.
    private static func inverse(
        _ asset: String, _ symbol: String, _ kind: String, size: String, expiry: Timestamp = .absent,
        option: String = ",", tick: String, step: String = "1", isTiered: Bool = false
    ) -> String {
        "\(venue),\(asset),USD,\(symbol),true,\(kind),\(asset),inverse,\(size),\(expiry),\(option),,,,"
            + "\(step),,\(tick),\(step),\(isTiered)\n"
    }

    /// A day as venues write it.
    private struct Day {
        private let parts: [Substring]

        init(_ time: Timestamp) { parts = time.description.prefix(10).split(separator: "-") }

        /// `20270326`
        var digits: String { parts.joined() }
        /// `26MAR27`
        var words: String {
            let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
            return "\(parts[2])\(months[(Int(parts[1]) ?? 1) - 1])\(parts[0].suffix(2))"
        }
    }

    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// In days since 1970, which began on a Thursday.
    private static func lastFriday(year: Int, month: Int) -> Int64 {
        let (nextYear, nextMonth) =
            month == 12 ? (year + 1, "01") : (year, month < 9 ? "0\(month + 1)" : "\(month + 1)")
        let firstOfNext = Timestamp("\(nextYear)-\(nextMonth)-01T00:00:00Z")?.microsecondsSince1970 ?? 0
        let last = firstOfNext / microsecondsPerDay - 1
        return last - (last + 6) % 7
    }
}
