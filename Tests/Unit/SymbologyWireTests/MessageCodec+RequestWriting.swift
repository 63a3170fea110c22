// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

import SymbologyWire

extension MessageCodec {
    static func writeRequest(_ template: Template, _ fields: FieldValues, to frame: UnsafeMutableRawPointer) {
        switch template {
        case .resolveSymbol:
            ResolveSymbolView.write(
                to: frame,
                requestId: fields.number("requestId"),
                exchangeId: fields.number("exchangeId"),
                symbolText: fields.text("symbolText"))
        case .resolvePair:
            ResolvePairView.write(
                to: frame,
                requestId: fields.number("requestId"),
                exchangeId: fields.number("exchangeId"),
                baseAsset: fields.text("baseAsset"),
                quoteAsset: fields.text("quoteAsset"))
        case .resolveExchange:
            ResolveExchangeView.write(
                to: frame,
                requestId: fields.number("requestId"),
                code: fields.text("code"))
        case .getSymbol:
            GetSymbolView.write(
                to: frame,
                requestId: fields.number("requestId"),
                symbolId: fields.number("symbolId"))
        case .getExchange:
            GetExchangeView.write(
                to: frame,
                requestId: fields.number("requestId"),
                exchangeId: fields.number("exchangeId"))
        case .listSymbols:
            ListSymbolsView.write(
                to: frame,
                requestId: fields.number("requestId"),
                exchangeId: fields.number("exchangeId"),
                activeOnly: fields.number("activeOnly", as: UInt8.self) != 0,
                afterSymbolId: fields.number("afterSymbolId"),
                countMax: fields.number("countMax"),
                expectedGeneration: fields.number("expectedGeneration"))
        case .listExchanges:
            ListExchangesView.write(
                to: frame,
                requestId: fields.number("requestId"),
                marketType: MarketType(rawValue: fields.number("marketType")),
                activeOnly: fields.number("activeOnly", as: UInt8.self) != 0,
                afterExchangeId: fields.number("afterExchangeId"),
                countMax: fields.number("countMax"),
                expectedGeneration: fields.number("expectedGeneration"))
        case .findPair:
            FindPairView.write(
                to: frame,
                requestId: fields.number("requestId"),
                kinds: InstrumentKinds(rawValue: fields.number("kinds")),
                activeOnly: fields.number("activeOnly", as: UInt8.self) != 0,
                afterSymbolId: fields.number("afterSymbolId"),
                countMax: fields.number("countMax"),
                expectedGeneration: fields.number("expectedGeneration"),
                baseAsset: fields.text("baseAsset"),
                quoteAsset: fields.text("quoteAsset"))
        case .searchSymbols:
            SearchSymbolsView.write(
                to: frame,
                requestId: fields.number("requestId"),
                exchangeId: fields.number("exchangeId"),
                mode: SearchMode(rawValue: fields.number("mode"))!,
                activeOnly: fields.number("activeOnly", as: UInt8.self) != 0,
                countMax: fields.number("countMax"),
                text: fields.text("text"))
        case .subscribe:
            SubscribeView.write(
                to: frame,
                requestId: fields.number("requestId"),
                flags: SubscribeFlags(rawValue: fields.number("flags")),
                epoch: fields.number("epoch"),
                sequence: fields.number("sequence"))
        case .unsubscribe:
            UnsubscribeView.write(
                to: frame,
                requestId: fields.number("requestId"))
        case .ping:
            PingView.write(
                to: frame,
                requestId: fields.number("requestId"),
                token: fields.number("token"))
        case .getStatus:
            GetStatusView.write(
                to: frame,
                requestId: fields.number("requestId"))
        case .getSnapshot:
            GetSnapshotView.write(
                to: frame,
                requestId: fields.number("requestId"),
                flags: SnapshotFlags(rawValue: fields.number("flags")))
        case .beginBatch:
            BeginBatchView.write(
                to: frame,
                requestId: fields.number("requestId"),
                count: fields.number("count"))
        case .hello:
            HelloView.write(
                to: frame,
                requestId: fields.number("requestId"),
                clientName: fields.text("clientName"),
                environment: fields.text("environment"))
        case .listPairs:
            ListPairsView.write(
                to: frame,
                requestId: fields.number("requestId"),
                venueCountMin: fields.number("venueCountMin"),
                activeOnly: fields.number("activeOnly", as: UInt8.self) != 0,
                afterSymbolId: fields.number("afterSymbolId"),
                countMax: fields.number("countMax"),
                expectedGeneration: fields.number("expectedGeneration"))
        case .listAssets:
            ListAssetsView.write(
                to: frame,
                requestId: fields.number("requestId"),
                exchangeId: fields.number("exchangeId"),
                activeOnly: fields.number("activeOnly", as: UInt8.self) != 0,
                countMax: fields.number("countMax"),
                expectedGeneration: fields.number("expectedGeneration"),
                afterAsset: fields.text("afterAsset"))
        case .listStaleSymbols:
            ListStaleSymbolsView.write(
                to: frame,
                requestId: fields.number("requestId"),
                exchangeId: fields.number("exchangeId"),
                activeOnly: fields.number("activeOnly", as: UInt8.self) != 0,
                afterSymbolId: fields.number("afterSymbolId"),
                countMax: fields.number("countMax"),
                expectedGeneration: fields.number("expectedGeneration"),
                notSeenSince: fields.number("notSeenSince"))
        case .listRefused:
            ListRefusedView.write(
                to: frame,
                requestId: fields.number("requestId"),
                afterKind: ReferenceKind(rawValue: fields.number("afterKind"))!,
                countMax: fields.number("countMax"),
                expectedGeneration: fields.number("expectedGeneration"),
                afterId: fields.number("afterId"))
        case .resolveUnified:
            ResolveUnifiedView.write(
                to: frame,
                requestId: fields.number("requestId"),
                exchangeId: fields.number("exchangeId"),
                unifiedName: fields.text("unifiedName"))
        case .listContracts:
            ListContractsView.write(
                to: frame,
                requestId: fields.number("requestId"),
                exchangeId: fields.number("exchangeId"),
                kinds: InstrumentKinds(rawValue: fields.number("kinds")),
                activeOnly: fields.number("activeOnly", as: UInt8.self) != 0,
                afterSymbolId: fields.number("afterSymbolId"),
                countMax: fields.number("countMax"),
                expectedGeneration: fields.number("expectedGeneration"),
                expiresFrom: fields.optional("expiresFrom", null: .min),
                expiresTo: fields.optional("expiresTo", null: .min),
                baseAsset: fields.text("baseAsset"),
                quoteAsset: fields.text("quoteAsset"))
        case .resolveByCode:
            ResolveByCodeView.write(
                to: frame,
                requestId: fields.number("requestId"),
                code: fields.text("code"),
                symbolText: fields.text("symbolText"))
        default: return
        }
    }
}
