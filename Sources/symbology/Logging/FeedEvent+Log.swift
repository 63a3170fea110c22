import Logging
import ReferenceFeed

extension FeedEvent {
    func log(_ logger: Logger) {
        let level: Logger.Level = isWarning ? .warning : isFrequent ? .debug : .info
        logger.log(level: level, "\(self)")
    }
}
