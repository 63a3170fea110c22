import TestSupport

extension RawSocket {
    /// The next datagram, or what there is to read; nil at the end, or when nothing comes.
    func readText() -> String? {
        guard let bytes = try? receive(), !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
