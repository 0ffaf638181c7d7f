/// Jinja's filters, and those that transformers adds or replaces.
extension TemplateInterpreter {
    typealias Filter = @Sendable (TemplateInterpreter, PythonValue, PythonArguments) throws -> PythonValue

    static let filters: [String: Filter] = {
        var filters = textFilters.merging(valueFilters) { $1 }.merging(sequenceFilters) { $1 }
        for (alias, name) in ["d": "default", "e": "escape", "count": "length"] { filters[alias] = filters[name] }
        return filters
    }()

    func apply(_ name: String, to value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        guard let filter = Self.filters[name] else {
            throw TemplateError.unknown("filter", name, line: runtime.line)
        }
        return try filter(self, value, arguments)
    }

    /// The arguments of a filter by their names.
    func parameters(
        _ arguments: PythonArguments, _ filter: String, _ names: [String] = [], required: Int = 0
    ) throws -> PythonParameters {
        try PythonParameters(arguments, of: filter, names, required: required, runtime)
    }

    /// A value as text; markup stays markup.
    func softText(_ value: PythonValue) throws -> (text: String, isMarkup: Bool) {
        let text = try runtime.text(of: value)
        try runtime.charge(bytes: text.utf8.count)
        return (text, value.isMarkup)
    }

    // MARK: Members

    /// How a filter finds the part of an element it works on: by a path such as "function.name" or "0".
    struct Path {
        let parts: [PythonValue]

        /// nil denotes the element itself.
        init(_ attribute: PythonValue?) {
            switch attribute {
            case nil, PythonValue.none?: parts = []
            case let value?:
                guard let text = value.text else {
                    parts = [value]
                    return
                }
                parts = text.split(separator: ".", omittingEmptySubsequences: false).map { part in
                    let isNumber = !part.isEmpty && part.unicodeScalars.allSatisfy(\.isDigit)
                    return (isNumber ? Int(part) : nil).map { .integer($0) } ?? .string(String(part))
                }
            }
        }
    }

    func member(_ path: Path, of value: PythonValue, default fallback: PythonValue? = nil) throws -> PythonValue {
        var value = value
        for part in path.parts {
            value = try runtime.element(part, of: value)
            if value.isUndefined, let fallback { value = fallback }
        }
        return value
    }

    /// The value that sorting and grouping compare unless told to respect case.
    func foldingCase(_ value: PythonValue, unless isCaseSensitive: Bool) throws -> PythonValue {
        guard !isCaseSensitive, let text = value.text else { return value }
        try runtime.charge(bytes: text.utf8.count)
        return .string(PythonText.lowercased(text))
    }
}
