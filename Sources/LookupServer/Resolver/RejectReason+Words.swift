import SymbologyWire

extension RejectReason {
    /// The `text` of a `Rejected` frame: at most 48 bytes, for whoever reads a log at the other end.
    var words: String {
        switch self {
        case .wrongSchema: "schemaId is not 7001"
        case .blockTooShort: "blockLength is below 56"
        case .blockTooLong: "blockLength is above 248"
        case .unsupportedTemplate: "no such request"
        case .paddingNotZero: "a padding byte is not zero"
        case .textNotPadded: "bytes follow the first NUL of a text"
        case .textNotUTF8: "a text is not UTF-8"
        case .textEmpty: "a text is empty"
        case .valueOutOfRange: "a field has a value that is not defined"
        case .limitReached: "a limit of this server is reached"
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
}
