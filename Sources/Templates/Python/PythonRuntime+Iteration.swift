/// Iteration over values.
extension PythonRuntime {
    /// The number of elements; nil if the value has no length.
    func length(of value: PythonValue) throws -> Int? {
        switch value {
        case .undefined: return 0
        case .string(let text), .markup(let text):
            try charge(bytes: text.utf8.count)
            return text.unicodeScalars.count
        case .list(let list), .tuple(let list): return list.elements.count
        case .dictionary(let dictionary): return dictionary.count
        case .view(let view): return view.dictionary.count
        case .range(let range): return range.count
        case .loop(let loop): return try loop.length()
        default: return nil
        }
    }

    /// What a loop over a value visits: elements, keys, or characters, which are no longer markup.
    func elements(of value: PythonValue) throws -> [PythonValue] {
        switch value {
        case .undefined: return []
        case .list(let list), .tuple(let list): return list.elements
        case .dictionary(let dictionary):
            try charge(dictionary.count / 4)
            return dictionary.keys
        case .view(let view):
            try charge(view.dictionary.count)
            return view.elements
        case .range(let range):
            try charge(range.count / 4)
            return (0..<range.count).map { .integer(range[$0]) }
        case .string(let text), .markup(let text):
            try charge(text.utf8.count)
            try checkSize(elements: text.utf8.count)
            return text.unicodeScalars.map { .string(String($0)) }
        case .iterator(let iterator):
            var elements: [PythonValue] = []
            while let element = try next(iterator) {
                elements.append(element)
                try checkSize(elements: elements.count)
            }
            return elements
        default: throw failure("\(value.kind) cannot be looped over")
        }
    }

    func iterate(_ value: PythonValue) throws -> PythonIterator {
        if case .iterator(let iterator) = value { return iterator }
        return PythonIterator("iterator", over: try elements(of: value), depth: value.depth)
    }

    func next(_ iterator: PythonIterator) throws -> PythonValue? {
        try charge(1)
        return try nested { try iterator.next() }
    }

    func isIterable(_ value: PythonValue) -> Bool {
        switch value {
        case .undefined, .string, .markup, .list, .tuple, .dictionary, .view, .range, .iterator, .loop: true
        default: false
        }
    }
}
