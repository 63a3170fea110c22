internal import CPQ
import Glibc
import Platform

/// One session with PostgreSQL.
///
/// Two ways to use it, not to be mixed while a statement is under way: the blocking calls (`query`, `copyOut`…) for
/// tools and tests, and the non-blocking ones (`send`, `nextResult`…) for an event loop. Owned by one thread at a time.
/// Closed in `deinit`, or earlier by `close()`.
public final class Connection {
    /// libpq's connection; nil once closed.
    var handle: OpaquePointer?
    let settings: SessionSettings
    var phase: Phase
    /// The statement `send` started last, for its errors.
    var sentStatementName: String?
    /// The row `nextCopyRow` handed out last; libpq's memory, freed when the next one is asked for.
    var copyBuffer: UnsafeMutablePointer<CChar>?
    var copyDecoder = CopyDecoder(isBinary: false)
    /// Whether the COPY that began last is in the binary format.
    var isCopyBinary = false
    /// The steps of a pipeline whose answers are still to be read, in order.
    var pipeline: [PipelineStep] = []
    /// The statements prepared on this connection and the names they have on the server.
    var preparedNames: [Statement: String] = [:]
    var preparationCount: UInt64 = 0
    /// Called for each notice or warning from the server, on the thread that reads. Without it they are dropped:
    /// libpq would print them to stderr.
    public var onNotice: ((ServerNotice) -> Void)?

    enum Phase { case connecting, pinning, ready, failed }

    /// Connects, waits for it, and pins `settings`.
    /// - Throws: `kind == .connection` when the server cannot be reached or refuses the login; `.configuration` when
    ///   `settings.schema` does not exist; `.encoding` when the database's is not UTF8.
    public convenience init(_ target: ConnectionTarget, settings: SessionSettings = SessionSettings())
        throws(PostgreSQLError)
    {
        try Self.requireMemory()
        self.init(handle: Self.connect(target, settings, PQconnectdbParams), settings: settings)
        guard let handle, PQstatus(handle) == CONNECTION_OK else { throw .connection(handle, statement: "connect") }
        phase = .ready
        try checkEncoding()
        try checkPinned(try query(settings.pinStatement, settings.pinParameters))
    }

    init(handle: OpaquePointer?, settings: SessionSettings) {
        self.handle = handle
        self.settings = settings
        phase = .connecting
        // The receiver only lives as long as the handle, and the handle not longer than self.
        let context = Unmanaged.passUnretained(self).toOpaque()
        if let handle { PQsetNoticeReceiver(handle, forwardNotice, context) }
    }

    deinit { close() }

    /// Ends the session. Idempotent. A statement under way is abandoned, its transaction rolls back.
    public func close() {
        PQfreemem(copyBuffer)
        copyBuffer = nil
        PQfinish(handle)
        handle = nil
        phase = .failed
    }

    /// 150020 for PostgreSQL 15.20; 0 when not connected.
    public var serverVersion: Int { Int(PQserverVersion(handle)) }

    /// The server process that serves this session, as `pg_stat_activity.pid` shows it; 0 when not connected.
    public var serverProcessId: Int32 { PQbackendPID(handle) }

    /// Whether libpq has seen the connection break. A silent peer is not noticed here.
    public var isUsable: Bool { handle != nil && PQstatus(handle) == CONNECTION_OK }

    /// Whether a transaction block is open, failed ones included.
    public var isInTransaction: Bool {
        let status = PQtransactionStatus(handle)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// Where the session goes, for logs: `/run/postgresql:5432/md as engine`. Without secrets.
    public var peerDescription: String {
        func text(_ value: UnsafeMutablePointer<CChar>?) -> String { value.map { String(cString: $0) } ?? "" }
        return "\(text(PQhost(handle))):\(text(PQport(handle)))/\(text(PQdb(handle))) as \(text(PQuser(handle)))"
    }

    /// The server names it while it lets the session in, so nothing has been asked yet.
    func checkEncoding() throws(PostgreSQLError) {
        guard !settings.acceptsAnyEncoding, let name = PQparameterStatus(handle, "server_encoding") else { return }
        let encoding = String(cString: name)
        guard encoding != "UTF8" else { return }
        throw PostgreSQLError(
            kind: .encoding,
            message: "the encoding of the database \"\(String(cString: PQdb(handle)))\" is \(encoding), not UTF8",
            hint: "make another (CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'), and move the tables there with "
                + "pg_dump")
    }

    func checkPinned(_ result: QueryResult) throws(PostgreSQLError) {
        guard result.rowCount == 1, result.columnCount > 0 else {
            throw .value("the server does not say what it pinned", statement: settings.pinStatement.name)
        }
        guard try result.bool(0, result.columnCount - 1) == true else {
            throw PostgreSQLError(
                kind: .configuration, message: "the schema \"\(settings.schema ?? "")\" does not exist",
                hint: "create it, or name another one")
        }
    }

    /// The handle, for calls that need one that is connected.
    func connected(_ statementName: String?) throws(PostgreSQLError) -> OpaquePointer {
        guard let handle, phase == .ready || phase == .pinning else {
            throw PostgreSQLError(
                kind: .connection, message: "the connection is not open", statementName: statementName,
                isConnectionLost: true)
        }
        return handle
    }

    /// What connecting takes, here and in the libraries that libpq loads for it, or more.
    private static let connectByteCount = 8 << 20

    /// Who tries again later must not be ended by an allocation that fails, as Swift's are.
    static func requireMemory() throws(PostgreSQLError) {
        guard !AddressSpace.hasRoom(for: connectByteCount) else { return }
        throw PostgreSQLError(
            kind: .connection, message: "there is no memory to connect", statementName: "connect",
            isConnectionLost: true)
    }

    typealias Connector = (
        UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<UnsafePointer<CChar>?>?, Int32
    ) -> OpaquePointer?

    static func connect(_ target: ConnectionTarget, _ settings: SessionSettings, _ connector: Connector)
        -> OpaquePointer?
    {
        let list = settings.keywords(target, hasConnectTimeoutInEnvironment: getenv("PGCONNECT_TIMEOUT") != nil)
        let keywords = list.map { strdup($0.0) }
        let values = list.map { strdup($0.1) }
        defer { for pointer in keywords + values { free(pointer) } }
        let keywordPointers = keywords.map { UnsafePointer($0) } + [nil]
        let valuePointers = values.map { UnsafePointer($0) } + [nil]
        return connector(keywordPointers, valuePointers, 1)
    }
}

/// A notice or warning the server sent beside a result.
public struct ServerNotice: Sendable, Hashable {
    /// `WARNING`, `NOTICE`, `INFO`, `LOG`, `DEBUG`: never translated.
    public let severity: String
    public let message: String
}

private func forwardNotice(context: UnsafeMutableRawPointer?, result: OpaquePointer?) {
    guard let context, let result else { return }
    let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    guard let onNotice = connection.onNotice else { return }
    func field(_ code: UInt8) -> String {
        PQresultErrorField(result, Int32(code)).map { String(cString: $0) } ?? ""
    }
    onNotice(ServerNotice(severity: field(UInt8(ascii: "V")), message: field(UInt8(ascii: "M"))))
}
