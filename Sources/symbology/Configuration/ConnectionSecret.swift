/// Hides what may be a password in a libpq connection string before it is shown to anyone.
///
/// Errs on the side of hiding: what cannot be told apart from a password is masked, and so may be a port or a name.
enum ConnectionSecret {
    private static let mask = "********"

    /// Both forms are looked for in every text: what libpq takes for keywords may hold a URL, and a URL that is written
    /// wrong may hold a keyword.
    static func hidden(in conninfo: String) -> String { hiddenInKeywords(hiddenInURL(conninfo)) }

    /// `scheme://user:PASSWORD@host/db?password=PASSWORD`
    ///
    /// libpq ends the password at the first @, if no / stands before it. Who writes a password with @, / or ? in it
    /// forgets to escape it, so here it goes on to the last @ of all.
    private static func hiddenInURL(_ text: String) -> String {
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        let at = text[start...].lastIndex(of: "@") ?? start
        let (user, rest) = (text[start..<at], text[at...])
        // An @ amid the parameters: where the password ends is anybody's guess.
        if hasParameters(user) { return "\(text[..<start])\(mask)" }
        let shownUser = user.firstIndex(of: ":").map { "\(user[...$0])\(mask)" } ?? String(user)
        return "\(text[..<start])\(shownUser)\(hiddenInQuery(rest))"
    }

    /// Whether a secret may be named in what looks like a user; percent signs may spell its name.
    private static func hasParameters(_ user: Substring) -> Bool {
        user.contains(/(?:password|secret|_key)\s*=/.ignoresCase()) || user.contains("?") && user.contains("%")
    }

    /// From the first secret parameter to the end: a password with & in it is cut there.
    private static func hiddenInQuery(_ text: Substring) -> String {
        guard let mark = text.firstIndex(of: "?") else { return String(text) }
        let query = text[text.index(after: mark)...]
        for pair in query.split(separator: "&") {
            let keyword = pair.prefix { $0 != "=" }
            if keyword.contains(/password|secret|_key|%/.ignoresCase()) {
                return "\(text[..<keyword.endIndex])=\(mask)"
            }
        }
        return String(text)
    }

    /// `host=… password='…'`: from the first secret keyword to the end, because quoting may be broken. Such keywords
    /// are `password` and `sslpassword`; later versions of libpq know `oauth_client_secret` and `scram_client_key`.
    private static func hiddenInKeywords(_ text: String) -> String {
        guard let keyword = text.firstRange(of: /password|(?:secret|_key)(?=\s*=)/.ignoresCase()) else { return text }
        return "\(text[..<keyword.upperBound])=\(mask)"
    }
}
