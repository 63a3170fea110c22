import CUV
import Glibc

/// Why something of the event loop could not be done: which call, on what, the system's reason, and what to do next.
public struct EventLoopError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sort of failure, for callers that act on it (exit codes, retries).
    public enum Kind: Sendable, Hashable {
        /// The system refused a call; `name` and `code` say why.
        case system
        /// Somebody else listens there already.
        case addressInUse
        /// The address cannot be parsed, resolved or fitted into a socket address.
        case invalidAddress
        /// Something that is not a stale socket of ours lies where the socket should be.
        case obstructed
        /// The loop or thread has ended or its queue is full.
        case closed
    }

    public let kind: Kind
    /// libuv's error number: negative, `-errno` on this platform; 0 when no system call failed.
    public let code: Int32
    /// libuv's error name, for example `EADDRINUSE`; empty when no system call failed.
    public let name: String
    /// What was being done, for example `bind`.
    public let operation: String
    /// On what, for example `tcp 127.0.0.1:7001`.
    public let target: String
    /// The reason in words, with what to do next where that is known.
    public let message: String

    public init(kind: Kind, operation: String, target: String, message: String) {
        self.kind = kind
        self.code = 0
        self.name = ""
        self.operation = operation
        self.target = target
        self.message = message
    }

    /// - Parameter code: a negative libuv error number.
    init(code: Int32, operation: String, target: String, kind: Kind? = nil, advice: String = "") {
        self.kind = kind ?? (code == UV_EADDRINUSE.rawValue ? .addressInUse : .system)
        self.code = code
        self.name = EventLoopError.name(ofCode: code)
        self.operation = operation
        self.target = target
        let text = EventLoopError.text(ofCode: code)
        self.message = advice.isEmpty ? text : "\(text); \(advice)"
    }

    init(errno number: Int32, operation: String, target: String, kind: Kind? = nil, advice: String = "") {
        self.init(code: -number, operation: operation, target: target, kind: kind, advice: advice)
    }

    public var description: String {
        let cause = name.isEmpty ? message : "\(name): \(message)"
        return "\(operation) \(target): \(cause)"
    }

    /// libuv's name of a negative error number, for example `EPIPE`.
    public static func name(ofCode code: Int32) -> String {
        withTextBuffer { uv_err_name_r(code, $0, $1) }
    }

    /// libuv's words for a negative error number.
    public static func text(ofCode code: Int32) -> String {
        withTextBuffer { uv_strerror_r(code, $0, $1) }
    }

    /// The `_r` forms are used because the plain ones leak for numbers libuv does not know.
    private static func withTextBuffer(
        _ fill: (UnsafeMutablePointer<CChar>, Int) -> UnsafeMutablePointer<CChar>?
    ) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let base = buffer.baseAddress, fill(base, buffer.count) != nil else { return "" }
            return String(cString: base)
        }
    }
}
