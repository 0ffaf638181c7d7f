/// Loops.
extension TemplateInterpreter {
    func execute(_ loop: TemplateLoop) throws -> Outcome {
        let sequence = try evaluate(loop.sequence)
        guard loop.isRecursive else { return try run(loop, over: sequence, depth0: 0, recurse: nil) }
        try write(try runtime.text(of: try recurse(loop, over: sequence, depth0: 0, inside: activation)))
        return .normal
    }

    /// Runs a recursive loop as a function.
    private func recurse(
        _ loop: TemplateLoop, over sequence: PythonValue, depth0: Int, inside closure: TemplateActivation
    ) throws -> PythonValue {
        let text = try capturing {
            try inFunction(binding.scopes[loop.body.scope], inside: closure) {
                _ = try run(loop, over: sequence, depth0: depth0) { [unowned self] elements in
                    try recurse(loop, over: elements, depth0: depth0 + 1, inside: closure)
                }
            }
        }
        return try runtime.string(text, isMarkup: isEscaping)
    }

    private func run(
        _ loop: TemplateLoop, over sequence: PythonValue, depth0: Int,
        recurse: ((PythonValue) throws -> PythonValue)?
    ) throws -> Outcome {
        let closure = loop.isRecursive ? activation.parent ?? activation : activation
        let count = loop.condition == nil ? try runtime.length(of: sequence) : nil
        let iterator = try selected(runtime.iterate(sequence), loop, inside: closure)
        var state = TemplateLoopState(iterator, count: count, depth0: depth0, runtime, recurse: recurse)
        // The loop's contents may hold the loop itself.
        defer { if !isKnownUniquelyReferenced(&state) { keep(state.clear) } }
        let scope = binding.scopes[loop.body.scope]
        // The `else` part runs unless an iteration ran to its end.
        var isFinished = false
        // Python's loop variables keep their values when the loop is left.
        while let item = try state.next() {
            try assign(item, to: loop.target)
            set(loop.loopName, to: .loop(state))
            enter(scope)
            let outcome = try execute(loop.body.statements)
            if outcome == .normal { isFinished = true }
            if outcome == .leave { break }
        }
        for (slot, _) in scope.loads { activation[slot] = nil }
        if isFinished { return .normal }
        let otherwise = binding.scopes[loop.otherwise.scope]
        enter(otherwise)
        let outcome = try execute(loop.otherwise.statements)
        for (slot, _) in otherwise.loads { activation[slot] = nil }
        return outcome
    }

    /// The elements that satisfy a loop's condition, evaluated lazily as the loop runs.
    private func selected(
        _ iterator: PythonIterator, _ loop: TemplateLoop, inside closure: TemplateActivation
    ) throws -> PythonIterator {
        guard let condition = loop.condition else { return iterator }
        let scope = binding.scopes[loop.conditionScope]
        let test = TemplateActivation(
            parent: closure, depth: scope.depth, slotCount: binding.slotCounts[scope.function])
        keep(test.clear)
        return PythonIterator("generator", depth: iterator.depth + 1) { [unowned self] in
            while let item = try runtime.next(iterator) {
                let outer = activation
                activation = test
                defer { activation = outer }
                enter(scope)
                try assign(item, to: loop.conditionTarget)
                if try evaluate(condition).isTrue { return item }
            }
            return nil
        }
    }
}
