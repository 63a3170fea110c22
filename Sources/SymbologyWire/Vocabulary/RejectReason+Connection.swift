extension RejectReason {
    /// Whether the server closes the connection after saying so. Of a reason that is unknown here nobody can say: then
    /// a client had better close it, too.
    package var closesConnection: Bool {
        switch self {
        case .unsupportedTemplate, .paddingNotZero, .textNotPadded, .textNotUTF8, .textEmpty, .valueOutOfRange,
            .limitReached, .serverFault:
            false
        default: true
        }
    }
}
