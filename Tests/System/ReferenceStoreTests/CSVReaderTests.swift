import TestSupport
import Testing

@testable import ReferenceStore

@Suite struct CSVReaderTests {
    /// Every record as `line: field|field`, every fault as `line! reason`.
    func read(_ text: String) -> [String] { read(Array(text.utf8)) }

    func read(_ bytes: [UInt8]) -> [String] {
        bytes.withUnsafeBytes { bytes in
            var reader = CSVReader(bytes)
            var record = CSVReader.Record()
            var list: [String] = []
            while true {
                switch reader.next(&record) {
                case .end: return list
                case .fault(let line, let reason): list.append("\(line)! \(reason)")
                case .record:
                    let fields = (0..<record.fieldCount).map { String(decoding: record.field($0), as: UTF8.self) }
                    list.append("\(record.line): " + fields.joined(separator: "|"))
                }
            }
        }
    }

    @Test func plainLines() {
        #expect(read("a,b\nc,d\n") == ["1: a|b", "2: c|d"])
        #expect(read("a,b\r\nc,d") == ["1: a|b", "2: c|d"])
        #expect(read([0xEF, 0xBB, 0xBF] + Array("a,b\n".utf8)) == ["1: a|b"])
        #expect(read("") == [])
        #expect(read("\n\r\n") == [])
        #expect(read("a\n\n\nb\n") == ["1: a", "4: b"])
        #expect(read("a,\n,\n") == ["1: a|", "2: |"])
        #expect(read("a,") == ["1: a|"])
    }

    @Test func quotedFields() {
        #expect(read("\"a,1\",\"b\"\"c\"\n") == ["1: a,1|b\"c"])
        #expect(read("\"\",x\n") == ["1: |x"])
        #expect(read("\"a\"") == ["1: a"])
        #expect(read("\"a\rb\"\r\nc") == ["1: a\rb", "2: c"])
    }

    @Test func faultCostsItsLine() {
        #expect(read("a\nb\"c,d\ne,f\n") == ["1: a", "2! a quote stands inside an unquoted field", "3: e|f"])
        #expect(read("\"a\"b\nc\n") == ["1! text follows the closing quote of a field", "2: c"])
        #expect(
            read("a\n\"b\nc\nd\n")
                == ["1: a", "2! a quoted field is not closed before the end of its line", "3: c", "4: d"])
        #expect(
            read("\"a\r\nb,c\r\nd\",e\r\nf") == [
                "1! a quoted field is not closed before the end of its line", "2: b|c",
                "3! a quote stands inside an unquoted field", "4: f",
            ])
        #expect(read("a\rb\nc\n") == ["1! a carriage return stands without its line feed", "2: c"])
    }

    /// Whatever is written by the rules is read back, and no bytes whatever make the reader trap or hang.
    @Test func randomRoundTripsAndNoise() {
        var generator = SeededGenerator()
        let alphabet = Array("\nab,\"\r é".utf8)
        for _ in 0..<2_000 {
            let fields = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                    alphabet.dropFirst().randomElement(using: &generator)!
                }
            }
            let quoted: [[UInt8]] = fields.map { field in
                [0x22] + field.reduce(into: []) { $0 += $1 == 0x22 ? [0x22, 0x22] : [$1] } + [0x22]
            }
            let bytes = Array(quoted.joined(separator: [0x2C])) + [0x0A]
            let back: [[UInt8]] = bytes.withUnsafeBytes { bytes in
                var reader = CSVReader(bytes)
                var record = CSVReader.Record()
                guard reader.next(&record) == .record else { return [] }
                return (0..<record.fieldCount).map { Array(record.field($0)) }
            }
            #expect(back == fields, "\(generator)")
            let noise = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator)!
            }
            #expect(read(noise).count <= noise.count, "\(generator)")
        }
    }
}
