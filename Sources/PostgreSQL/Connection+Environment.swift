internal import CPQ

extension Connection {
    /// The environment under which another libpq program (`pg_dump`) reaches the very server and database of this
    /// session, as the same user, password included: an environment is private to its user, a command line is not.
    /// A nil value means that the variable must not be set.
    public var clientEnvironment: [(name: String, value: String?)] {
        guard let handle, let options = PQconninfo(handle) else { return [] }
        defer { PQconninfoFree(options) }
        // A service would be looked up again, and has been resolved into the others already.
        var list: [(name: String, value: String?)] = [("PGSERVICE", nil), ("PGSERVICEFILE", nil)]
        var option = options
        while let keyword = option.pointee.keyword {
            defer { option += 1 }
            let name = String(cString: keyword)
            guard let variable = option.pointee.envvar, name != "service" else { continue }
            // Of several hosts the one that answered.
            let value: UnsafeMutablePointer<CChar>? =
                switch name {
                case "host": PQhost(handle)
                case "hostaddr": option.pointee.val == nil ? nil : PQhostaddr(handle)
                case "port": PQport(handle)
                default: option.pointee.val
                }
            let text = value.map { String(cString: $0) } ?? ""
            list.append((String(cString: variable), text.isEmpty ? nil : text))
        }
        return list
    }
}
