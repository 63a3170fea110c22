/// Hides what may be a password in a libpq connection string before it is shown to anyone.
enum ConnectionSecret {
    private static let mask = "********"

    /// Errs on the side of hiding: what cannot be told apart from a password is masked.
    static func hidden(in conninfo: String) -> String {
        if let scheme = conninfo.firstRange(of: "://") {
            return hiddenInURL(conninfo, authorityStart: scheme.upperBound)
        }
        return hiddenInKeywords(conninfo)
    }

    /// `scheme://user:PASSWORD@host/db?password=PASSWORD`
    private static func hiddenInURL(_ url: String, authorityStart: String.Index) -> String {
        var shown = String(url[..<authorityStart])
        var rest = url[authorityStart...]
        let query = rest.firstIndex(of: "?").map { String(rest[rest.index(after: $0)...]) }
        if let mark = rest.firstIndex(of: "?") { rest = rest[..<mark] }
        // The last @, because an unescaped password may itself contain one.
        if let at = rest.lastIndex(of: "@") {
            let user = rest[..<at]
            if let colon = user.firstIndex(of: ":") {
                shown += user[...colon] + mask
            } else {
                shown += user
            }
            rest = rest[at...]
        }
        shown += rest
        if let query { shown += "?" + hiddenInQuery(query) }
        return shown
    }

    private static func hiddenInQuery(_ query: String) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            guard let equals = pair.firstIndex(of: "="), isSecret(pair[..<equals]) else { return String(pair) }
            return pair[...equals] + mask
        }.joined(separator: "&")
    }

    /// `host=… password='…'`: from the first secret keyword to the end, because quoting may be broken.
    private static func hiddenInKeywords(_ conninfo: String) -> String {
        let lowered = conninfo.lowercased()
        guard let found = lowered.firstRange(of: "password") else { return conninfo }
        let prefixCount = lowered.distance(from: lowered.startIndex, to: found.upperBound)
        return String(conninfo.prefix(prefixCount)) + "=" + mask
    }

    private static func isSecret(_ keyword: Substring) -> Bool {
        keyword.lowercased().contains("password") || keyword.contains("%")
    }
}
