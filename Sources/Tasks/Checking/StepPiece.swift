/// A word that a step has to say next, and what is wrong where it says another of its kind.
///
/// Solutions are written from pieces and responses are checked against them, so the two cannot disagree about notation.
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

    /// What is wrong with a step that should read like these pieces; nil where nothing is.
    ///
    /// The first word that differs decides: a word of the same role has its piece's fault, anything else is a fault of
    /// format. Inside a definition, any word that definitions are made of will do. An open step that ends too soon is
    /// truncated.
    func fault(in step: ResponseStep) -> StepFault.Kind? {
        var rest = step.text
        for piece in self {
            guard let word = Lexeme(at: rest) else { return step.isClosed ? .format : .truncated }
            rest = rest.dropFirst(word.text.count)
            if word.text.elementsEqual(piece.text.utf8) { continue }
            if !step.isClosed, rest.isEmpty, piece.text.utf8.starts(with: word.text) { return .truncated }
            return piece.explains(word) ? piece.fault : .format
        }
        return rest.isEmpty ? nil : .format
    }
}

extension StepPiece {
    /// Whether the piece's own fault is what is wrong where `word` stands in its place.
    fileprivate func explains(_ word: Lexeme) -> Bool {
        if fault == .definition {
            return word.role != .mark || word.text.elementsEqual(";".utf8) || word.text.elementsEqual("=".utf8)
        }
        return word.role == Lexeme(at: Array(text.utf8)[...])?.role
    }
}
