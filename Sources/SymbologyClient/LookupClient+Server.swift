import ReferenceData

// About the server itself.
extension LookupClient {
    public func status() throws(ClientError) -> ServerStatus {
        try perform { (session, deadline) throws(ClientError) in try session.serverStatus(by: deadline) }
    }

    /// Asks for nothing and returns how long the answer took, in nanoseconds.
    @discardableResult
    public func ping() throws(ClientError) -> UInt64 {
        try perform { (session, deadline) throws(ClientError) in
            let start = Deadline.now()
            try session.ping(by: deadline)
            return Deadline.now() - start
        }
    }

    /// The image file that the server answers from; nil when there is none.
    public func image() throws(ClientError) -> ServerImage? {
        let (status, image) = try perform { (session, deadline) throws(ClientError) in
            try session.image(by: deadline)
        }
        return status == .ok && !image.path.isEmpty ? image : nil
    }
}
