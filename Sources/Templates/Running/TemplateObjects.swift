internal import OrderedCollections

/// The result of `namespace()`: members that can be set.
final class TemplateNamespace {
    var attributes: OrderedDictionary<PythonKey, PythonValue>
    /// Guards against a namespace that contains itself.
    var isBeingWritten = false

    init(_ attributes: OrderedDictionary<PythonKey, PythonValue>) { self.attributes = attributes }
}

/// A macro together with the variables around it.
final class TemplateMacroValue {
    let macro: TemplateMacro
    let scope: TemplateScope
    let closure: TemplateActivation

    init(_ macro: TemplateMacro, _ scope: TemplateScope, closure: TemplateActivation) {
        self.macro = macro
        self.scope = scope
        self.closure = closure
    }

    var name: String? { macro.name }

    func attribute(_ name: String) -> PythonValue? {
        switch name {
        case "name": macro.name.map { .string($0) } ?? PythonValue.none
        case "arguments": .tuple(macro.parameters.map { .string($0.name) })
        case "catch_kwargs": .bool(scope.readsNamed)
        case "catch_varargs": .bool(scope.readsPositional)
        case "caller": .bool(scope.readsCaller)
        case "explicit_caller": .bool(macro.parameters.contains { $0.name == "caller" })
        default: nil
        }
    }
}

/// The result of `cycler()`.
final class TemplateCycler {
    private var items: [PythonValue]
    var position = 0

    /// - Parameter items: At least one.
    init(_ items: [PythonValue]) { self.items = items }

    func next() -> PythonValue {
        defer { position = (position + 1) % max(items.count, 1) }
        return current
    }

    private var current: PythonValue { items.indices.contains(position) ? items[position] : .none }

    func attribute(_ name: String) -> PythonValue? {
        switch name {
        case "current": current
        case "items": .tuple(items)
        case "pos": .integer(position)
        default: nil
        }
    }

    func clear() { items = [] }
}

/// The result of `joiner()`.
final class TemplateJoiner {
    private(set) var separator: PythonValue
    private(set) var isUsed = false

    init(_ separator: PythonValue) { self.separator = separator }

    func next() -> PythonValue {
        defer { isUsed = true }
        return isUsed ? separator : .string("")
    }

    func clear() { separator = .none }
}

/// `loop` inside a loop; it looks ahead only on demand.
final class TemplateLoopState {
    private let iterator: PythonIterator
    private let runtime: PythonRuntime
    /// The number of elements; nil until they are counted, if they are produced one by one.
    private var count: Int?
    /// Elements already taken, for counting or looking ahead.
    private var ahead: ArraySlice<PythonValue> = []
    private var previous: PythonValue?
    private var current: PythonValue?
    private var lastChanged: [PythonValue]?
    private(set) var index = -1
    private let depth0: Int
    /// Runs the loop again over other elements; nil unless it is recursive.
    private(set) var recurse: ((PythonValue) throws -> PythonValue)?

    init(
        _ iterator: PythonIterator, count: Int?, depth0: Int, _ runtime: PythonRuntime,
        recurse: ((PythonValue) throws -> PythonValue)?
    ) {
        self.iterator = iterator
        self.count = count
        self.depth0 = depth0
        self.runtime = runtime
        self.recurse = recurse
    }

    func next() throws -> PythonValue? {
        guard let value = try ahead.popFirst() ?? runtime.next(iterator) else { return nil }
        index += 1
        previous = current
        current = value
        return value
    }

    func length() throws -> Int {
        if let count { return count }
        while let value = try runtime.next(iterator) {
            ahead.append(value)
            try runtime.checkSize(elements: ahead.count)
        }
        let total = index + 1 + ahead.count
        count = total
        return total
    }

    private func peek() throws -> PythonValue? {
        if ahead.isEmpty, let value = try runtime.next(iterator) { ahead.append(value) }
        return ahead.first
    }

    func attribute(_ name: String) throws -> PythonValue? {
        switch name {
        case "index": .integer(index + 1)
        case "index0": .integer(index)
        case "revindex": .integer(try length() - index)
        case "revindex0": .integer(try length() - index - 1)
        case "first": .bool(index == 0)
        case "last": .bool(try peek() == nil)
        case "length": .integer(try length())
        case "depth": .integer(depth0 + 1)
        case "depth0": .integer(depth0)
        case "previtem": index == 0 ? .undefined(.hint("there is no previous item")) : previous ?? .none
        case "nextitem": try peek() ?? .undefined(.hint("there is no next item"))
        default: nil
        }
    }

    /// `loop.cycle(…)` and `loop.changed(…)`.
    func call(_ name: String, _ arguments: PythonArguments, _ runtime: PythonRuntime) throws -> PythonValue {
        guard arguments.named.isEmpty else { throw runtime.failure("'loop.\(name)' takes no arguments by name") }
        let values = arguments.positional
        if name == "cycle" {
            guard !values.isEmpty else { throw runtime.failure("'loop.cycle' needs a value") }
            return values[max(index, 0) % values.count]
        }
        defer { lastChanged = values }
        guard let last = lastChanged else { return .bool(true) }
        return .bool(try !runtime.isEqual(.tuple(last), .tuple(values)))
    }

    func clear() {
        (previous, current, lastChanged, recurse) = (nil, nil, nil, nil)
        ahead = []
    }
}
