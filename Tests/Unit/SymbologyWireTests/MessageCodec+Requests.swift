import SymbologyWire

extension MessageCodec {
    static func readRequest(_ template: Template, _ frame: UnsafeRawPointer) -> [String: FieldValue]? {
        switch template {
        case .resolveSymbol:
            let view = ResolveSymbolView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "symbol": .text(Array(view.symbol)),
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
                "activeOnly": .number(view.activeOnly),
                "afterSymbolId": .number(view.afterSymbolId),
                "limit": .number(view.limit),
                "expectedGeneration": .number(view.expectedGeneration),
            ]
        case .listExchanges:
            let view = ListExchangesView(frame)
            return [
                "requestId": .number(view.requestId),
                "marketType": .number(view.marketType),
                "activeOnly": .number(view.activeOnly),
                "afterExchangeId": .number(view.afterExchangeId),
                "limit": .number(view.limit),
                "expectedGeneration": .number(view.expectedGeneration),
            ]
        case .findPair:
            let view = FindPairView(frame)
            return [
                "requestId": .number(view.requestId),
                "baseAsset": .text(Array(view.baseAsset)),
                "quoteAsset": .text(Array(view.quoteAsset)),
            ]
        case .searchSymbols:
            let view = SearchSymbolsView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "mode": .number(view.mode),
                "activeOnly": .number(view.activeOnly),
                "limit": .number(view.limit),
                "text": .text(Array(view.text)),
            ]
        case .subscribe:
            let view = SubscribeView(frame)
            return [
                "requestId": .number(view.requestId),
                "flags": .number(view.flags),
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
                "flags": .number(view.flags),
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
                "activeOnly": .number(view.activeOnly),
                "afterSymbolId": .number(view.afterSymbolId),
                "limit": .number(view.limit),
                "expectedGeneration": .number(view.expectedGeneration),
            ]
        case .listAssets:
            let view = ListAssetsView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "afterAsset": .text(Array(view.afterAsset)),
                "activeOnly": .number(view.activeOnly),
                "limit": .number(view.limit),
                "expectedGeneration": .number(view.expectedGeneration),
            ]
        case .listRefused:
            let view = ListRefusedView(frame)
            return [
                "requestId": .number(view.requestId),
                "afterKind": .number(view.afterKind),
                "limit": .number(view.limit),
                "expectedGeneration": .number(view.expectedGeneration),
                "afterId": .number(view.afterId),
            ]
        case .listStaleSymbols:
            let view = ListStaleSymbolsView(frame)
            return [
                "requestId": .number(view.requestId),
                "exchangeId": .number(view.exchangeId),
                "activeOnly": .number(view.activeOnly),
                "afterSymbolId": .number(view.afterSymbolId),
                "limit": .number(view.limit),
                "expectedGeneration": .number(view.expectedGeneration),
                "notSeenSince": .number(view.notSeenSince),
            ]
        default: return nil
        }
    }
}

extension MessageCodec {
    static func writeRequest(_ template: Template, _ fields: FieldValues, to frame: UnsafeMutableRawPointer) -> Bool {
        switch template {
        case .resolveSymbol:
            ResolveSymbolView.write(
                to: frame, requestId: fields.number("requestId"), exchangeId: fields.number("exchangeId"),
                symbol: fields.text("symbol"))
        case .resolvePair:
            ResolvePairView.write(
                to: frame, requestId: fields.number("requestId"), exchangeId: fields.number("exchangeId"),
                baseAsset: fields.text("baseAsset"), quoteAsset: fields.text("quoteAsset"))
        case .resolveExchange:
            ResolveExchangeView.write(
                to: frame, requestId: fields.number("requestId"), code: fields.text("code"))
        case .getSymbol:
            GetSymbolView.write(
                to: frame, requestId: fields.number("requestId"), symbolId: fields.number("symbolId"))
        case .getExchange:
            GetExchangeView.write(
                to: frame, requestId: fields.number("requestId"), exchangeId: fields.number("exchangeId"))
        case .listSymbols:
            ListSymbolsView.write(
                to: frame, requestId: fields.number("requestId"), exchangeId: fields.number("exchangeId"),
                activeOnly: fields.number("activeOnly"), afterSymbolId: fields.number("afterSymbolId"),
                limit: fields.number("limit"), expectedGeneration: fields.number("expectedGeneration"))
        case .listExchanges:
            ListExchangesView.write(
                to: frame, requestId: fields.number("requestId"), marketType: fields.number("marketType"),
                activeOnly: fields.number("activeOnly"), afterExchangeId: fields.number("afterExchangeId"),
                limit: fields.number("limit"), expectedGeneration: fields.number("expectedGeneration"))
        case .findPair:
            FindPairView.write(
                to: frame, requestId: fields.number("requestId"), baseAsset: fields.text("baseAsset"),
                quoteAsset: fields.text("quoteAsset"))
        case .searchSymbols:
            SearchSymbolsView.write(
                to: frame, requestId: fields.number("requestId"), exchangeId: fields.number("exchangeId"),
                mode: fields.number("mode"), activeOnly: fields.number("activeOnly"), limit: fields.number("limit"),
                text: fields.text("text"))
        case .subscribe:
            SubscribeView.write(
                to: frame, requestId: fields.number("requestId"), flags: fields.number("flags"),
                epoch: fields.number("epoch"), sequence: fields.number("sequence"))
        case .unsubscribe:
            UnsubscribeView.write(
                to: frame, requestId: fields.number("requestId"))
        case .ping:
            PingView.write(
                to: frame, requestId: fields.number("requestId"), token: fields.number("token"))
        case .getStatus:
            GetStatusView.write(
                to: frame, requestId: fields.number("requestId"))
        case .getSnapshot:
            GetSnapshotView.write(
                to: frame, requestId: fields.number("requestId"), flags: fields.number("flags"))
        case .beginBatch:
            BeginBatchView.write(
                to: frame, requestId: fields.number("requestId"), count: fields.number("count"))
        case .hello:
            HelloView.write(
                to: frame, requestId: fields.number("requestId"), clientName: fields.text("clientName"),
                environment: fields.text("environment"))
        case .listPairs:
            ListPairsView.write(
                to: frame, requestId: fields.number("requestId"), venueCountMin: fields.number("venueCountMin"),
                activeOnly: fields.number("activeOnly"), afterSymbolId: fields.number("afterSymbolId"),
                limit: fields.number("limit"), expectedGeneration: fields.number("expectedGeneration"))
        case .listAssets:
            ListAssetsView.write(
                to: frame, requestId: fields.number("requestId"), exchangeId: fields.number("exchangeId"),
                afterAsset: fields.text("afterAsset"), activeOnly: fields.number("activeOnly"),
                limit: fields.number("limit"), expectedGeneration: fields.number("expectedGeneration"))
        case .listRefused:
            ListRefusedView.write(
                to: frame, requestId: fields.number("requestId"), afterKind: fields.number("afterKind"),
                limit: fields.number("limit"), expectedGeneration: fields.number("expectedGeneration"),
                afterId: fields.number("afterId"))
        case .listStaleSymbols:
            ListStaleSymbolsView.write(
                to: frame, requestId: fields.number("requestId"), exchangeId: fields.number("exchangeId"),
                activeOnly: fields.number("activeOnly"), afterSymbolId: fields.number("afterSymbolId"),
                limit: fields.number("limit"), expectedGeneration: fields.number("expectedGeneration"),
                notSeenSince: fields.number("notSeenSince"))
        default: return false
        }
        return true
    }
}
