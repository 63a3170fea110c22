/// What a key consists of besides the exchange.
enum KeyKind {
    case symbol
    case pair
}
