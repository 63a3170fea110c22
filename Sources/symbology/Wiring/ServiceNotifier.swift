import Glibc
import Platform

/// Tells the service manager that started this process how it is: systemd's notification protocol, one
/// datagram a message, see `sd_notify(3)`.
struct ServiceNotifier: Sendable {
    private let path: String

    /// The one that NOTIFY_SOCKET names: a path, or an abstract name after `@`; nil for none. The variable is taken
    /// away, so that no child speaks for us.
    static func fromEnvironment() -> ServiceNotifier? {
        defer { unsetenv("NOTIFY_SOCKET") }
        guard let value = getenv("NOTIFY_SOCKET") else { return nil }
        let path = String(cString: value)
        guard path.hasPrefix("/") || path.hasPrefix("@"), path.utf8.count > 1,
            path.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        else { return nil }
        return ServiceNotifier(path: path)
    }

    /// What begins a reload: systemd matches the time with its own request.
    static func reloading() -> String {
        "RELOADING=1\nMONOTONIC_USEC=\(MonotonicClock.nanoseconds() / 1_000)"
    }

    /// Sends one message. A manager that does not listen is not our trouble, and never waited for.
    func tell(_ message: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        // The length counts: an abstract name ends where it ends, not at a NUL.
        let byteCount = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        var text = message
        text.withUTF8 { bytes in
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = sendto(
                        descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0,
                        byteCount)
                }
            }
        }
    }
}
