import ArgumentParser
import EventLoop
import Logging

struct ServeCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "The server: keeps the reference tables in memory and answers from there.",
        discussion: """
            Listens where --unix and --tcp say; without either at SYMBOLOGY_ADDRESS, else on the default socket and \
            127.0.0.1:7001. Starts without the database too: from the file of --snapshot where \
            there is one, else it answers "not loaded"; either way it goes on trying. SIGTERM and \
            SIGINT end it in order, a second one at once; SIGHUP reads the --config file and the tables anew: limits, \
            intervals, --memory-max, --shrink-max, --allow-shrink and the log level count from then on, and the log \
            names what else was changed and needs a restart; a file that is wrong changes nothing. Takes over the \
            sockets of systemd's socket activation, and tells it how it is.

            What was read is held back, and what was there before goes on being served, where it loses more than half \
            of the symbols and more than 100, where in a whole load an id means another symbol than before, or a key \
            has another id, or an id other terms, in another database or for more than half of them: --shrink-max \
            puts one share in place of all of these, --allow-shrink serves everything. "Before" is what the file of \
            --snapshot shows, too. "status" says what is held back; SIGHUP serves it, and no last good record of the \
            ids before is served then. Tables that would take more memory than --memory-max, or ulimit -v, allows are \
            held back whatever else is said. "status" also names what else is amiss, for as long as it is. A symbolic \
            link that --snapshot names stays: what it points to is replaced.
            """)

    @OptionGroup var settings: SettingOptions<ServeSettings>

    func execute(_ configuration: Configuration) throws {
        let logger = Logger.forCommand("serve")
        let target = try DatabaseTarget.parse(configuration)
        let stop = try StopSignal.install(reloads: true)
        let manager = ServiceNotifier.fromEnvironment()
        let sockets = try Self.inheritedSockets()
        let snapshotPath = try configuration.value(.snapshot).map(FileBytes.replaceable)
        let serving = try Serving(
            configuration, target: target, logger: logger, snapshotPath: snapshotPath, inheriting: sockets
        ) { ready in
            ready.log(logger, addresses: true)
            manager?.tell("STATUS=Serving since generation \(ready.generation).")
        }
        // Answers from now on, be it "not loaded": whoever waits for the database must not be held up by it twice.
        manager?.tell("READY=1")
        stop.wait {
            manager?.tell(ServiceNotifier.reloading())
            serving.reload(settings, startedWith: configuration)
            manager?.tell("READY=1")
        }
        logger.notice("stopping", metadata: ["signal": "\(StopSignal.name ?? "-")"])
        manager?.tell("STOPPING=1")
        serving.stop()
        logger.notice("stopped")
    }

    private static func inheritedSockets() throws(CommandFailure) -> [InheritedSocket] {
        do {
            return try InheritedSocket.fromEnvironment()
        } catch {
            throw CommandFailure(
                .configuration, "\(error)", next: "correct the socket unit, or unset LISTEN_PID and LISTEN_FDS")
        }
    }
}
