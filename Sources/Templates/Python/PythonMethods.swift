internal import BigInt

/// The methods of values.
enum PythonMethods {
    private static let string: Set<String> = [
        "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find", "format", "format_map",
        "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
        "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "maketrans", "partition",
        "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip",
        "split",
        "splitlines", "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill",
    ]
    private static let markup = string.union(["escape", "striptags", "unescape"])
    private static let integer: Set<String> = ["as_integer_ratio", "bit_count", "bit_length", "conjugate", "to_bytes"]
    private static let float: Set<String> = ["as_integer_ratio", "conjugate", "hex", "is_integer"]
    private static let changingList: Set<String> = [
        "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort",
    ]
    private static let changingDictionary: Set<String> = ["clear", "pop", "popitem", "setdefault", "update"]

    static func names(of value: PythonValue) -> Set<String> {
        switch value {
        case .string: string
        case .markup: markup
        case .list: ["copy", "count", "index"]
        case .tuple, .range: ["count", "index"]
        case .dictionary: ["copy", "fromkeys", "get", "items", "keys", "values"]
        case .bool, .integer, .big: integer
        case .float: float
        case .loop: ["changed", "cycle"]
        case .cycler: ["next", "reset"]
        case .function(.dict): ["fromkeys"]
        default: []
        }
    }

    /// Methods that would modify the value, which templates may not call.
    static func changing(_ value: PythonValue) -> Set<String> {
        switch value {
        case .list: changingList
        case .dictionary: changingDictionary
        default: []
        }
    }
}

/// Calls of methods.
extension PythonRuntime {
    func call(_ method: PythonMethod, _ arguments: PythonArguments) throws -> PythonValue {
        switch method.receiver {
        case .string(let text), .markup(let text):
            try charge(bytes: text.utf8.count)
            return try callString(method.name, text, isMarkup: method.receiver.isMarkup, arguments)
        case .list(let list), .tuple(let list):
            return try callSequence(method.name, list.elements, method.receiver, arguments)
        case .range(let range):
            let value = try PythonParameters(arguments, of: method.name, ["value"], required: 1, self)["value"] ?? .none
            let index = value.asInteger.flatMap { range.index(of: $0) }
            if method.name == "count" { return .integer(index == nil ? 0 : 1) }
            guard let index else { throw failure("'index' does not find its value") }
            return .integer(index)
        case .dictionary(let dictionary): return try callDictionary(method.name, dictionary, arguments)
        case .function: return try keysWithOneValue(arguments)
        case .bool, .integer, .big, .float: return try callNumber(method.name, method.receiver, arguments)
        case .loop(let loop): return try loop.call(method.name, arguments, self)
        case .cycler(let cycler):
            _ = try PythonParameters(arguments, of: method.name, [], self)
            if method.name == "next" { return cycler.next() }
            cycler.position = 0
            return .none
        default: throw failure("'\(method.name)' cannot be called")
        }
    }

    // MARK: Dictionaries

    private func callDictionary(
        _ name: String, _ dictionary: PythonDictionary, _ arguments: PythonArguments
    ) throws -> PythonValue {
        switch name {
        case "get":
            guard arguments.named.isEmpty else { throw failure("'get' takes no arguments by name") }
            let parameters = try PythonParameters(arguments, of: name, ["key", "default"], required: 1, self)
            return dictionary[try key(parameters["key"] ?? .none)] ?? parameters["default"] ?? .none
        case "fromkeys": return try keysWithOneValue(arguments)
        default:
            _ = try PythonParameters(arguments, of: name, [], self)
            if let kind = PythonView.Kind(rawValue: name) {
                return .view(PythonView(kind: kind, dictionary: dictionary))
            }
            return .dictionary(dictionary)
        }
    }

    private func keysWithOneValue(_ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try PythonParameters(arguments, of: "fromkeys", ["iterable", "value"], required: 1, self)
        let value = parameters["value"] ?? .none
        return try dictionary(try elements(of: parameters["iterable"] ?? .none).map { ($0, value) })
    }

    /// `dict(other, name=value)`.
    func makeDictionary(_ function: String, _ arguments: PythonArguments) throws -> PythonDictionary {
        guard arguments.positional.count <= 1 else { throw failure("'\(function)' takes at most one argument") }
        let named = arguments.named.map { (PythonValue.string($0.name), $0.value) }
        switch arguments.positional.first {
        case nil: return try makeDictionary(named)
        case .dictionary(let base)?: return try makeDictionary(named, over: base)
        case let other?:
            let pairs = try elements(of: other).map { pair in
                let parts = try elements(of: pair)
                guard parts.count == 2 else { throw failure("'\(function)' needs pairs of a key and a value") }
                return (parts[0], parts[1])
            }
            return try makeDictionary(pairs + named)
        }
    }

    // MARK: Lists and tuples

    private func callSequence(
        _ name: String, _ elements: [PythonValue], _ value: PythonValue, _ arguments: PythonArguments
    ) throws -> PythonValue {
        if name == "copy" {
            _ = try PythonParameters(arguments, of: name, [], self)
            return value
        }
        guard arguments.named.isEmpty else { throw failure("'\(name)' takes no arguments by name") }
        let names = name == "count" ? ["value"] : ["value", "start", "stop"]
        let parameters = try PythonParameters(arguments, of: name, names, required: 1, self)
        let wanted = parameters["value"] ?? .none
        let places = PythonSlice(
            [try parameters.integer("start", default: 0), try parameters.integer("stop", default: .max), 1],
            count: elements.count)
        var count = 0
        for index in places where try isEqual(elements[index], wanted) {
            if name == "index" { return .integer(index) }
            count += 1
        }
        guard name == "count" else { throw failure("'index' does not find its value") }
        return .integer(count)
    }

    // MARK: Numbers

    private func callNumber(_ name: String, _ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        if name == "to_bytes" { throw unsupported("'to_bytes' makes bytes, which chat templates do not have") }
        _ = try PythonParameters(arguments, of: name, [], self)
        switch (name, value) {
        case ("conjugate", _): return try positive(value)
        case ("is_integer", .float(let number)): return .bool(number.isFinite && number == number.rounded())
        case ("hex", .float): throw unsupported("the float method 'hex' is not supported")
        case ("as_integer_ratio", .float(let number)):
            guard number.isFinite else { throw failure("'as_integer_ratio' needs a finite number") }
            let shift = number == 0 ? 0 : max(0, 52 - Int(number.exponent))
            let scaled = PythonNumber.whole(Double(sign: .plus, exponent: min(shift, 1000), significand: number))
            guard shift <= 1000, let scaled = scaled?.asWhole else { throw failure("'as_integer_ratio' does not fit") }
            let unit = PythonNumber.powerOfTwo(shift), divisor = scaled.greatestCommonDivisor(with: unit)
            return try tuple([.whole(scaled / divisor), .whole(unit / divisor)])
        case ("as_integer_ratio", _): return try tuple([try positive(value), .integer(1)])
        default:
            let magnitude = value.asWhole?.magnitude ?? 0
            if name == "bit_length" { return .integer(magnitude.bitWidth) }
            return .integer(magnitude.words.reduce(0) { $0 + $1.nonzeroBitCount })
        }
    }
}
