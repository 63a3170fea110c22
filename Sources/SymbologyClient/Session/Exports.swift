// Keys, records and answers are what an engine names all day: it gets them with the client, by one import.
@_exported import ReferenceData

// Why the server rejected a request: `ClientError` names it.
@_exported import struct SymbologyWire.RejectReason
