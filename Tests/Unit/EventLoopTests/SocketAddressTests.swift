import Glibc
import Scenarios
import TestSupport
import Testing

@testable import EventLoop

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("/run/x.sock", "unix:/run/x.sock"), ("unix:x", "unix:x"), ("./x", "unix:./x"),
        ("127.0.0.1:7001", "tcp:127.0.0.1:7001"), ("tcp:localhost:0", "tcp:localhost:0"),
        ("[::1]:80", "tcp:[::1]:80"), ("host.example:65535", "tcp:host.example:65535"),
    ]) func parses(text: String, description: String) {
        #expect(SocketAddress(text)?.description == description)
    }

    @Test(arguments: [
        "", "unix:", "host", ":1", "host:", "host:65536", "host:-1", "::1:80", "a/b:80", "unix:/a\u{0}b", "a\u{0}b:80",
    ])
    func refuses(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test(
        .scenario(.nonLoopbackBind),
        arguments: [
            ("127.0.0.1:1", true), ("127.9.9.9:1", true), ("[::1]:1", true), ("[::ffff:127.0.0.1]:1", true),
            ("localhost:1", true), ("/tmp/x", true), ("0.0.0.0:1", false), ("[::]:1", false), ("10.0.0.1:1", false),
            ("[::ffff:10.0.0.1]:1", false),
        ]) func knowsWhatOtherHostsCanReach(text: String, isLocal: Bool) throws
    {
        #expect(try SocketAddress(text)?.isLocal() == isLocal)
    }

    @Test(arguments: [
        ("127.0.0.1:1", "tcp:127.0.0.1:1"), ("[::1]:65535", "tcp:[::1]:65535"), ("0.0.0.0:0", "tcp:0.0.0.0:0"),
        ("unix:x", "unix:x"),
    ]) func numbersStayWhatTheyAre(text: String, description: String) throws {
        #expect(try SocketAddress(text)?.numeric().description == description)
    }

    @Test func aNameBecomesItsNumber() throws {
        let numeric = try SocketAddress.tcp(host: "localhost", port: 7).numeric()
        #expect(["tcp:127.0.0.1:7", "tcp:[::1]:7"].contains(numeric.description))
    }
}
