import SymbologyWire

extension RejectReason {
    /// The `text` of a `Rejected` frame: at most 48 bytes, for whoever reads a log at the other end.
    /// - Parameter template: of the frame, where it is known.
    func words(of template: Template? = nil) -> String {
        switch self {
        case .wrongSchema: "schemaId is not \(WireLimits.schemaId)"
        case .blockTooShort: "blockLength is below \(Self.blockByteCountMin(of: template))"
        case .blockTooLong: "blockLength is above \(WireLimits.requestBlockByteCountMax)"
        case .unsupportedTemplate: "no such request"
        case .paddingNotZero: "a padding byte is not zero"
        case .textNotPadded: "more than NUL follows the first NUL of a text"
        case .textNotUTF8: "a text is not UTF-8"
        case .textEmpty: "a text that must say something is empty"
        case .valueOutOfRange: "a field has a value that it may not have"
        case .limitReached: "there are as many subscribers as there may be"
        case .environmentMismatch: "another environment is served here"
        case .tooManyClients: "too many clients"
        case .shuttingDown: "the server is going away"
        case .frameTimeout: "a frame stayed unfinished too long"
        case .idleTimeout: "nothing was asked for too long"
        case .slowReader: "answers were not read"
        case .notPermitted: "this user may not connect"
        default: "the server failed"
        }
    }

    /// What `Framing.nextRequest` asks of a block.
    private static func blockByteCountMin(of template: Template?) -> Int {
        guard let template, template.isRequest else { return WireLimits.requestBlockByteCountMin }
        return template.frameByteCountMin - WireLayout.Header.byteCount
    }
}
