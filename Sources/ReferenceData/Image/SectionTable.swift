/// Where the sections of an image lie, as its header says.
struct SectionTable {
    struct Entry {
        /// In bytes, from the start of the image.
        var offset = 0
        /// Elements.
        var count = 0
    }

    /// Every section begins on a cache line.
    static let alignment = 64

    private var entries = [Entry](repeating: Entry(), count: ImageSection.allCases.count)

    /// No sections yet.
    init() {}

    /// Reads a header, verified or not.
    init(header: UnsafeRawPointer) {
        for section in ImageSection.allCases {
            let (offset, count) = Self.fields(section)
            entries[section.rawValue] = Entry(offset: header[offset], count: header[count])
        }
    }

    /// Writes the entries of some sections into a header.
    func store(_ sections: ArraySlice<ImageSection>, in header: UnsafeMutableRawPointer) {
        for section in sections {
            let (offset, count) = Self.fields(section)
            header[offset] = self[section].offset
            header[count] = self[section].count
        }
    }

    private static func fields(_ section: ImageSection) -> (offset: ImageField<Int>, count: ImageField<Int>) {
        let offset = ImageField<Int>(ImageHeader.sectionsOffset + section.rawValue * 16)
        return (offset, ImageField<Int>(offset.end))
    }

    subscript(section: ImageSection) -> Entry { entries[section.rawValue] }

    /// Says how many elements are in use of the room that a section has.
    mutating func setCount(_ count: Int, of section: ImageSection) { entries[section.rawValue].count = count }

    /// Lays a section at `end`, and moves that behind it.
    mutating func append(_ section: ImageSection, count: Int, at end: inout Int) {
        entries[section.rawValue] = Entry(offset: end, count: count)
        end = self.end(of: section)
    }

    /// Where the next section begins.
    func end(of section: ImageSection) -> Int {
        let byteCount = self[section].count * section.elementByteCount
        return self[section].offset + (byteCount + Self.alignment - 1) & ~(Self.alignment - 1)
    }

    /// The addresses of the elements of a section.
    func elements(_ section: ImageSection, of start: UnsafeRawPointer) -> [UnsafeRawPointer] {
        let first = start + self[section].offset
        return (0..<self[section].count).map { first + $0 * section.elementByteCount }
    }
}
