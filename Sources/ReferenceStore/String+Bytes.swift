extension String {
    /// Keys match byte for byte, and so does the database. Swift's own `==` holds two spellings of one character (a
    /// composed letter, the same letter and its accent) for equal.
    func hasBytes(of other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
