/// A word that a step must contain next, and the fault if it has another of the same kind.
///
/// Solutions are written from pieces and responses are checked against them, so the two always agree on notation.
struct StepPiece {
    let text: String
    let fault: StepFault.Kind

    init(_ text: String, _ fault: StepFault.Kind = .format) {
        self.text = text
        self.fault = fault
    }
}

extension [StepPiece] {
    var text: String { map(\.text).joined() }

    /// What is wrong with a step that should read like these pieces; nil if nothing is.
    ///
    /// The first differing word decides: a word of the same role has its piece's fault, anything else is a format
    /// fault. Inside a definition, any word that can be part of a definition counts as the same role. An open step that
    /// ends too soon is truncated.
    func fault(in step: ResponseStep) -> StepFault.Kind? { place(ofFaultIn: step)?.fault }

    /// The same, with how much of the step is left from where it is wrong.
    fileprivate func place(ofFaultIn step: ResponseStep) -> (fault: StepFault.Kind, left: Int)? {
        var rest = step.text
        for piece in self {
            guard let word = Lexeme(at: rest) else { return (step.isClosed ? .format : .truncated, 0) }
            let left = rest.count
            rest = rest.dropFirst(word.text.count)
            if word.text.elementsEqual(piece.text.utf8) { continue }
            if !step.isClosed, rest.isEmpty, piece.text.utf8.starts(with: word.text) { return (.truncated, left) }
            return (piece.explains(word) ? piece.fault : .format, left)
        }
        return rest.isEmpty ? nil : (.format, rest.count)
    }
}

extension [StepPiece] {
    /// A result before it is reduced modulo something, as in the middle of `22+5=27=4`.
    static func whole(_ number: Int) -> [StepPiece] {
        [StepPiece("=")] + (number < 0 ? [StepPiece("-", .arithmetic)] : [])
            + [StepPiece("\(number.magnitude)", .arithmetic)]
    }
}

extension [[StepPiece]] {
    /// What is wrong with a step that can be written in several ways; nil if it is written in one of them.
    ///
    /// The way that it follows furthest counts; of several, one with which it is written right and says something wrong.
    /// A way that goes on where the step has ended counts only if all do.
    func fault(in step: ResponseStep) -> StepFault.Kind? {
        let places = compactMap { $0.place(ofFaultIn: step) }
        guard places.count == count, let most = places.map(\.left).max() else { return nil }
        let gone = places.filter { $0.left > 0 || $0.fault == .truncated || most == 0 }
        let least = gone.map(\.left).min() ?? 0
        let furthest = gone.filter { $0.left == least }.map(\.fault)
        return furthest.first { $0 != .format } ?? .format
    }
}

extension StepPiece {
    /// Whether the piece's fault applies if `word` is in its place.
    fileprivate func explains(_ word: Lexeme) -> Bool {
        if fault == .definition {
            return word.role != .mark || word.text.elementsEqual(";".utf8) || word.text.elementsEqual("=".utf8)
        }
        return word.role == Lexeme(at: Array(text.utf8)[...])?.role
    }
}
