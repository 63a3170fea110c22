import Foundation
import Testing

/// Frames of `Protocol/vectors` that servers send, by file name.
func serverVectorFiles() throws -> [(name: String, fields: [String: Any], frame: [UInt8])] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Protocol/vectors")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("1") }.sorted().map {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent($0)))
        let vector = try #require(object as? [String: Any])
        let digits = Array(try #require(vector["hex"] as? String).utf8)
        let frame = stride(from: 0, to: digits.count, by: 2).map {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)!
        }
        return ($0, try #require(vector["fields"] as? [String: Any]), frame)
    }
}

func serverVectors() throws -> [[UInt8]] { try serverVectorFiles().map(\.frame) }
