import ReferenceData

/// What can be said of a unified name without taking it apart, which its text does not allow: assets may hold the signs
/// between them.
enum UnifiedName {
    /// The pairs that the name can begin with: up to a slash the base, and behind it, up to a colon or the end, the
    /// quote.
    static func pairs(of name: String) -> [(base: String, quote: String)] {
        let bytes = Array(name.utf8)
        func asset(_ part: ArraySlice<UInt8>) -> String? {
            part.isEmpty || part.count > AssetText.byteCountMax ? nil : String(decoding: part, as: UTF8.self)
        }
        var pairs: [(base: String, quote: String)] = []
        for slash in bytes.indices where bytes[slash] == UInt8(ascii: "/") {
            guard let base = asset(bytes[..<slash]) else { continue }
            for end in slash + 1...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: ":") {
                if let quote = asset(bytes[(slash + 1)..<end]) { pairs.append((base, quote)) }
            }
        }
        return pairs
    }
}
