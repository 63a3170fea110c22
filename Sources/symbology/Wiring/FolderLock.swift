import Glibc

/// Keeps a folder for one process at a time. The kernel lets go of it when the process ends, however it ends.
struct FolderLock: ~Copyable {
    private let descriptor: Int32

    /// Makes the folder if need be.
    init(_ folder: String) throws(CommandFailure) {
        if mkdir(folder, 0o755) != 0, errno != EEXIST {
            throw CommandFailure.systemError(
                "cannot make the folder \(folder)", next: "choose another one with --directory")
        }
        let path = folder + "/dev.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure.systemError(
                "cannot write \(path)", next: "choose another folder with --directory, or run as its owner")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let owner = Self.owner(path)
            close(descriptor)
            throw CommandFailure(
                .system, "\"symbology dev\" is running in \(folder) already\(owner)",
                next: "talk to that one, stop it with Ctrl-C, or choose another folder with --directory")
        }
        let text = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = text.withCString { write(descriptor, $0, strlen($0)) }
    }

    deinit { close(descriptor) }

    private static func owner(_ path: String) -> String {
        guard let bytes = try? FileBytes.read(path, byteCountMax: 64) else { return "" }
        let digits = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
        return Int(digits).map { " (process \($0))" } ?? ""
    }
}
