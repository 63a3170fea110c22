import Foundation
import SymbologyClient
import SymbologyWire
import Synchronization
import TestSupport

/// Stands between a client and its server, and does to the server's frames what a network could and a test wants.
final class FrameProxy: Sendable {
    /// What becomes of one unit: a change with its record, or any other frame.
    enum Fate: Sendable {
        case pass
        case drop
        case double
        /// It comes after the next one.
        case delay
        /// The connection ends before it.
        case cut
        /// It and everything after it waits until `resume`.
        case hold
    }

    private struct State {
        var judge: (@Sendable (Template, [UInt8]) -> Fate)?
        var isHeld = false
        var connections: [SharedSocket] = []
        var acceptedCount = 0
    }

    let address: ServerAddress
    private let upstreamPath: String
    private let listener: SharedSocket
    private let folder = TemporaryFolder()
    private let state = Mutex(State())
    private let resumed = EventQueue<Void>()

    init(to upstream: ServerAddress) throws {
        guard case .unix(let upstreamPath) = upstream else { throw NotAUnixSocket() }
        self.upstreamPath = upstreamPath
        let path = folder.path("p")
        address = .unix(path: path)
        let listener = Self.makeSocket()
        self.listener = listener
        let bound = Self.withName(path) { bind(listener.descriptor, $0, $1) }
        precondition(bound == 0 && listen(listener.descriptor, 16) == 0)
        Thread.detachNewThread { [weak self] in
            while true {
                let accepted = accept(listener.descriptor, nil, nil)
                guard accepted >= 0 else { return }
                self?.carry(SharedSocket(accepted))
            }
        }
    }

    deinit {
        listener.shutDown()
        cutAll()
        resumed.push(())
    }

    struct NotAUnixSocket: Error {}

    var acceptedCount: Int { state.withLock { $0.acceptedCount } }

    /// From now on units of the server are judged; nil passes all.
    func judge(_ judge: (@Sendable (Template, [UInt8]) -> Fate)?) { state.withLock { $0.judge = judge } }

    /// The next unit of a template that comes has this fate; all others pass.
    func doOnce(_ fate: Fate, to template: Template) {
        let isDone = Mutex(false)
        judge { found, _ in
            guard found == template else { return .pass }
            return isDone.withLock { done in
                defer { done = true }
                return done ? .pass : fate
            }
        }
    }

    /// Lets go of what was held.
    func resume() {
        state.withLock { state in
            state.isHeld = false
            state.judge = nil
        }
        resumed.push(())
    }

    /// Ends every connection.
    func cutAll() {
        let connections = state.withLock { state in
            defer { state.connections = [] }
            return state.connections
        }
        for connection in connections { connection.shutDown() }
    }

    // MARK: Carrying

    private static func makeSocket() -> SharedSocket {
        SharedSocket(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
    }

    private static func withName(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private func carry(_ client: SharedSocket) {
        let server = Self.makeSocket()
        guard Self.withName(upstreamPath, { connect(server.descriptor, $0, $1) }) == 0 else { return }
        state.withLock { state in
            state.connections += [client, server]
            state.acceptedCount += 1
        }
        Thread.detachNewThread {
            Self.pump(client.descriptor, to: server.descriptor)
            for end in [client, server] { end.shutDown() }
        }
        Thread.detachNewThread { [weak self] in
            self?.pumpFrames(server.descriptor, to: client.descriptor)
            for end in [client, server] { end.shutDown() }
        }
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }

    private static func pump(_ source: Int32, to target: Int32) {
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = recv(source, &chunk, chunk.count, 0)
            guard count > 0, send(Array(chunk[..<count]), to: target) else { return }
        }
    }

    private func pumpFrames(_ source: Int32, to target: Int32) {
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var delayed: [UInt8] = []
        while true {
            let count = recv(source, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            pending += chunk[..<count]
            var units: [[UInt8]] = []
            let used = pending.withUnsafeBytes { bytes in FrameUnits.split(bytes) { units.append($0) } }
            pending.removeFirst(used)
            for unit in units {
                let template = unit.withUnsafeBytes { FrameHeaderView($0.baseAddress!).template }
                switch template.map({ fate($0, unit) }) ?? .pass {
                case .pass: break
                case .drop: continue
                case .double: guard Self.send(unit, to: target) else { return }
                case .delay:
                    delayed = unit
                    continue
                case .cut: return
                case .hold:
                    // Anybody may take the event, so it is handed on.
                    while state.withLock({ $0.isHeld }) { _ = resumed.next() }
                    resumed.push(())
                }
                guard Self.send(unit + delayed, to: target) else { return }
                delayed = []
            }
        }
    }

    private func fate(_ template: Template, _ unit: [UInt8]) -> Fate {
        state.withLock { state in
            if state.isHeld { return .hold }
            let fate = state.judge?(template, unit) ?? .pass
            if case .hold = fate { state.isHeld = true }
            return fate
        }
    }
}
