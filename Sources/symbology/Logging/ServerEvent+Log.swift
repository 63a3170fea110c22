import Logging
import LookupServer

extension ServerEvent {
    /// What an operator wants to know at `info`; who comes and goes at `debug`, and so what is said already.
    func log(_ logger: Logger, isRepeated: Bool = false) {
        switch self {
        case .listening(let address): logger.info("listening", metadata: ["address": "\(address.plainText)"])
        // Without a change only the state of the source is news.
        case .published(_, changeCount: 0, _): break
        case .published(let generation, let changeCount, let sequence):
            logger.info(
                "published",
                metadata: [
                    "generation": "\(generation)", "changes": "\(changeCount)", "sequence": "\(sequence)",
                ])
        case .clientConnected(let id, let isUnix, let userId):
            logger.debug(
                "client connected",
                metadata: [
                    "client": "\(id)", "over": isUnix ? "unix" : "tcp", "uid": "\(Self.text(ofUserId: userId))",
                ])
        case .clientNamed(let id, let name):
            logger.debug("client named", metadata: ["client": "\(id)", "name": "\(name)"])
        case .clientClosed(let id, .ended): logger.debug("client closed", metadata: ["client": "\(id)"])
        case .clientClosed(let id, let reason):
            logger.log(
                level: isRepeated ? .debug : .notice, "client closed",
                metadata: ["client": "\(id)", "reason": "\(reason)"])
        case .clientPaused(let id): logger.debug("client paused", metadata: ["client": "\(id)"])
        case .clientRefused(let reason, let isUnix, let userId):
            logger.log(
                level: isRepeated ? .debug : .warning, "client refused",
                metadata: [
                    "reason": "\(reason)", "over": isUnix ? "unix" : "tcp", "uid": "\(Self.text(ofUserId: userId))",
                ])
        case .clientLost(let error):
            logger.log(level: isRepeated ? .debug : .warning, "client lost", metadata: ["error": "\(error)"])
        case .subscribed(let id, let resumed):
            logger.debug("subscribed", metadata: ["client": "\(id)", "resumed": "\(resumed)"])
        case .acceptPaused(let error, let isNews):
            // Tried again ten times a second: one warning until it works again.
            logger.log(
                level: isNews ? .warning : .debug, "no connection accepted for now", metadata: ["error": "\(error)"])
        case .stopping: logger.debug("stopping")
        case .stopped: logger.debug("stopped")
        }
    }

    /// TCP peers have none.
    private static func text(ofUserId userId: UInt32?) -> String { userId.map { "\($0)" } ?? "-" }
}
