/// Expressions, from the loosest to the tightest binding: conditional, or, and, not, comparison, sum, `~`, product,
/// power, sign, and then what follows a primary: members, calls, filters and tests.
extension TemplateParser {
    /// Makes an expression over others, whose depth is bounded: long chains nest too.
    private func make(
        _ kind: TemplateExpression.Kind, _ line: Int, over parts: [TemplateExpression]
    ) throws(TemplateError) -> TemplateExpression {
        let depth = 1 + (parts.lazy.map(\.depth).max() ?? 0)
        guard depth <= 2 * Self.maximumNesting else {
            throw TemplateError(code: .limit, line: line, message: "an expression has too many parts.")
        }
        return TemplateExpression(kind: kind, line: line, depth: depth)
    }

    /// Parses one expression, or several with commas between them as a list.
    mutating func parseTuple(allowsConditional: Bool = true) throws(TemplateError) -> TemplateExpression {
        let line = line
        var items = [try parseTupleItem(allowsConditional)]
        guard isSymbol(",") else { return items[0] }
        while skipSymbol(",") {
            if endsTuple { break }
            items.append(try parseTupleItem(allowsConditional))
        }
        return try make(.list(items), line, over: items)
    }

    private mutating func parseTupleItem(_ allowsConditional: Bool) throws(TemplateError) -> TemplateExpression {
        allowsConditional ? try parseExpression() : try nested { parser throws(TemplateError) in try parser.parseOr() }
    }

    private var endsTuple: Bool {
        switch current.kind {
        case .blockEnd, .variableEnd, .symbol(")"), .end: true
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
        return parts.count == 1 ? parts[0] : try make(.concatenation(parts), line, over: parts)
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

    /// Powers group from the left, as in Jinja and unlike Python.
    private mutating func parsePower() throws(TemplateError) -> TemplateExpression {
        let line = line
        var left = try parseSigned(takesFilters: true)
        while readOperator([.power]) != nil {
            let right = try parseSigned(takesFilters: true)
            left = try make(.arithmetic(left, .power, right), line, over: [left, right])
        }
        return left
    }

    /// A filter binds looser than a sign: `-x|abs` is `(-x)|abs`.
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
            return try make(Self.constant(name).map { .constant($0) } ?? .name(name), line, over: [])
        case .string:
            return try make(.constant(.string(readStrings())), line, over: [])
        case .integer(let value):
            advance()
            return try make(.constant(.integer(value)), line, over: [])
        case .number(let value):
            advance()
            return try make(.constant(.number(value)), line, over: [])
        case .symbol("("): return try parseParentheses()
        case .symbol("["): return try parseList()
        case .symbol("{"): return try parseDictionary()
        default: throw failure("expected an expression, found \(current.description)")
        }
    }

    private static func constant(_ name: String) -> TemplateValue? {
        switch name {
        case "true", "True": .bool(true)
        case "false", "False": .bool(false)
        case "none", "None": TemplateValue.none
        default: nil
        }
    }

    /// Strings next to each other are one.
    private mutating func readStrings() -> String {
        var text = ""
        while case .string(let part) = current.kind {
            text += part
            advance()
        }
        return text
    }

    private mutating func parseParentheses() throws(TemplateError) -> TemplateExpression {
        let line = line
        advance()
        if skipSymbol(")") { return try make(.list([]), line, over: []) }
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
        if case .integer(let index) = current.kind {
            advance()
            let element = try make(.constant(.integer(index)), line, over: [])
            return try make(.element(value, element), line, over: [value])
        }
        return try make(.attribute(value, try readName()), line, over: [value])
    }

    private mutating func parseElement(
        of value: TemplateExpression, _ line: Int
    ) throws(TemplateError)
        -> TemplateExpression
    {
        var bounds: [TemplateExpression?] = []
        var colons = 0
        var bound: TemplateExpression?
        while !skipSymbol("]") {
            if skipSymbol(":") {
                bounds.append(bound)
                bound = nil
                colons += 1
            } else {
                guard bound == nil else { throw failure("expected ']', found \(current.description)") }
                bound = try parseExpression()
            }
        }
        bounds.append(bound)
        guard colons <= 2 else { throw failure("a slice has three parts at most") }
        let parts = [value] + bounds.compactMap { $0 }
        if colons > 0 {
            let step = colons == 2 ? bounds[2] : nil
            return try make(.slice(value, start: bounds[0], stop: bounds[1], step: step), line, over: parts)
        }
        guard let index = bounds[0] else { throw failure("expected an expression, found ']'") }
        return try make(.element(value, index), line, over: parts)
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
            if isSymbol("*") || isSymbol("**") { throw unsupported("unpacking arguments with '*'") }
            if case .name(let name) = current.kind, following.kind == .symbol("=") {
                advance()
                advance()
                arguments.named.append((name, try parseExpression()))
            } else {
                guard arguments.named.isEmpty else { throw failure("an argument without a name after one with a name") }
                arguments.positional.append(try parseExpression())
            }
        }
        return arguments
    }

    private mutating func parseFilterOrTest(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression? {
        let line = line
        if skipSymbol("|") {
            let name = try parseOperationName(known: TemplateFilter.names, "filter")
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
        let name = try parseOperationName(known: TemplateTest.names, "test")
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
        case .string, .integer, .number, .symbol("["), .symbol("{"): true
        default: false
        }
    }

    /// Reads the name of a filter or test and refuses one that is not known, so that it is reported when the template
    /// is loaded and not in the middle of a conversation.
    mutating func parseOperationName(known: Set<String>, _ kind: String) throws(TemplateError) -> String {
        let line = line
        let name = try readName()
        guard known.contains(name) else { throw unsupported("the \(kind) '\(name)'", line: line) }
        return name
    }
}

extension TemplateArguments {
    fileprivate var all: [TemplateExpression] { positional + named.map(\.value) }
}
