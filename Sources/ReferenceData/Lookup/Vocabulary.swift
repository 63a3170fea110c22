// The words that answers are given in are those of the wire, written once, there. Whoever has reference data has them.
@_exported import struct SymbologyWire.DerivedDigits
@_exported import enum SymbologyWire.ImageFault
@_exported import enum SymbologyWire.InstrumentKind
@_exported import struct SymbologyWire.InstrumentKinds
@_exported import enum SymbologyWire.MarketType
@_exported import enum SymbologyWire.OptionType
@_exported import enum SymbologyWire.Payoff
@_exported import enum SymbologyWire.ReferenceAction
@_exported import enum SymbologyWire.ReferenceKind
@_exported import struct SymbologyWire.ResolutionFlags
@_exported import enum SymbologyWire.ResolutionStatus
@_exported import enum SymbologyWire.SearchMode
@_exported import enum SymbologyWire.SourceFault
