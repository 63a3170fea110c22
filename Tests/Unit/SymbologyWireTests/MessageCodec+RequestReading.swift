// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

import SymbologyWire

extension MessageCodec {
    static func readRequest(_ template: Template, _ frame: UnsafeRawPointer) -> [String: FieldValue]? {
        switch template {
        case .resolveSymbol:
            let view = ResolveSymbolView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "symbolText": .text(Array(view.symbolText)),
            ]
        case .resolvePair:
            let view = ResolvePairView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "baseAsset": .text(Array(view.baseAsset)),
                "quoteAsset": .text(Array(view.quoteAsset)),
            ]
        case .resolveExchange:
            let view = ResolveExchangeView(frame)
            return [
                "requestId": .number(view.requestId),
                "code": .text(Array(view.code)),
            ]
        case .getSymbol:
            let view = GetSymbolView(frame)
            return [
                "requestId": .number(view.requestId),
                "symbolId": .number(view.symbolId),
            ]
        case .getExchange:
            let view = GetExchangeView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
            ]
        case .listSymbols:
            let view = ListSymbolsView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "activeOnly": .number(view.activeOnly ? 1 : 0),
                "afterSymbolId": .number(view.afterSymbolId),
                "countMax": .number(view.countMax),
                "expectedGeneration": .number(view.expectedGeneration),
            ]
        case .listExchanges:
            let view = ListExchangesView(frame)
            return [
                "requestId": .number(view.requestId),
                "marketType": .number(view.marketType?.rawValue ?? 0),
                "activeOnly": .number(view.activeOnly ? 1 : 0),
                "afterExchangeId": .number(view.afterExchangeId),
                "countMax": .number(view.countMax),
                "expectedGeneration": .number(view.expectedGeneration),
            ]
        case .findPair:
            let view = FindPairView(frame)
            return [
                "requestId": .number(view.requestId),
                "kinds": .number(view.kinds.rawValue),
                "activeOnly": .number(view.activeOnly ? 1 : 0),
                "afterSymbolId": .number(view.afterSymbolId),
                "countMax": .number(view.countMax),
                "expectedGeneration": .number(view.expectedGeneration),
                "baseAsset": .text(Array(view.baseAsset)),
                "quoteAsset": .text(Array(view.quoteAsset)),
            ]
        case .searchSymbols:
            let view = SearchSymbolsView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "mode": .number(view.mode?.rawValue ?? 0),
                "activeOnly": .number(view.activeOnly ? 1 : 0),
                "countMax": .number(view.countMax),
                "text": .text(Array(view.text)),
            ]
        case .subscribe:
            let view = SubscribeView(frame)
            return [
                "requestId": .number(view.requestId),
                "flags": .number(view.flags.rawValue),
                "epoch": .number(view.epoch),
                "sequence": .number(view.sequence),
            ]
        case .unsubscribe:
            let view = UnsubscribeView(frame)
            return [
                "requestId": .number(view.requestId)
            ]
        case .ping:
            let view = PingView(frame)
            return [
                "requestId": .number(view.requestId),
                "token": .number(view.token),
            ]
        case .getStatus:
            let view = GetStatusView(frame)
            return [
                "requestId": .number(view.requestId)
            ]
        case .getSnapshot:
            let view = GetSnapshotView(frame)
            return [
                "requestId": .number(view.requestId),
                "flags": .number(view.flags.rawValue),
            ]
        case .beginBatch:
            let view = BeginBatchView(frame)
            return [
                "requestId": .number(view.requestId),
                "count": .number(view.count),
            ]
        case .hello:
            let view = HelloView(frame)
            return [
                "requestId": .number(view.requestId),
                "clientName": .text(Array(view.clientName)),
                "environment": .text(Array(view.environment)),
            ]
        case .listPairs:
            let view = ListPairsView(frame)
            return [
                "requestId": .number(view.requestId),
                "venueCountMin": .number(view.venueCountMin),
                "activeOnly": .number(view.activeOnly ? 1 : 0),
                "afterSymbolId": .number(view.afterSymbolId),
                "countMax": .number(view.countMax),
                "expectedGeneration": .number(view.expectedGeneration),
            ]
        case .listAssets:
            let view = ListAssetsView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "activeOnly": .number(view.activeOnly ? 1 : 0),
                "countMax": .number(view.countMax),
                "expectedGeneration": .number(view.expectedGeneration),
                "afterAsset": .text(Array(view.afterAsset)),
            ]
        case .listStaleSymbols:
            let view = ListStaleSymbolsView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "activeOnly": .number(view.activeOnly ? 1 : 0),
                "afterSymbolId": .number(view.afterSymbolId),
                "countMax": .number(view.countMax),
                "expectedGeneration": .number(view.expectedGeneration),
                "notSeenSince": .number(view.notSeenSince),
            ]
        case .listRefused:
            let view = ListRefusedView(frame)
            return [
                "requestId": .number(view.requestId),
                "afterKind": .number(view.afterKind?.rawValue ?? 0),
                "countMax": .number(view.countMax),
                "expectedGeneration": .number(view.expectedGeneration),
                "afterId": .number(view.afterId),
            ]
        case .resolveUnified:
            let view = ResolveUnifiedView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "unifiedName": .text(Array(view.unifiedName)),
            ]
        case .listContracts:
            let view = ListContractsView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "kinds": .number(view.kinds.rawValue),
                "activeOnly": .number(view.activeOnly ? 1 : 0),
                "afterSymbolId": .number(view.afterSymbolId),
                "countMax": .number(view.countMax),
                "expectedGeneration": .number(view.expectedGeneration),
                "expiresFrom": .number(view.expiresFrom ?? .min),
                "expiresTo": .number(view.expiresTo ?? .min),
                "baseAsset": .text(Array(view.baseAsset)),
                "quoteAsset": .text(Array(view.quoteAsset)),
            ]
        case .resolveByCode:
            let view = ResolveByCodeView(frame)
            return [
                "requestId": .number(view.requestId),
                "code": .text(Array(view.code)),
                "symbolText": .text(Array(view.symbolText)),
            ]
        default: return nil
        }
    }
}
