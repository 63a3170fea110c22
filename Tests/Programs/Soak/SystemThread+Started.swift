import Platform

extension SystemThread {
    /// A soak without one of its threads would prove less than it says, so it ends.
    static func started(_ body: @escaping @Sendable () -> Void) -> SystemThread {
        do {
            return try SystemThread(body)
        } catch {
            preconditionFailure("no thread: \(error.code)")
        }
    }
}
