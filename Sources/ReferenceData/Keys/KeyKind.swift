/// The kinds of keys that symbols are looked up by; each has an index of its own in every image.
///
/// To add one, besides the switches over this type:
///
/// - The image: sections for its slots and pilots (`ImageSection`), the fields of `RowView` and its `checkInvariants`,
///   the row's slot number in `RowLayout` or `TermsLayout`, its four bits in `SlotClaims`, its keys in `SlotPlan`, its
///   slots in `RowImageBuilder`. `ImageHeader.currentVersion` rises.
/// - Images from outside: `ImageReader.verifyCounts`, the slots and rows of `ImageVerifier`, a secret of its own in
///   `RowMultisetHash`.
/// - Changes: its filter in `ChangedKeyFilters`, its keys in `OverlayBuilder`, its table in `RefusedRows`, both as
///   fields of `Snapshot`.
/// - Who answers for it: `KeyClaim`.
/// - Lookups: `Snapshot+Resolve`, `Snapshot+Batch`, `Snapshot+Run`.
enum KeyKind {
    /// The exchange and the venue's own symbol string (`SymbolKey`).
    case symbol
    /// The exchange and the unified name (`NameKey`). Such keys lie among those of symbol strings.
    case name
    /// The exchange, the base and the quote asset (`PairKey`).
    case pair
}
