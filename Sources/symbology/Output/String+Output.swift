extension String {
    /// As a shell takes it for one word: for command lines that a person is to copy.
    var shellWord: String {
        let isPlain = utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
                true
            default: "/._-+:@%,".utf8.contains(byte)
            }
        }
        return isPlain && !isEmpty ? self : "'" + replacing("'", with: "'\\''") + "'"
    }

    /// With blanks up to a width, in characters.
    func padded(to width: Int, isRight: Bool = false) -> String {
        let padding = String(repeating: " ", count: Swift.max(0, width - count))
        return isRight ? padding + self : self + padding
    }
}
