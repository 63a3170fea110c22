import Glibc

/// A file that a server and the engines of its host map: they share one copy of the memory.
///
/// Its name is its own, so that nobody copies anything over it: a mapped file that is overwritten lets all of them
/// answer from another table, one that is cut ends them. It is unlinked with the last reference; whoever has it mapped
/// goes on with it. A lock tells that its maker lives; a later one removes what it finds unlocked.
package final class SharedImageFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Takes over a new file that is open and locked.
    init(_ path: String, _ descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        // While the lock is held: nobody else takes it for a leftover.
        unlink(path)
        close(descriptor)
    }

    private static let mark = ".map-"

    /// What the names of files begin with that hold images of the file with this name.
    static func prefix(of name: String) -> String { ".\(name)\(mark)" }

    /// The path that a file was made beside; nil for a path that is none of such a file.
    package static func origin(of path: String) -> String? {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let name = path[start...]
        guard name.first == ".", let end = name.ranges(of: mark).last?.lowerBound, end > name.index(after: start)
        else { return nil }
        return String(path[..<start] + name[name.index(after: start)..<end])
    }
}
