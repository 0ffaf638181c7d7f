/// The arguments of a call.
struct PythonArguments {
    var positional: [PythonValue] = []
    var named: [(name: String, value: PythonValue)] = []

    subscript(_ name: String) -> PythonValue? { named.last { $0.name == name }?.value }

    /// Takes an argument by its name.
    mutating func take(_ name: String) -> PythonValue? {
        guard let index = named.firstIndex(where: { $0.name == name }) else { return nil }
        return named.remove(at: index).value
    }
}

/// The arguments of a call matched to a list of parameters, by name.
struct PythonParameters {
    private let function: String
    private let values: [String: PythonValue]
    private let runtime: PythonRuntime

    /// - Parameters:
    ///   - names: The parameters in order; the first `required` of them must be given.
    init(
        _ arguments: PythonArguments, of function: String, _ names: [String], required: Int = 0,
        _ runtime: PythonRuntime
    ) throws {
        self.function = function
        self.runtime = runtime
        guard arguments.positional.count <= names.count else {
            throw runtime.failure("'\(function)' takes at most \(names.count) arguments")
        }
        var values = Dictionary(uniqueKeysWithValues: zip(names, arguments.positional))
        for (name, value) in arguments.named {
            guard names.contains(name) else { throw runtime.failure("'\(function)' takes no argument '\(name)'") }
            guard values.updateValue(value, forKey: name) == nil else {
                throw runtime.failure("'\(function)' is given '\(name)' twice")
            }
        }
        if let missing = names.prefix(required).first(where: { values[$0] == nil }) {
            throw runtime.failure("'\(function)' needs '\(missing)'")
        }
        self.values = values
    }

    subscript(_ name: String) -> PythonValue? { values[name] }

    /// An argument that may be omitted or none.
    func optional(_ name: String) -> PythonValue? {
        guard let value = values[name], !value.isNone else { return nil }
        return value
    }

    func flag(_ name: String, default fallback: Bool = false) -> Bool { values[name]?.isTrue ?? fallback }

    /// A string that may be omitted or none.
    func string(_ name: String) throws -> String? {
        guard let value = optional(name) else { return nil }
        guard let text = value.text else {
            throw runtime.failure("'\(name)' of '\(function)' must be a string, not \(value.kind)")
        }
        return text
    }

    func requiredString(_ name: String) throws -> String {
        guard let text = try string(name) else { throw runtime.failure("'\(name)' of '\(function)' must be a string") }
        return text
    }

    /// A whole number that may be omitted; clamped to 64 bits.
    func integer(_ name: String, default fallback: Int) throws -> Int {
        guard let value = values[name] else { return fallback }
        if case .big(let number) = value { return number < 0 ? -Int.max : .max }
        guard let number = value.asInteger else {
            throw runtime.failure("'\(name)' of '\(function)' must be a whole number, not \(value.kind)")
        }
        return max(number, -Int.max)
    }
}
