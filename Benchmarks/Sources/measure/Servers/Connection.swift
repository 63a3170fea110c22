import CLoad
import Glibc

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A connected socket, closed with its last reference. One thread at a time.
final class Connection {
    let fd: Int32

    init(transport: Transport, socketPath: String, port: Int) throws {
        let result = transport == .unix ? load_connect_unix(socketPath) : load_connect_tcp(Int32(port))
        guard result >= 0 else {
            throw BenchmarkError(
                "connect \(transport == .unix ? socketPath : "127.0.0.1:\(port)"): \(errorText(-result))")
        }
        fd = result
    }

    deinit { close(fd) }

    /// Sends the bytes and returns the answer of exactly that length.
    func exchange(_ request: [UInt8], answerByteCount: Int) throws -> [UInt8] {
        var answer = [UInt8](repeating: 0, count: max(1, answerByteCount))
        let error = request.withUnsafeBufferPointer { buffer in
            var batch = load_batch(
                request: buffer.baseAddress, requestByteCount: UInt32(request.count),
                answerByteCount: UInt32(answerByteCount))
            return load_once(fd, &batch, &answer)
        }
        guard error == 0 else { throw BenchmarkError("exchange: \(errorText(error))") }
        return answer
    }

    /// Sends the bytes and reads until `isComplete` says so: for greetings whose length is not known beforehand.
    func exchange(_ request: [UInt8], until isComplete: ([UInt8]) -> Bool) throws -> [UInt8] {
        _ = request.withUnsafeBytes { send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        var answer: [UInt8] = []
        while !isComplete(answer) {
            var entry = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 10_000) > 0 else { throw BenchmarkError("no answer to the greeting within 10 s") }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(fd, &chunk, chunk.count, 0)
            if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
            guard count > 0 else { throw BenchmarkError("the server closed during the greeting") }
            answer += chunk[..<count]
        }
        return answer
    }
}

func errorText(_ code: Int32) -> String { String(cString: strerror(code)) }
