extension WordsProblem {
    /// Checks a response's steps.
    ///
    /// What counts in a step is its equations, `12 - 3 = 9`; the words around them are free, and a step without one is a
    /// remark. Each equation is a change of the story whose count is known, in any order that respects that, needed or
    /// not. The last step is the box, once all that the answer needs has been computed.
    func check(_ response: String) -> TaskCheck {
        var done: Set<Int> = []
        return checkSteps(of: response, isRight: { $0 == "\(answer)" }) { step, isLast in
            if AnswerBox.begins(step) {
                guard needed.allSatisfy(done.contains) else { return .early }
                return isLast ? AnswerBox.fault(in: step, content: "\(answer)") : .format
            }
            for equation in Equation.all(in: step.text) {
                if let fault = fault(in: equation, &done) { return fault }
            }
            return step.isClosed ? nil : .truncated
        }
    }

    private func fault(in equation: Equation, _ done: inout Set<Int>) -> StepFault.Kind? {
        let told = steps.indices.filter { equation.operand(of: steps[$0]) != nil }
        guard !told.isEmpty else { return .definition }
        let ready = told.filter { steps[$0].input.map(done.contains) ?? true }
        guard !ready.isEmpty else { return .dependency }
        let right = ready.filter { equation.operand(of: steps[$0]) == steps[$0].before }
        guard !right.isEmpty else { return .lookup }
        guard let step = right.first(where: { !done.contains($0) }) else { return .repeated }
        guard equation.result == steps[step].after else { return .arithmetic }
        done.insert(step)
        return nil
    }
}

/// An equation in a text: a number, an operation, a number, `=`, a number, with spaces as one likes.
struct Equation: Hashable {
    let left: Int
    let operation: Operation
    let right: Int
    let result: Int

    /// What a step's change is applied to, if this equation is of that change: its operation and number are.
    fileprivate func operand(of step: WordsProblem.Step) -> Int? {
        guard operation == step.change.operation else { return nil }
        if right == step.change.operand, left == step.before || !commutes || left != step.change.operand { return left }
        return commutes && left == step.change.operand ? right : nil
    }

    private var commutes: Bool { operation == .add || operation == .multiply }

    /// The equations of a step, in order.
    static func all(in text: ArraySlice<UInt8>) -> [Equation] {
        var equations: [Equation] = [], words: [Word] = []
        var rest = text
        while let word = Word(&rest) {
            if word == .space { continue }
            words.append(word)
            guard case .number(let result)? = words.last, words.count >= 5 else { continue }
            let last = words.suffix(5).dropLast()
            guard case .number(let left) = last[last.startIndex],
                case .operation(let operation) = last[last.startIndex + 1],
                case .number(let right) = last[last.startIndex + 2], last[last.startIndex + 3] == .equals
            else { continue }
            equations.append(Equation(left: left, operation: operation, right: right, result: result))
        }
        return equations
    }

    private enum Word: Equatable {
        case number(Int), operation(Operation), equals, space, other

        /// Takes the next word of a text; nil at its end.
        init?(_ text: inout ArraySlice<UInt8>) {
            guard let first = text.first else { return nil }
            let digits = text.prefix { (0x30...0x39).contains($0) }
            if !digits.isEmpty {
                text = text.dropFirst(digits.count)
                // Longer numbers are none of a story, and would not fit.
                self = digits.count <= 9 ? .number(Int(String(decoding: digits, as: UTF8.self)) ?? 0) : .other
                return
            }
            for (sign, operation) in Self.signs where text.starts(with: sign) {
                text = text.dropFirst(sign.count)
                self = .operation(operation)
                return
            }
            text = text.dropFirst()
            self = first == UInt8(ascii: "=") ? .equals : first == UInt8(ascii: " ") ? .space : .other
        }

        private static let signs: [([UInt8], Operation)] = [
            ("+", Operation.add), ("-", .subtract), ("−", .subtract), ("–", .subtract), ("*", .multiply),
            ("×", .multiply),
            ("·", .multiply), ("/", .divide), ("÷", .divide),
        ].map { (Array($0.0.utf8), $0.1) }
    }
}
