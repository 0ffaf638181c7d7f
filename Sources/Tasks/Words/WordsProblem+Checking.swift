extension WordsProblem {
    /// Checks a response's steps.
    ///
    /// What counts in a step is its equations, `12 - 3 = 9`; the words around them are free, and a step without one is a
    /// remark. Each equation is a change of the story whose counts are known, in any order that respects that, needed or
    /// not; in a list one of the people whom the step names, if it names any. The last step is the box, once all that
    /// the answer needs has been computed.
    func check(_ response: String) -> TaskCheck {
        var done: Set<Int> = []
        return checkSteps(of: response, isRight: { $0 == "\(answer)" }) { step, isLast in
            if AnswerBox.begins(step) {
                guard needed.allSatisfy(done.contains) else { return .early }
                return isLast ? AnswerBox.fault(in: step, content: "\(answer)") : .format
            }
            let equations = Equation.all(in: step.text)
            let candidates = equations.isEmpty ? [] : candidates(for: step)
            for equation in equations {
                if let fault = fault(in: equation, among: candidates, &done) { return fault }
            }
            return step.isClosed ? nil : .truncated
        }
    }

    /// The changes that a step's equations may be.
    private func candidates(for step: ResponseStep) -> [Int] {
        guard form == .list else { return Array(steps.indices) }
        let words = Set(String(decoding: step.text, as: UTF8.self).split { !$0.isLetter }.map { String($0) })
        let named = steps.indices.filter { words.contains(steps[$0].change.person) }
        return named.isEmpty ? Array(steps.indices) : named
    }

    private func fault(in equation: Equation, among candidates: [Int], _ done: inout Set<Int>) -> StepFault.Kind? {
        let told = candidates.filter { equation.recalls(steps[$0]) != nil }
        guard !told.isEmpty else { return .definition }
        let ready = told.filter { steps[$0].inputs.allSatisfy(done.contains) }
        guard !ready.isEmpty else { return .dependency }
        let right = ready.filter { equation.recalls(steps[$0]) == true }
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

    /// Whether it has the counts of a step; nil if it is of another change: if its operation or its number is.
    fileprivate func recalls(_ step: WordsProblem.Step) -> Bool? {
        guard operation == step.change.operation else { return nil }
        if left == step.before, right == step.operand { return true }
        if commutes, left == step.operand, right == step.before { return true }
        let hasNumber = right == step.operand || commutes && left == step.operand
        return hasNumber || step.change.operand.person != nil ? false : nil
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
