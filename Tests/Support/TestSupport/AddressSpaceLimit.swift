import Glibc
import Platform

/// The limit of this process's address space, for tests in a process of their own.
public enum AddressSpaceLimit {
    /// Limits it to so many bytes more than are used now; nil lifts the limit.
    public static func set(toFurther byteCount: Int?) {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
        guard getrlimit(resource, &limit) == 0 else { fatalError("getrlimit: \(errno)") }
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(resource, &limit) == 0 else { fatalError("setrlimit: \(errno)") }
        guard let byteCount else { return }
        limit.rlim_cur = 1 << 46
        guard setrlimit(resource, &limit) == 0, let space = AddressSpace() else { fatalError("no address space") }
        limit.rlim_cur = rlim_t(space.usedByteCount + byteCount)
        guard setrlimit(resource, &limit) == 0 else { fatalError("setrlimit: \(errno)") }
    }
}
