/// Expressions, in order of increasing precedence: conditional, or, and, not, comparison, sum, `~`, product, power,
/// sign, and then what follows a primary: members, calls, filters and tests.
extension TemplateParser {
    /// Makes an expression from others, bounding its depth: long chains nest too.
    private func make(
        _ kind: TemplateExpression.Kind, _ line: Int, over parts: [TemplateExpression]
    ) throws(TemplateError) -> TemplateExpression {
        let depth = 1 + (parts.lazy.map(\.depth).max() ?? 0)
        guard depth <= 2 * Self.maximumNesting else {
            throw TemplateError(code: .limit, line: line, message: "an expression has too many parts.")
        }
        return TemplateExpression(kind: kind, line: line, depth: depth)
    }

    /// Parses one expression, or several separated by commas as a tuple.
    mutating func parseTuple(allowsConditional: Bool = true) throws(TemplateError) -> TemplateExpression {
        let line = line
        var items = [try parseTupleItem(allowsConditional)]
        guard isSymbol(",") else { return items[0] }
        while skipSymbol(",") {
            if endsTuple { break }
            items.append(try parseTupleItem(allowsConditional))
        }
        return try make(.tuple(items), line, over: items)
    }

    private mutating func parseTupleItem(_ allowsConditional: Bool) throws(TemplateError) -> TemplateExpression {
        allowsConditional ? try parseExpression() : try nested { parser throws(TemplateError) in try parser.parseOr() }
    }

    private var endsTuple: Bool {
        switch current.kind {
        case .blockEnd, .variableEnd, .symbol(")"), .end, .name("recursive"): true
        default: false
        }
    }

    mutating func parseExpression() throws(TemplateError) -> TemplateExpression {
        try nested { parser throws(TemplateError) in
            let line = parser.line
            var value = try parser.parseOr()
            while parser.skipName("if") {
                let condition = try parser.parseOr()
                let otherwise = parser.skipName("else") ? try parser.parseExpression() : nil
                value = try parser.make(
                    .conditional(value, condition: condition, otherwise: otherwise), line,
                    over: [value, condition] + (otherwise.map { [$0] } ?? []))
            }
            return value
        }
    }

    // MARK: Operators

    private mutating func parseOr() throws(TemplateError) -> TemplateExpression {
        let line = line
        var left = try parseAnd()
        while skipName("or") {
            let right = try parseAnd()
            left = try make(.or(left, right), line, over: [left, right])
        }
        return left
    }

    private mutating func parseAnd() throws(TemplateError) -> TemplateExpression {
        let line = line
        var left = try parseNot()
        while skipName("and") {
            let right = try parseNot()
            left = try make(.and(left, right), line, over: [left, right])
        }
        return left
    }

    private mutating func parseNot() throws(TemplateError) -> TemplateExpression {
        let line = line
        guard skipName("not") else { return try parseComparison() }
        let operand = try nested { parser throws(TemplateError) in try parser.parseNot() }
        return try make(.not(operand), line, over: [operand])
    }

    private mutating func parseComparison() throws(TemplateError) -> TemplateExpression {
        let line = line
        let first = try parseSum()
        var rest: [TemplateComparisonStep] = []
        while let comparison = readComparison() {
            rest.append(TemplateComparisonStep(comparison: comparison, value: try parseSum()))
        }
        if rest.isEmpty { return first }
        return try make(.comparison(first, rest), line, over: [first] + rest.map(\.value))
    }

    private mutating func readComparison() -> TemplateComparison? {
        if skipName("in") { return .contained }
        if isName("not"), following.kind == .name("in") {
            advance()
            advance()
            return .notContained
        }
        guard case .symbol(let symbol) = current.kind, let comparison = TemplateComparison(rawValue: symbol) else {
            return nil
        }
        advance()
        return comparison
    }

    private mutating func readOperator(_ allowed: [TemplateOperator]) -> TemplateOperator? {
        guard case .symbol(let symbol) = current.kind, let found = TemplateOperator(rawValue: symbol),
            allowed.contains(found)
        else { return nil }
        advance()
        return found
    }

    private mutating func parseSum() throws(TemplateError) -> TemplateExpression {
        let line = line
        var left = try parseConcatenation()
        while let symbol = readOperator([.add, .subtract]) {
            let right = try parseConcatenation()
            left = try make(.arithmetic(left, symbol, right), line, over: [left, right])
        }
        return left
    }

    private mutating func parseConcatenation() throws(TemplateError) -> TemplateExpression {
        let line = line
        var parts = [try parseProduct()]
        while skipSymbol("~") { parts.append(try parseProduct()) }
        return parts.count == 1 ? parts[0] : try make(.concatenation(parts, escaping), line, over: parts)
    }

    private mutating func parseProduct() throws(TemplateError) -> TemplateExpression {
        let line = line
        var left = try parsePower()
        while let symbol = readOperator([.multiply, .divide, .floorDivide, .remainder]) {
            let right = try parsePower()
            left = try make(.arithmetic(left, symbol, right), line, over: [left, right])
        }
        return left
    }

    /// Powers are left-associative, as in Jinja but unlike Python.
    private mutating func parsePower() throws(TemplateError) -> TemplateExpression {
        let line = line
        var left = try parseSigned(takesFilters: true)
        while readOperator([.power]) != nil {
            let right = try parseSigned(takesFilters: true)
            left = try make(.arithmetic(left, .power, right), line, over: [left, right])
        }
        return left
    }

    /// A filter has lower precedence than a sign: `-x|abs` is `(-x)|abs`.
    private mutating func parseSigned(takesFilters: Bool) throws(TemplateError) -> TemplateExpression {
        let line = line
        var value: TemplateExpression
        if isSymbol("-") || isSymbol("+") {
            let isNegative = isSymbol("-")
            advance()
            let operand = try nested { parser throws(TemplateError) in try parser.parseSigned(takesFilters: false) }
            value = try make(isNegative ? .negative(operand) : .positive(operand), line, over: [operand])
        } else {
            value = try parsePostfix(try parsePrimary())
        }
        while takesFilters, let applied = try parseFilterOrTest(value) { value = applied }
        return value
    }

    // MARK: Primaries

    private mutating func parsePrimary() throws(TemplateError) -> TemplateExpression {
        let line = line
        switch current.kind {
        case .name(let name):
            advance()
            return try make(Self.constant(name).map { .constant($0) } ?? .name(newName(name)), line, over: [])
        case .string, .unusableString: return try make(readStrings(), line, over: [])
        case .whole(let value):
            advance()
            return try make(.constant(.whole(value)), line, over: [])
        case .number(let value):
            advance()
            return try make(.constant(.number(value)), line, over: [])
        case .symbol("("): return try parseParentheses()
        case .symbol("["): return try parseList()
        case .symbol("{"): return try parseDictionary()
        default: throw failure("expected an expression, found \(current.description)")
        }
    }

    static func constant(_ name: String) -> TemplateConstant? {
        switch name {
        case "true", "True": .bool(true)
        case "false", "False": .bool(false)
        case "none", "None": TemplateConstant.none
        default: nil
        }
    }

    /// Adjacent strings are concatenated.
    private mutating func readStrings() -> TemplateExpression.Kind {
        var text = "", problem: String?
        while true {
            switch current.kind {
            case .string(let part): text += part
            case .unusableString(let reason): problem = reason
            default: return problem.map { .refused($0) } ?? .constant(.string(text))
            }
            advance()
        }
    }

    private mutating func parseParentheses() throws(TemplateError) -> TemplateExpression {
        let line = line
        advance()
        if skipSymbol(")") { return try make(.tuple([]), line, over: []) }
        let value = try parseTuple()
        try expect(.symbol(")"))
        return value
    }

    private mutating func parseList() throws(TemplateError) -> TemplateExpression {
        let line = line
        advance()
        var items: [TemplateExpression] = []
        while !skipSymbol("]") {
            if !items.isEmpty {
                try expect(.symbol(","))
                if skipSymbol("]") { break }
            }
            items.append(try parseExpression())
        }
        return try make(.list(items), line, over: items)
    }

    private mutating func parseDictionary() throws(TemplateError) -> TemplateExpression {
        let line = line
        advance()
        var items: [(key: TemplateExpression, value: TemplateExpression)] = []
        while !skipSymbol("}") {
            if !items.isEmpty {
                try expect(.symbol(","))
                if skipSymbol("}") { break }
            }
            let key = try parseExpression()
            try expect(.symbol(":"))
            items.append((key, try parseExpression()))
        }
        return try make(.dictionary(items), line, over: items.flatMap { [$0.key, $0.value] })
    }

    // MARK: What follows a primary

    private mutating func parsePostfix(_ primary: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = primary
        while true {
            let line = line
            if skipSymbol(".") {
                value = try parseMember(of: value, line)
            } else if skipSymbol("[") {
                value = try parseElement(of: value, line)
            } else if isSymbol("(") {
                let arguments = try parseArguments()
                value = try make(.call(value, arguments), line, over: [value] + arguments.all)
            } else {
                return value
            }
        }
    }

    private mutating func parseMember(
        of value: TemplateExpression, _ line: Int
    ) throws(TemplateError)
        -> TemplateExpression
    {
        if case .whole(let index) = current.kind {
            advance()
            let element = try make(.constant(.whole(index)), line, over: [])
            return try make(.element(value, element), line, over: [value])
        }
        return try make(.attribute(value, try readName()), line, over: [value])
    }

    /// Parses the content of brackets: a key, several as a tuple, or a slice.
    private mutating func parseElement(
        of value: TemplateExpression, _ line: Int
    ) throws(TemplateError) -> TemplateExpression {
        var keys: [TemplateExpression] = []
        while !skipSymbol("]") {
            if !keys.isEmpty {
                try expect(.symbol(","))
                if skipSymbol("]") { break }
            }
            let start = isSymbol(":") ? nil : try parseExpression()
            if isSymbol(":") {
                guard keys.isEmpty else { throw failure("a slice cannot be one of several keys") }
                return try parseSlice(of: value, from: start, line)
            }
            if let start { keys.append(start) }
        }
        let key = keys.count == 1 ? keys[0] : try make(.tuple(keys), line, over: keys)
        return try make(.element(value, key), line, over: [value, key])
    }

    private mutating func parseSlice(
        of value: TemplateExpression, from start: TemplateExpression?, _ line: Int
    ) throws(TemplateError) -> TemplateExpression {
        var bounds: [TemplateExpression?] = []
        while bounds.count < 2, skipSymbol(":") {
            bounds.append(isSymbol("]") || isSymbol(":") ? nil : try parseExpression())
        }
        try expect(.symbol("]"))
        let (stop, step) = (bounds[0], bounds.count > 1 ? bounds[1] : nil)
        let parts = [value] + [start, stop, step].compactMap { $0 }
        return try make(.slice(value, start: start, stop: stop, step: step), line, over: parts)
    }

    mutating func parseArguments() throws(TemplateError) -> TemplateArguments {
        try expect(.symbol("("))
        var arguments = TemplateArguments()
        var isFirst = true
        while !skipSymbol(")") {
            if !isFirst {
                try expect(.symbol(","))
                if skipSymbol(")") { break }
            }
            isFirst = false
            try parseArgument(into: &arguments)
        }
        return arguments
    }

    private mutating func parseArgument(into arguments: inout TemplateArguments) throws(TemplateError) {
        guard arguments.dictionary == nil else { throw failure("nothing may follow an argument with '**'") }
        if skipSymbol("**") {
            arguments.dictionary = try parseExpression()
        } else if skipSymbol("*") {
            guard arguments.list == nil else { throw failure("a call has one argument with '*' at most") }
            arguments.list = try parseExpression()
        } else if case .name(let name) = current.kind, following.kind == .symbol("=") {
            advance()
            advance()
            arguments.named.append((name, try parseExpression()))
        } else {
            guard arguments.named.isEmpty, arguments.list == nil else {
                throw failure("an argument without a name after one with a name")
            }
            arguments.positional.append(try parseExpression())
        }
    }

    private mutating func parseFilterOrTest(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression? {
        let line = line
        if skipSymbol("|") {
            let name = try readDottedName()
            let arguments = isSymbol("(") ? try parseArguments() : TemplateArguments()
            return try make(.filter(value, name, arguments), line, over: [value] + arguments.all)
        }
        if skipName("is") { return try parseTest(of: value, line) }
        if isSymbol("(") {
            let arguments = try parseArguments()
            return try make(.call(value, arguments), line, over: [value] + arguments.all)
        }
        return nil
    }

    private mutating func parseTest(
        of value: TemplateExpression, _ line: Int
    ) throws(TemplateError)
        -> TemplateExpression
    {
        let isNegated = skipName("not")
        let name = try readDottedName()
        var arguments = TemplateArguments()
        if isSymbol("(") {
            arguments = try parseArguments()
        } else if beginsTestArgument {
            arguments.positional = [try parsePostfix(try parsePrimary())]
        }
        let test = try make(.test(value, name, arguments), line, over: [value] + arguments.all)
        return isNegated ? try make(.not(test), line, over: [test]) : test
    }

    /// A test may take one argument without parentheses: `x is divisibleby 3`.
    private var beginsTestArgument: Bool {
        switch current.kind {
        case .name(let name): !["else", "or", "and", "is", "if", "in", "not"].contains(name)
        case .string, .unusableString, .whole, .number, .symbol("["), .symbol("{"): true
        default: false
        }
    }

    /// Reads the name of a filter or test, which may contain dots.
    mutating func readDottedName() throws(TemplateError) -> String {
        var name = try readName()
        while skipSymbol(".") { name += "." + (try readName()) }
        return name
    }
}
