import Glibc

/// The terminal in which a program was started, if there is one: its end sends the SIGHUP that asks others to reload.
struct ControllingTerminal {
    /// Not where SIGHUP is ignored, as `nohup` has it: who was started so is to stay.
    private let isFollowed: Bool

    /// Call it before a handler of SIGHUP is installed.
    init() {
        var action = sigaction()
        sigaction(SIGHUP, nil, &action)
        let isIgnored = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
        isFollowed = !isIgnored && Self.isThere
    }

    var isGone: Bool { isFollowed && !Self.isThere }

    private static var isThere: Bool {
        let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
        if terminal >= 0 { close(terminal) }
        return terminal >= 0
    }
}
