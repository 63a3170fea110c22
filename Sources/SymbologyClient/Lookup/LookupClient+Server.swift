import ReferenceData

// About the server itself.
extension LookupClient {
    public func status() throws(ClientError) -> ServerStatus {
        try perform { (session, deadline) throws(ClientError) in try session.serverStatus(by: deadline) }
    }

    /// The rows of the database that cannot be served as they stand, exchanges first, each kind in id order, all of one
    /// generation.
    public func refused(limit: Int = .max) throws(ClientError) -> RefusedPage {
        guard limit > 0 else { return RefusedPage() }
        return try perform { (session, deadline) throws(ClientError) in
            try session.refused(limit: limit, by: deadline)
        }
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
