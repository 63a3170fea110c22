import Glibc
import ReferenceData
import SymbologyWire

/// The inputs a fuzzer starts from: the protocol's vectors, a real image, a real symbol file.
enum Corpus {
    static func inputs(of target: FuzzTarget, repository: String) -> [[UInt8]] {
        let vectors = vectors(in: repository + "/Protocol/vectors")
        let requests = vectors.filter { isRequest($0) }
        let responses = vectors.filter { !isRequest($0) }
        switch target {
        case .framing: return vectors + [requests.flatMap { $0 }, responses.flatMap { $0 }]
        case .resolver: return (requests + [requests.flatMap { $0 }]).map { [128] + $0 }
        // Not the unified names that are among the vectors: they would hand the defect over.
        case .canary:
            return requests.filter { $0[2] != Template.resolveUnified.rawValue.littleEndianByte }.map { [0] + $0 }
        case .image: return ImageFuzz.seeds
        case .responses:
            return (0..<12).flatMap { operation in responses.map { [operation] + answering($0) } }
                + [[9] + responses.flatMap { answering($0) }]
        case .importing: return [read(repository + "/Sources/symbology/Seed/symbols.csv")] + lines
        case .markets: return [read(repository + "/Tests/System/CommandTests/ccxt_markets.json")] + markets
        }
    }

    /// A file that must be there: without it the fuzzer would start from less, and nobody would know.
    private static func read(_ path: String) -> [UInt8] {
        guard let bytes = FileBytes.read(path), !bytes.isEmpty else { Fuzzing.fail("\(path) is not there", 66) }
        return bytes
    }

    private static let lines: [[UInt8]] = [
        "exchange,base_asset,quote_asset,symbol_string\nGATEIO_SPOT,BTC,USDT,BTC_USDT\n",
        "exchange,base_asset,quote_asset,symbol_string,tick_size\r\nX,\"A\"\"B\",\"C,\nD\",币安_USDT,0.00000001\r\n",
        "exchange,base_asset,quote_asset,symbol_string,reject_reason\nV,A,B,C,not yet\n\"V,A,B\",3 fields\n",
        "0.00001", "-123456789012345678", "+.5e-08", "2026-11-21T03:42:10.123456Z", "2026-11-21 11:42 +0800",
    ].map { Array($0.utf8) }

    private static let markets: [[UInt8]] = [
        #"[{"id":"\u0041","base":"A","quote":"B","type":"swap","linear":true,"precision":{"price":1e-8}},7]"#,
        #"{"A/B":{"id":"AB","type":"spot","active":null,"limits":{"cost":{"min":"5"},"amount":{"max":NaN}}}}"#,
    ].map { Array($0.utf8) }

    private static func isRequest(_ frame: [UInt8]) -> Bool { frame.count > 3 && frame[2] < 100 && frame[3] == 0 }

    /// The frame as an answer to the client's second request, which it is when the client said hello first.
    private static func answering(_ frame: [UInt8]) -> [UInt8] {
        var frame = frame
        let template = Template(rawValue: UInt16(frame[2]))
        guard template != .change, template != .heartbeat, frame.count >= 12 else { return frame }
        frame.replaceSubrange(8..<12, with: [2, 0, 0, 0])
        return frame
    }

    /// The `hex` of every vector, in the order of their names.
    private static func vectors(in folder: String) -> [[UInt8]] {
        guard let directory = opendir(folder) else { Fuzzing.fail("\(folder) is not there", 66) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".json") { names.append(name) }
        }
        if names.isEmpty { Fuzzing.fail("there are no vectors in \(folder)", 66) }
        return names.sorted().map { name in
            guard let frame = hex(in: String(decoding: read("\(folder)/\(name)"), as: UTF8.self)), !frame.isEmpty else {
                Fuzzing.fail("\(folder)/\(name) has no hex", 66)
            }
            return frame
        }
    }

    private static func hex(in json: String) -> [UInt8]? {
        guard let match = json.firstMatch(of: /"hex": "([0-9a-f]*)"/) else { return nil }
        let digits = Array(match.output.1.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
    }
}

extension UInt16 {
    fileprivate var littleEndianByte: UInt8 { UInt8(truncatingIfNeeded: self) }
}
