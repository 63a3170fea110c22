// Answers name times and statuses of the reference data: programs get them with the store, by one import.
@_exported import ReferenceData
