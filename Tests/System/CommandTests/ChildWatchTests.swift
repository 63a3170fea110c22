import Foundation
import Testing

@testable import TestSupport

@Suite("Tests: processes that they start")
struct ChildWatchTests {
    @Test("what runs when the tests end, ends with them")
    func childrenEnd() throws {
        let watch = ChildWatch()
        let commands = try (0..<3).map { _ in try RunningCommand("/bin/sleep", ["600"]) }
        for command in commands { watch.note(command.processId) }
        watch.forget(commands[1].processId)
        watch.end()
        for index in [0, 2] { #expect(try commands[index].finish().exitCode == -SIGKILL) }
        #expect(kill(commands[1].processId, 0) == 0)
        commands[1].end()
    }

    @Test("a program that tests start can be ended by a signal which they block")
    func blockedSignalsAreNotInherited() throws {
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let program = try #require(StartedProgram(["/bin/sleep", "20"]))
        #expect(program.kill(SIGTERM) == 128 + SIGTERM)
    }
}
