import Glibc

/// Keeps a folder for one process at a time. The kernel lets go of it when the process ends, however it ends.
final class FolderLock {
    private let descriptor: Int32

    /// Makes the folder if need be.
    init(_ folder: String) throws(CommandFailure) {
        guard Self.make(folder) else {
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

    /// With the folders above it. Others may pass through: the database may run under another account.
    private static func make(_ folder: String) -> Bool {
        if FileBytes.isFolder(folder) || mkdir(folder, 0o755) == 0 { return true }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else { return false }
        return make(String(folder[..<slash])) && mkdir(folder, 0o755) == 0
    }

    private static func owner(_ path: String) -> String {
        guard let bytes = try? FileBytes.read(path, byteCountMax: 64) else { return "" }
        let digits = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
        return Int(digits).map { " (process \($0))" } ?? ""
    }
}
