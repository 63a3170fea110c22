// A server process that is stopped, or behind a network that swallows what it sends, is silent for ever, and looks like
// one that is reading a million rows. What tells them apart is that rows arrive: the bound is on the silence.
extension RefreshMachine {
    private static let silenceDoublingCountMax: UInt32 = 3

    var silenceMilliseconds: UInt32 {
        UInt32(
            clamping: UInt64(settings.refreshSilenceMilliseconds) << min(silenceCount, Self.silenceDoublingCountMax))
    }

    /// The timer of the silence fired, and for so long nothing has arrived.
    mutating func noteSilence(_ milliseconds: UInt32, _ actions: inout [Action]) {
        guard inFlight != nil else { return }
        guard milliseconds >= silenceMilliseconds else {
            return actions.append(.setTimer(.refreshSilence, milliseconds: silenceMilliseconds - milliseconds))
        }
        silenceCount = min(silenceCount + 1, Self.silenceDoublingCountMax)
        loseSession(.deadlinePassed("loading"), &actions)
    }
}
