internal import OrderedCollections

/// Filters on lists and other iterables.
extension TemplateInterpreter {
    static let sequenceFilters: [String: Filter] = [
        "list": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "list")
            return try interpreter.runtime.list(try interpreter.runtime.elements(of: value))
        },
        "first": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "first")
            let first = try interpreter.runtime.next(try interpreter.runtime.iterate(value))
            return first ?? .undefined(.hint("there is no first item, as there is none at all"))
        },
        "last": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "last")
            if case .iterator = value { throw interpreter.runtime.failure("'last' needs a list, not a generator") }
            let last = try interpreter.runtime.elements(of: value).last
            // Python accesses it by index, which keeps the characters of markup as markup.
            if value.isMarkup, let text = last?.text { return .markup(text) }
            return last ?? .undefined(.hint("there is no last item, as there is none at all"))
        },
        "reverse": { try $0.reversed($1, $2) },
        "join": { try $0.join($1, $2) },
        "sum": { try $0.sum($1, $2) },
        "map": { try $0.map($1, $2) },
        "select": { try $0.select($1, $2, keeps: true, ofMembers: false) },
        "reject": { try $0.select($1, $2, keeps: false, ofMembers: false) },
        "selectattr": { try $0.select($1, $2, keeps: true, ofMembers: true) },
        "rejectattr": { try $0.select($1, $2, keeps: false, ofMembers: true) },
        "unique": { try $0.unique($1, $2) },
        "sort": { try $0.sorted($1, $2) },
        "dictsort": { try $0.sortedItems($1, $2) },
        "min": { try $0.extreme("min", $1, $2) },
        "max": { try $0.extreme("max", $1, $2) },
        "groupby": { try $0.grouped($1, $2) },
        "batch": { try $0.batches($1, $2) },
        "slice": { try $0.slices($1, $2) },
    ]

    /// A lazy iterator; the nesting of iterators is bounded.
    private func generator(over value: PythonValue, _ next: @escaping () throws -> PythonValue?) throws -> PythonValue {
        let depth = value.depth + 1
        try runtime.checkDepth(depth)
        return .iterator(PythonIterator("generator", depth: depth, next))
    }

    fileprivate func reversed(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        _ = try parameters(arguments, "reverse")
        if let text = value.text {
            try runtime.charge(bytes: text.utf8.count)
            return try runtime.string(
                String(String.UnicodeScalarView(text.unicodeScalars.reversed())), isMarkup: value.isMarkup)
        }
        let elements = try runtime.elements(of: value)
        try runtime.charge(elements.count / 4)
        if case .iterator = value { return try runtime.list(elements.reversed()) }
        return .iterator(PythonIterator("list_reverseiterator", over: elements.reversed(), depth: value.depth + 1))
    }

    fileprivate func join(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "join", ["d", "attribute"])
        let separator = parameters["d"] ?? .string(""), path = Path(parameters["attribute"])
        let elements = try runtime.elements(of: value).map { try member(path, of: $0) }
        let isMarkup = isEscaping && (separator.isMarkup || elements.contains(where: \.isMarkup))
        func text(_ value: PythonValue) throws -> String {
            isMarkup ? try runtime.escaped(value) : try runtime.text(of: value)
        }
        return try runtime.string(
            try runtime.join(try elements.map(text), with: try text(separator)), isMarkup: isMarkup)
    }

    fileprivate func sum(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "sum", ["attribute", "start"])
        let path = Path(parameters["attribute"])
        var total = parameters["start"] ?? .integer(0)
        guard total.text == nil else { throw runtime.failure("'sum' cannot add strings; use 'join'") }
        for element in try runtime.elements(of: value) {
            total = try runtime.apply(.add, total, try member(path, of: element))
        }
        return total
    }

    // MARK: One by one

    fileprivate func map(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        var change: ((PythonValue) throws -> PythonValue)?
        var source: PythonIterator?
        return try generator(over: value) { [unowned self] in
            guard value.isTrue else { return nil }
            let apply = try change ?? mapping(arguments)
            change = apply
            let iterator = try source ?? runtime.iterate(value)
            source = iterator
            return try runtime.next(iterator).map(apply)
        }
    }

    private func mapping(_ arguments: PythonArguments) throws -> (PythonValue) throws -> PythonValue {
        var rest = arguments
        if rest.positional.isEmpty, let attribute = rest.take("attribute") {
            let fallback = rest.take("default").flatMap { $0.isNone ? nil : $0 }, path = Path(attribute)
            if let extra = rest.named.first { throw runtime.failure("'map' takes no argument '\(extra.name)'") }
            return { [unowned self] in try member(path, of: $0, default: fallback) }
        }
        guard !rest.positional.isEmpty, let name = rest.positional.removeFirst().text else {
            throw runtime.failure("'map' needs the name of a filter, or an attribute")
        }
        let inner = rest
        return { [unowned self] in try apply(name, to: $0, inner) }
    }

    fileprivate func select(
        _ value: PythonValue, _ arguments: PythonArguments, keeps: Bool, ofMembers: Bool
    ) throws -> PythonValue {
        var passes: ((PythonValue) throws -> Bool)?
        var source: PythonIterator?
        return try generator(over: value) { [unowned self] in
            guard value.isTrue else { return nil }
            let test = try passes ?? selection(arguments, ofMembers: ofMembers)
            passes = test
            let iterator = try source ?? runtime.iterate(value)
            source = iterator
            while let element = try runtime.next(iterator) {
                if try test(element) == keeps { return element }
            }
            return nil
        }
    }

    private func selection(
        _ arguments: PythonArguments, ofMembers: Bool
    ) throws -> (PythonValue) throws -> Bool {
        var rest = arguments
        var path = Path(nil)
        if ofMembers {
            guard !rest.positional.isEmpty else { throw runtime.failure("the name of an attribute is missing") }
            path = Path(rest.positional.removeFirst())
        }
        guard !rest.positional.isEmpty else { return { [unowned self] in try member(path, of: $0).isTrue } }
        guard let name = rest.positional.removeFirst().text else { throw runtime.failure("a test has no name") }
        let inner = rest
        return { [unowned self] in try test(name, try member(path, of: $0), inner) }
    }

    fileprivate func unique(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "unique", ["case_sensitive", "attribute"])
        let isCaseSensitive = parameters.flag("case_sensitive"), path = Path(parameters["attribute"])
        var seen: Set<PythonKey> = []
        var source: PythonIterator?
        return try generator(over: value) { [unowned self] in
            let iterator = try source ?? runtime.iterate(value)
            source = iterator
            while let element = try runtime.next(iterator) {
                let key = try foldingCase(try member(path, of: element), unless: isCaseSensitive)
                if seen.insert(try runtime.key(key)).inserted { return element }
            }
            return nil
        }
    }

    // MARK: Order

    fileprivate func sorted(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "sort", ["reverse", "case_sensitive", "attribute"])
        let isCaseSensitive = parameters.flag("case_sensitive")
        var paths = [Path(parameters["attribute"])]
        if let text = parameters["attribute"]?.text {
            paths = text.split(separator: ",", omittingEmptySubsequences: false).map { Path(.string(String($0))) }
        }
        let keyed = try runtime.elements(of: value).map { element in
            let keys = try paths.map { path in
                try foldingCase(try member(path, of: element), unless: isCaseSensitive)
            }
            return (key: try runtime.list(keys), element: element)
        }
        let sorted = try runtime.sorted(keyed, isReversed: parameters.flag("reverse")) { $0.key }
        return try runtime.list(sorted.map(\.element))
    }

    fileprivate func sortedItems(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "dictsort", ["case_sensitive", "by", "reverse"])
        let by = try parameters.string("by") ?? "key"
        guard by == "key" || by == "value" else { throw runtime.failure("'dictsort' sorts by 'key' or 'value'") }
        guard case .dictionary(let dictionary) = value else {
            throw runtime.failure("'dictsort' needs a dictionary, not \(value.kind)")
        }
        let isCaseSensitive = parameters.flag("case_sensitive")
        let keyed = try dictionary.contents.map { key, value in
            let part = by == "key" ? key.value : value
            return (
                key: try foldingCase(part, unless: isCaseSensitive), element: PythonValue.tuple([key.value, value])
            )
        }
        let sorted = try runtime.sorted(keyed, isReversed: parameters.flag("reverse")) { $0.key }
        return try runtime.list(sorted.map(\.element))
    }

    fileprivate func extreme(_ name: String, _ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, name, ["case_sensitive", "attribute"])
        let isCaseSensitive = parameters.flag("case_sensitive"), path = Path(parameters["attribute"])
        var best: (key: PythonValue, element: PythonValue)?
        for element in try runtime.elements(of: value) {
            let key = try foldingCase(try member(path, of: element), unless: isCaseSensitive)
            guard let current = best else {
                best = (key, element)
                continue
            }
            // Of equal elements, the first is kept.
            let isBetter = try name == "min" ? runtime.isLess(key, current.key) : runtime.isLess(current.key, key)
            if isBetter { best = (key, element) }
        }
        return best?.element ?? .undefined(.hint("there is no '\(name)' of nothing"))
    }

    fileprivate func grouped(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(
            arguments, "groupby", ["attribute", "default", "case_sensitive"], required: 1)
        let path = Path(parameters["attribute"]), fallback = parameters.optional("default")
        let isCaseSensitive = parameters.flag("case_sensitive")
        let keyed = try runtime.elements(of: value).map { element in
            let member = try member(path, of: element, default: fallback)
            return (key: try foldingCase(member, unless: isCaseSensitive), member: member, element: element)
        }
        var groups: [(key: PythonValue, member: PythonValue, elements: [PythonValue])] = []
        for item in try runtime.sorted(keyed, by: { $0.key }) {
            if let last = groups.last, try runtime.isEqual(last.key, item.key) {
                groups[groups.count - 1].elements.append(item.element)
            } else {
                groups.append((item.key, item.member, [item.element]))
            }
        }
        return try runtime.list(
            try groups.map { group in
                var tuple = PythonList([group.member, try runtime.list(group.elements)])
                tuple.isGroup = true
                return .tuple(tuple)
            })
    }

    // MARK: Parts

    fileprivate func batches(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "batch", ["linecount", "fill_with"], required: 1)
        let fill = parameters.optional("fill_with")
        let size = parameters["linecount"] ?? .none
        var source: PythonIterator?
        var batch: [PythonValue] = []
        return try generator(over: value) { [unowned self] in
            let iterator = try source ?? runtime.iterate(value)
            source = iterator
            while let element = try runtime.next(iterator) {
                // If the size is never reached, everything stays in one batch.
                let isFull = try runtime.isEqual(.integer(batch.count), size)
                defer { batch.append(element) }
                guard isFull else { continue }
                defer { batch = [] }
                return try runtime.list(batch)
            }
            defer { batch = [] }
            guard !batch.isEmpty else { return nil }
            if let fill {
                guard let size = size.asInteger else { throw runtime.failure("'batch' needs a whole number") }
                try runtime.checkSize(elements: size)
                try runtime.charge(max(0, size))
                while batch.count < size { batch.append(fill) }
            }
            return try runtime.list(batch)
        }
    }

    fileprivate func slices(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "slice", ["slices", "fill_with"], required: 1)
        let fill = parameters.optional("fill_with"), count = parameters["slices"] ?? .none
        var elements: [PythonValue]?
        var number = 0, start = 0
        return try generator(over: value) { [unowned self] in
            guard let count = count.asInteger, count != 0 else {
                throw runtime.failure("'slice' needs a whole number of slices above 0")
            }
            let all = try elements ?? runtime.elements(of: value)
            elements = all
            guard number < count else { return nil }
            let isLonger = number < all.count % count
            let end = min(start + all.count / count + (isLonger ? 1 : 0), all.count)
            var part = Array(all[start..<end])
            if let fill, !isLonger { part.append(fill) }
            number += 1
            start = end
            return try runtime.list(part)
        }
    }
}
