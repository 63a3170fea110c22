import Glibc
import Logging

/// The number that a server's next life may begin with, in a small file beside its image, or else beside its socket.
///
/// A clock that stands still, or is set back, tells two lives the same time, and an image can be older than the life
/// before. So each life writes down, before it serves anything, how far it may count at most.
struct LifeRecord {
    let path: String

    /// The most generations of a life.
    static let generationCountMax: UInt64 = 1 << 32
    /// A number that no life comes near to; a greater one is none of a server's.
    static let epochMax: UInt64 = 1 << 62

    init(beside neighbour: String) {
        let start = neighbour.lastIndex(of: "/").map { neighbour.index(after: $0) } ?? neighbour.startIndex
        path = "\(neighbour[..<start]).\(neighbour[start...]).life"
    }

    /// The first number of a new life: this one, or a greater one that lies behind all lives of which the file knows.
    /// It is on the disk by then. Where no such file can be kept the log says so, and it is this one.
    func begin(notBefore earliest: UInt64, _ logger: Logger) -> UInt64 {
        do throws(CommandFailure) {
            return try began(notBefore: earliest)
        } catch {
            logger.notice(
                "no record of this life is kept, the next one trusts the clock",
                metadata: ["path": "\(path)", "reason": "\(error.message)"])
            return earliest
        }
    }

    private func began(notBefore earliest: UInt64) throws(CommandFailure) -> UInt64 {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard file >= 0 else { throw CommandFailure.systemError(path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
            throw CommandFailure(.system, "\(path) is no file of this user")
        }
        // Two that begin at once begin one after the other.
        guard flock(file, LOCK_EX) == 0 else { throw CommandFailure.systemError(path) }
        let text = String(decoding: try FileBytes.read(file, named: path, byteCountMax: 64), as: UTF8.self)
        let recorded = UInt64(text.prefix { $0 != "\n" }).flatMap { $0 <= Self.epochMax ? $0 : nil }
        let epoch = max(earliest, recorded ?? 0)
        let line = "\(epoch + Self.generationCountMax)\n"
        let isWritten = line.withCString { pwrite(file, $0, line.utf8.count, 0) } == line.utf8.count
        guard isWritten, ftruncate(file, off_t(line.utf8.count)) == 0, fsync(file) == 0 else {
            throw CommandFailure.systemError(path)
        }
        return epoch
    }
}
