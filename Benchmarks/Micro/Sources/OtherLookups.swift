import Measuring
import ReferenceData

/// Lookups by id and by exchange code, and lookups whose key is a `String`.
enum OtherLookups {
    private static let names = [
        "record of an id, hit", "record of an id, miss", "id of an exchange code, hit", "id of an exchange code, miss",
        "symbol `String`, exchange id", "symbol `String`, exchange code `String`", "key made of a `String`, no lookup",
    ]

    static func register(size: Int, order: Int) {
        let contest = Contest(
            "ids, codes and strings, \(grouped(size)) symbols", fileName: "1-micro-\(order)-other"
        ) {
            let fixture = Fixture(size: size)
            let snapshot = fixture.snapshot
            let ids = fixture.walk { _, record in record.id }
            let texts = texts(of: fixture)
            try fixture.check("ids", ids.lazy.map { snapshot.symbolRecord(id: $0).status }, all: .ok)
            try fixture.check(
                "strings",
                texts.symbols.indices.lazy.map { resolve(snapshot, texts.exchangeIds[$0], texts.symbols[$0]) },
                all: .ok)
            return contenders(size, snapshot, ids, texts)
        }
        contest.register(names: names)
    }

    /// The strings of random symbols: an array each, so that a lookup touches no more of them than it asks with.
    private struct Texts {
        var exchangeIds: [UInt16] = []
        var codes: [String] = []
        var symbols: [String] = []
    }

    private static func texts(of fixture: Fixture) -> Texts {
        let numbers = fixture.walk { number, _ in number }
        defer { numbers.deallocate() }
        var texts = Texts()
        for number in numbers {
            let record = fixture.content.symbols[number]
            texts.exchangeIds.append(record.exchangeId)
            texts.codes.append(GeneratedSymbol(index: number).exchangeCode)
            texts.symbols.append(record.symbolString.description)
        }
        return texts
    }

    private static func contenders(
        _ size: Int, _ snapshot: Snapshot, _ ids: UnsafeBufferPointer<UInt32>, _ texts: Texts
    ) -> [Contender] {
        let missing = UInt32(size)
        let resolver = SnapshotResolver(snapshot)
        return [
            Contender(key: "lookup.id.hit.\(size)", name: names[0], count: ids.count) {
                records(snapshot, ids, offset: 0)
            },
            Contender(key: "lookup.id.miss.\(size)", name: names[1], count: ids.count) {
                records(snapshot, ids, offset: missing)
            },
            Contender(key: "lookup.exchange.hit.\(size)", name: names[2], count: ids.count) {
                exchanges(snapshot, GeneratedSymbol.exchangeCodes, count: ids.count)
            },
            Contender(key: "lookup.exchange.miss.\(size)", name: names[3], count: ids.count) {
                exchanges(snapshot, ["NOWHERE", "NOWHERE_SPOT", "GATEIO_SPOTS"], count: ids.count)
            },
            Contender(key: "lookup.string.\(size)", name: names[4], count: texts.symbols.count) {
                var sum: UInt64 = 0
                for index in texts.symbols.indices {
                    guard let key = SymbolKey(exchangeId: texts.exchangeIds[index], symbol: texts.symbols[index])
                    else { continue }
                    sum &+= UInt64(snapshot.resolve(key).symbolId)
                }
                return sum
            },
            Contender(key: "lookup.strings.\(size)", name: names[5], count: texts.symbols.count) {
                var sum: UInt64 = 0
                for index in texts.symbols.indices {
                    let answer = resolver.resolve(exchange: texts.codes[index], symbol: texts.symbols[index])
                    sum &+= UInt64(answer.symbolId)
                }
                return sum
            },
            Contender(key: "key.string.\(size)", name: names[6], count: texts.symbols.count) {
                var sum: UInt64 = 0
                for index in texts.symbols.indices {
                    guard let key = SymbolKey(exchangeId: texts.exchangeIds[index], symbol: texts.symbols[index])
                    else { continue }
                    sum &+= UInt64(key.exchangeId)
                }
                return sum
            },
        ]
    }

    private static func resolve(_ snapshot: Snapshot, _ exchangeId: UInt16, _ symbol: String) -> ResolutionStatus {
        SymbolKey(exchangeId: exchangeId, symbol: symbol).map { snapshot.resolve($0).status } ?? .malformed
    }

    private static func records(_ snapshot: Snapshot, _ ids: UnsafeBufferPointer<UInt32>, offset: UInt32) -> UInt64 {
        var sum: UInt64 = 0
        for id in ids { sum &+= UInt64(snapshot.symbolRecord(id: id &+ offset).record.id) }
        return sum
    }

    private static func exchanges(_ snapshot: Snapshot, _ codes: [String], count: Int) -> UInt64 {
        let bytes = codes.map { Array($0.utf8) }
        var sum: UInt64 = 0
        var turn = 0
        for _ in 0..<count {
            sum &+= bytes[turn].withUnsafeBytes { UInt64(snapshot.exchangeId(code: $0) ?? 0) }
            turn = turn == 2 ? 0 : turn + 1
        }
        return sum
    }
}
