// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// Checks a whole frame by its template.
public enum FrameValidation {
    /// Why the fields of a well-framed frame cannot be accepted, nil when they can: a text that is not padded with NUL
    /// or not UTF-8 or empty where it must not be, and in requests padding that is not zero, a null `requestId`, or a
    /// value the template does not define.
    ///
    /// The frame must be as long as its template needs, which framing has checked. Bytes past that belong to a newer
    /// version and are not looked at. Allocates nothing.
    public static func fault(of template: Template, at frame: UnsafeRawPointer) -> RejectReason? {
        switch template {
        case .resolveSymbol: ResolveSymbolView(frame).fault()
        case .resolvePair: ResolvePairView(frame).fault()
        case .resolveExchange: ResolveExchangeView(frame).fault()
        case .getSymbol: GetSymbolView(frame).fault()
        case .getExchange: GetExchangeView(frame).fault()
        case .listSymbols: ListSymbolsView(frame).fault()
        case .listExchanges: ListExchangesView(frame).fault()
        case .findPair: FindPairView(frame).fault()
        case .searchSymbols: SearchSymbolsView(frame).fault()
        case .subscribe: SubscribeView(frame).fault()
        case .unsubscribe: UnsubscribeView(frame).fault()
        case .ping: PingView(frame).fault()
        case .getStatus: GetStatusView(frame).fault()
        case .getSnapshot: GetSnapshotView(frame).fault()
        case .beginBatch: BeginBatchView(frame).fault()
        case .hello: HelloView(frame).fault()
        case .listPairs: ListPairsView(frame).fault()
        case .listAssets: ListAssetsView(frame).fault()
        case .listStaleSymbols: ListStaleSymbolsView(frame).fault()
        case .listRefused: ListRefusedView(frame).fault()
        case .resolveUnified: ResolveUnifiedView(frame).fault()
        case .listContracts: ListContractsView(frame).fault()
        case .resolveByCode: ResolveByCodeView(frame).fault()
        case .symbolResolution: SymbolResolutionView(frame).fault()
        case .exchangeResolution: ExchangeResolutionView(frame).fault()
        case .symbolRecord: SymbolRecordView(frame).fault()
        case .exchangeRecord: ExchangeRecordView(frame).fault()
        case .endOfList: EndOfListView(frame).fault()
        case .change: ChangeView(frame).fault()
        case .heartbeat: HeartbeatView(frame).fault()
        case .pong: PongView(frame).fault()
        case .serverStatus: ServerStatusView(frame).fault()
        case .subscribed: SubscribedView(frame).fault()
        case .snapshot: SnapshotView(frame).fault()
        case .welcome: WelcomeView(frame).fault()
        case .snapshotChunk: SnapshotChunkView(frame).fault()
        case .assetRecord: AssetRecordView(frame).fault()
        case .refusedRecord: RefusedRecordView(frame).fault()
        case .rejected: RejectedView(frame).fault()
        }
    }
}
