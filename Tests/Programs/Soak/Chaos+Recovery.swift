import SymbologyClient
import TestSupport

// Whether the server is well again: asked of itself.
extension Chaos {
    /// Waits until the server is connected to the database again and has published something new since.
    /// - Returns: the server's present epoch.
    func awaitRecovery(_ fault: Fault) throws -> UInt64 {
        let deadline = Deadline(seconds: Self.recoverySecondsMax)
        var client: LookupClient?
        var before: ServerStatus?
        var now: ServerStatus?
        let isWell = deadline.poll {
            guard let status = status(&client) else { return false }
            now = status
            // Writers never stop, so a server that follows the tables moves on.
            guard let first = before, first.epoch == status.epoch else {
                before = status
                return false
            }
            return status.isDatabaseConnected && status.isLoaded && !status.isFromFile
                && status.generation > first.generation
        }
        guard isWell, let now else {
            throw SoakFailure(
                "\(Self.recoverySecondsMax) s after \(fault.rawValue) the server is not well: "
                    + (now.map { "\($0)" } ?? "it does not answer"))
        }
        return now.epoch
    }

    /// Waits until a server that cannot reach the database answers from its file.
    func awaitAnswersFromFile() throws {
        var client: LookupClient?
        let isFromFile = Deadline(seconds: Self.recoverySecondsMax).poll { status(&client)?.isFromFile ?? false }
        guard isFromFile else { throw SoakFailure("started without the database, the server has no image") }
    }

    /// Nil while there is no answer.
    private func status(_ client: inout LookupClient?) -> ServerStatus? {
        do {
            let asked = try client ?? LookupClient(server.address(0))
            client = asked
            return try asked.status()
        } catch {
            client = nil
            return nil
        }
    }
}
