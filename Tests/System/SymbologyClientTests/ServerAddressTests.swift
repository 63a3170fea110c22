import SymbologyClient
import Testing

@Suite struct ServerAddressTests {
    @Test(arguments: [
        ("/run/symbology/symbology.sock", ServerAddress.unix(path: "/run/symbology/symbology.sock")),
        ("unix:relative/s", .unix(path: "relative/s")), ("./s", .unix(path: "./s")),
        ("127.0.0.1:7001", .tcp(host: "127.0.0.1", port: 7001)), ("tcp:localhost:0", .tcp(host: "localhost", port: 0)),
        ("[::1]:65535", .tcp(host: "::1", port: 65535)),
    ])
    func parses(text: String, address: ServerAddress) {
        #expect(ServerAddress(text) == address)
        #expect(ServerAddress(address.description) == address)
    }

    @Test(arguments: [
        "", "unix:", "localhost", "localhost:", ":7001", "::1:7001", "host:65536", "host:-1", "a/b:1", "[]:1",
    ])
    func refuses(text: String) {
        #expect(ServerAddress(text) == nil)
    }

    @Test func nobodyThereIsAClearError() {
        for text in ["/tmp/no-such-folder/s", "127.0.0.1:1", "/\(String(repeating: "x", count: 200))"] {
            let address = ServerAddress(text)!
            let error = #expect(throws: ClientError.self) { _ = try LookupClient(address) }
            guard case .notReachable(address, let reason)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(!reason.isEmpty && error?.description.contains("symbology serve") == true)
        }
    }

    @Test func namesThatDoNotFitAreRefusedBeforeConnecting() {
        let error = #expect(throws: ClientError.self) {
            _ = try LookupClient(
                .unix(path: "/tmp/x"), options: ClientOptions(environment: String(repeating: "e", count: 33)))
        }
        guard case .invalidOption(name: "environment", _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
