/// A run of unknown characters, which some models write as one unknown token.
///
/// The run is written when the next known character arrives, so byte-fallback tokens in between precede it, as in the
/// reference implementation.
struct UnknownRun {
    private let token: Int32?
    private let fuses: Bool
    private var isPending = false

    init(token: Int32?, fuses: Bool) {
        self.token = token
        self.fuses = fuses
    }

    mutating func add(into symbols: inout [Int32]) {
        if isPending, !fuses { flush(into: &symbols) }
        isPending = true
    }

    mutating func flush(into symbols: inout [Int32]) {
        guard isPending else { return }
        if let token { symbols.append(token) }
        isPending = false
    }
}
