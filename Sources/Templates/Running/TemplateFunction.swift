internal import OrderedCollections

/// Functions that every template can call.
enum TemplateFunction: String, Sendable {
    case range
    case namespace
    case dict
    case cycler
    case joiner
    case lipsum
    case raiseException = "raise_exception"
    case strftimeNow = "strftime_now"
}

extension TemplateInterpreter {
    func call(_ function: TemplateFunction, _ arguments: PythonArguments) throws -> PythonValue {
        try runtime.charge(10)
        switch function {
        case .range: return .range(try range(arguments))
        case .namespace: return .namespace(try namespace(arguments))
        case .dict: return .dictionary(try runtime.makeDictionary("dict", arguments))
        case .cycler:
            guard !arguments.positional.isEmpty, arguments.named.isEmpty else {
                throw runtime.failure("'cycler' needs at least one value")
            }
            let cycler = TemplateCycler(arguments.positional)
            keep(cycler.clear)
            return .cycler(cycler)
        case .joiner:
            let joiner = TemplateJoiner(
                try PythonParameters(arguments, of: "joiner", ["sep"], runtime)["sep"] ?? .string(", "))
            keep(joiner.clear)
            return .joiner(joiner)
        case .lipsum:
            throw runtime.unsupported("'lipsum' is not supported: a chat must render the same way each time")
        case .raiseException:
            let parameters = try PythonParameters(arguments, of: function.rawValue, ["message"], required: 1, runtime)
            let message = try runtime.text(of: parameters["message"] ?? .none)
            throw TemplateError(code: .raised, line: runtime.line, message: message)
        case .strftimeNow:
            let parameters = try PythonParameters(arguments, of: function.rawValue, ["format"], required: 1, runtime)
            return try strftime(try parameters.requiredString("format"))
        }
    }

    private func strftime(_ format: String) throws -> PythonValue {
        let longest = 4096
        guard format.utf8.count <= longest else {
            throw runtime.limit("a time's format is longer than \(longest) bytes")
        }
        try runtime.charge(bytes: format.utf8.count * 16)
        return try runtime.string(formatNow(format))
    }

    private func range(_ arguments: PythonArguments) throws -> PythonRange {
        guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else {
            throw runtime.failure("'range' takes one to three whole numbers")
        }
        let numbers = try arguments.positional.map { value in
            if case .undefined(let undefined) = value { throw runtime.undefinedFailure(undefined) }
            guard let number = value.asInteger else {
                throw runtime.failure("'range' needs whole numbers of 64 bits, not \(value.kind)")
            }
            return number
        }
        let step = numbers.count > 2 ? numbers[2] : 1
        guard step != 0 else { throw runtime.failure("'range' cannot have step 0") }
        let (start, stop) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
        let longest = 100_000
        guard let range = PythonRange(start: start, stop: stop, step: step), range.count <= longest else {
            throw runtime.limit("a range has more than \(longest) numbers")
        }
        return range
    }

    private func namespace(_ arguments: PythonArguments) throws -> TemplateNamespace {
        let attributes = try runtime.makeDictionary("namespace", arguments)
        for key in attributes.contents.keys { try checkMember(key.value.text ?? "") }
        let namespace = TemplateNamespace(attributes.contents)
        keep { namespace.attributes = [:] }
        return namespace
    }

    /// Refuses names that Python reserves, as transformers does.
    func checkMember(_ name: String) throws {
        guard !name.hasPrefix("_") else {
            throw runtime.failure("the member '\(name.prefix(40))' of a namespace may not begin with an underscore")
        }
    }
}
