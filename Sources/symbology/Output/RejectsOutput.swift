import Glibc

/// The file that gets the lines which an import leaves out.
///
/// It is open before the list is read, so that an import does not learn at its end that it cannot be written, and so
/// that a pipe has one writer from the start to the end. What it held before is there until then.
struct RejectsOutput {
    let path: String
    private let descriptor: Int32

    /// - Parameter list: the list's own descriptor; its file is refused, however it is spelled.
    init(_ path: String, besides list: Int32) throws(CommandFailure) {
        let next = "name another file with --rejects"
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure.systemError("cannot write \(path)", next: next) }
        guard !FileBytes.areOfOneFile(descriptor, list) else {
            close(descriptor)
            throw CommandFailure(.usage, "--rejects \(path) is the list itself, and would overwrite it", next: next)
        }
        self.path = path
    }

    /// Replaces what the file held. Once.
    func write(_ bytes: [UInt8]) throws(CommandFailure) {
        // Of a pipe that nobody reads any more the error is told.
        signal(SIGPIPE, SIG_IGN)
        // What is no file has no length to cut.
        let isCut = ftruncate(descriptor, 0) == 0 || errno == EINVAL
        let isWritten = isCut && bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
        let code = errno
        let isClosed = close(descriptor) == 0
        if isWritten, isClosed { return }
        throw CommandFailure.systemError(
            "cannot write the bad lines to \(path)", code: isWritten ? errno : code,
            next: "what is said above of the import holds: free some space, or name another file with --rejects")
    }
}
