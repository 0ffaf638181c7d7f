internal import BigInt

/// Builds a template's statements from its tokens.
///
/// Expressions are in `TemplateParser+Expressions.swift`.
struct TemplateParser {
    private let tokens: [TemplateToken]
    private var index = 0
    private var nameCount = 0
    private var scopeCount = 0
    /// The number of enclosing loops that `break` and `continue` can affect.
    private var loopCount = 0
    var nesting = 0
    var escaping = TemplateEscaping.off

    /// The nesting limit for blocks and for expressions.
    static let maximumNesting = 32

    static func parse(_ source: String) throws(TemplateError) -> TemplateSource {
        var parser = TemplateParser(tokens: try TemplateLexer.tokenize(source))
        let scope = parser.newScope()
        let body = TemplateBody(statements: try parser.parseStatements(until: []), scope: scope)
        try TemplateUnknownNames.refuse(in: body.statements)
        return TemplateSource(body: body, nameCount: parser.nameCount, scopeCount: parser.scopeCount)
    }

    private init(tokens: [TemplateToken]) {
        self.tokens = tokens
    }

    // MARK: Names and scopes

    mutating func newName(_ name: String) -> TemplateName {
        nameCount += 1
        return TemplateName(name: name, id: nameCount - 1)
    }

    private mutating func newScope() -> Int {
        scopeCount += 1
        return scopeCount - 1
    }

    // MARK: Tokens

    var current: TemplateToken { tokens[index] }
    var following: TemplateToken { tokens[min(index + 1, tokens.count - 1)] }
    var line: Int { current.line }

    mutating func advance() {
        if index + 1 < tokens.count { index += 1 }
    }

    func isSymbol(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }
    func isName(_ name: String) -> Bool { current.kind == .name(name) }

    mutating func skipSymbol(_ symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func skipName(_ name: String) -> Bool {
        guard isName(name) else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: TemplateToken.Kind) throws(TemplateError) {
        guard current.kind == kind else {
            throw failure("expected \(TemplateToken(kind: kind, line: 0).description), found \(current.description)")
        }
        advance()
    }

    mutating func readName() throws(TemplateError) -> String {
        guard case .name(let name) = current.kind else {
            throw failure("expected a name, found \(current.description)")
        }
        advance()
        return name
    }

    func failure(_ message: String) -> TemplateError {
        TemplateError(code: .syntax, line: line, message: "\(message).")
    }

    mutating func nested<R>(
        _ body: (inout TemplateParser) throws(TemplateError) -> R
    ) throws(TemplateError) -> R {
        nesting += 1
        guard nesting <= Self.maximumNesting else {
            throw TemplateError(
                code: .limit, line: line, message: "nested deeper than \(Self.maximumNesting) levels.")
        }
        let result = try body(&self)
        nesting -= 1
        return result
    }

    // MARK: Statements

    /// Parses up to a block that begins with one of `ends`, and past its name; to the end of the template if `ends` is
    /// empty.
    private mutating func parseStatements(until ends: [String]) throws(TemplateError) -> [TemplateStatement] {
        try nested { parser throws(TemplateError) in
            var statements: [TemplateStatement] = []
            while true {
                let line = parser.line
                switch parser.current.kind {
                case .text(let text):
                    statements.append(TemplateStatement(kind: .text(text), line: line))
                    parser.advance()
                case .variableBegin:
                    parser.advance()
                    let value = try parser.parseTuple()
                    statements.append(TemplateStatement(kind: .output([value], parser.escaping), line: line))
                    try parser.expect(.variableEnd)
                case .blockBegin:
                    parser.advance()
                    if case .name(let name) = parser.current.kind, ends.contains(name) { return statements }
                    statements.append(TemplateStatement(kind: try parser.parseBlock(), line: line))
                default:
                    guard ends.isEmpty else { throw parser.failure("'\(ends.last ?? "")' is missing") }
                    return statements
                }
            }
        }
    }

    /// Parses the body of a block up to `end`, and its closing tag.
    private mutating func parseBody(until end: String) throws(TemplateError) -> [TemplateStatement] {
        try expectBlockEnd()
        let body = try parseStatements(until: [end])
        advance()
        try expect(.blockEnd)
        return body
    }

    private mutating func parseScopedBody(until end: String) throws(TemplateError) -> TemplateBody {
        let scope = newScope()
        return TemplateBody(statements: try parseBody(until: end), scope: scope)
    }

    /// A colon may end the opening tag of a block.
    private mutating func expectBlockEnd() throws(TemplateError) {
        _ = skipSymbol(":")
        try expect(.blockEnd)
    }

    private static let endings: Set<String> = [
        "elif", "else", "endif", "endfor", "endset", "endmacro", "endcall", "endfilter", "endwith", "endgeneration",
        "endautoescape", "endblock", "endraw",
    ]

    private mutating func parseBlock() throws(TemplateError) -> TemplateStatement.Kind {
        let line = line
        let name = try readName()
        switch name {
        case "if": return try parseCondition()
        case "for": return try parseLoop()
        case "set": return try parseAssignment()
        case "macro": return try parseMacro()
        case "call": return try parseMacroCall()
        case "filter": return try parseFilterBlock()
        case "with": return try parseWith()
        case "generation": return .marked(try parseFunction(name: nil, until: "endgeneration"))
        case "autoescape": return try parseAutoescape()
        case "block": return try parseNamedBlock()
        case "print": return try parsePrint()
        case "break", "continue":
            guard loopCount > 0 else { throw failure("'\(name)' outside of a loop") }
            try expect(.blockEnd)
            return name == "break" ? .leave : .next
        default:
            if Self.endings.contains(name) {
                throw TemplateError(code: .syntax, line: line, message: "'\(name)' does not belong here.")
            }
            return try parseUnknown(name)
        }
    }

    /// Skips an unknown statement, so that it is refused only if it is reached.
    private mutating func parseUnknown(_ name: String) throws(TemplateError) -> TemplateStatement.Kind {
        while current.kind != .blockEnd, current.kind != .end { advance() }
        try expect(.blockEnd)
        let remedy =
            ["include", "import", "from", "extends"].contains(name)
            ? "a chat template stands alone: put the text of the other one into it." : "write the template without it."
        return .refused("the statement '\(name)' is not supported; \(remedy)")
    }

    private mutating func parsePrint() throws(TemplateError) -> TemplateStatement.Kind {
        var values: [TemplateExpression] = []
        while current.kind != .blockEnd {
            if !values.isEmpty { try expect(.symbol(",")) }
            values.append(try parseExpression())
        }
        try expect(.blockEnd)
        return .output(values, escaping)
    }

    // MARK: Conditions and loops

    private mutating func parseCondition() throws(TemplateError) -> TemplateStatement.Kind {
        var branches: [TemplateBranch] = []
        while true {
            let condition = try parseTuple(allowsConditional: false)
            try expectBlockEnd()
            let body = try parseStatements(until: ["elif", "else", "endif"])
            branches.append(TemplateBranch(condition: condition, body: body))
            if skipName("elif") { continue }
            let otherwise = skipName("else") ? try parseBody(until: "endif") : try skipEnd()
            return .condition(branches, otherwise: otherwise)
        }
    }

    /// Skips the name and end of a closing tag; the block has no else part.
    private mutating func skipEnd() throws(TemplateError) -> [TemplateStatement] {
        advance()
        try expect(.blockEnd)
        return []
    }

    private mutating func parseLoop() throws(TemplateError) -> TemplateStatement.Kind {
        let start = index
        let target = try parseTarget(allowsMembers: false)
        let end = index
        index = start
        let conditionTarget = try parseTarget(allowsMembers: false)
        index = end
        guard skipName("in") else { throw failure("expected 'in', found \(current.description)") }
        let sequence = try parseTuple(allowsConditional: false)
        let condition = skipName("if") ? try parseExpression() : nil
        let isRecursive = skipName("recursive")
        try expectBlockEnd()
        let (conditionScope, bodyScope, elseScope) = (newScope(), newScope(), newScope())
        let outerLoops = loopCount
        loopCount += 1
        let body = try parseStatements(until: ["else", "endfor"])
        // A recursive loop is a function, from which no enclosing loop can be left.
        loopCount = isRecursive ? 0 : outerLoops
        let otherwise = skipName("else") ? try parseBody(until: "endfor") : try skipEnd()
        loopCount = outerLoops
        return .loop(
            TemplateLoop(
                target: target, conditionTarget: conditionTarget, sequence: sequence, condition: condition,
                conditionScope: conditionScope, loopName: newName("loop"),
                body: TemplateBody(statements: body, scope: bodyScope),
                otherwise: TemplateBody(statements: otherwise, scope: elseScope), isRecursive: isRecursive))
    }

    // MARK: Assignments

    private mutating func parseAssignment() throws(TemplateError) -> TemplateStatement.Kind {
        let target = try parseTarget(allowsMembers: true)
        if skipSymbol("=") {
            let value = try parseTuple()
            try expect(.blockEnd)
            return .assignment(target, value)
        }
        let filters = skipSymbol("|") ? try parseFilterCalls() : []
        return .capture(target, filters, try parseScopedBody(until: "endset"))
    }

    /// Parses `a`, `a.b`, `a, b` or `(a, b)`.
    private mutating func parseTarget(allowsMembers: Bool) throws(TemplateError) -> TemplateTarget {
        var targets = [try parseSingleTarget(allowsMembers)]
        var isTuple = false
        while skipSymbol(",") {
            isTuple = true
            if isName("in") || isSymbol("=") || isSymbol(")") { break }
            targets.append(try parseSingleTarget(allowsMembers))
        }
        return isTuple ? .unpacking(targets) : targets[0]
    }

    private mutating func parseSingleTarget(_ allowsMembers: Bool) throws(TemplateError) -> TemplateTarget {
        if skipSymbol("(") {
            if skipSymbol(")") { return .unpacking([]) }
            let target = try nested { parser throws(TemplateError) in
                try parser.parseTarget(allowsMembers: allowsMembers)
            }
            try expect(.symbol(")"))
            return target
        }
        let name = try readName()
        guard Self.constant(name) == nil else { throw failure("'\(name)' cannot be set") }
        guard allowsMembers, skipSymbol(".") else { return .name(newName(name)) }
        return .attribute(newName(name), try readName())
    }

    private mutating func parseWith() throws(TemplateError) -> TemplateStatement.Kind {
        var bindings: [(TemplateTarget, TemplateExpression)] = []
        while current.kind != .blockEnd, !isSymbol(":") {
            if !bindings.isEmpty { try expect(.symbol(",")) }
            let target = try parseTarget(allowsMembers: false)
            try expect(.symbol("="))
            bindings.append((target, try parseExpression()))
        }
        return .with(bindings, try parseScopedBody(until: "endwith"))
    }

    // MARK: Filters

    private mutating func parseFilterBlock() throws(TemplateError) -> TemplateStatement.Kind {
        .filtered(try parseFilterCalls(), try parseScopedBody(until: "endfilter"), escaping)
    }

    private mutating func parseFilterCalls() throws(TemplateError) -> [TemplateFilterCall] {
        var calls: [TemplateFilterCall] = []
        repeat {
            let line = line
            let name = try readDottedName()
            let arguments = isSymbol("(") ? try parseArguments() : TemplateArguments()
            calls.append(TemplateFilterCall(name: name, arguments: arguments, line: line))
        } while skipSymbol("|")
        return calls
    }

    private mutating func parseAutoescape() throws(TemplateError) -> TemplateStatement.Kind {
        let value = try parseExpression()
        let outer = escaping
        if case .constant(let constant) = value.kind {
            escaping = constant.isTrue ? .on : .off
        } else {
            escaping = .asRunning
        }
        let body = try parseScopedBody(until: "endautoescape")
        escaping = outer
        return .autoescape(value, body)
    }

    // MARK: Macros and blocks

    private mutating func parseMacro() throws(TemplateError) -> TemplateStatement.Kind {
        let name = try readName()
        guard Self.constant(name) == nil else { throw failure("'\(name)' cannot be set") }
        let target = newName(name)
        return .macro(target, try parseFunction(name: name, until: "endmacro"))
    }

    private mutating func parseMacroCall() throws(TemplateError) -> TemplateStatement.Kind {
        let signature = isSymbol("(") ? try parseSignature() : ([], [])
        let call = try parseExpression()
        guard case .call = call.kind else { throw failure("'call' needs a call of a macro") }
        return .macroCall(call, try parseFunction(name: nil, signature, until: "endcall"))
    }

    private typealias Signature = (parameters: [TemplateName], defaults: [TemplateExpression])

    private mutating func parseFunction(
        name: String?, _ signature: Signature? = nil, until end: String
    ) throws(TemplateError) -> TemplateMacro {
        let signature =
            if let signature { signature } else if name == nil { Signature([], []) } else { try parseSignature() }
        let outerLoops = loopCount
        loopCount = 0
        let body = try parseScopedBody(until: end)
        loopCount = outerLoops
        return TemplateMacro(
            name: name, parameters: signature.parameters, defaults: signature.defaults, body: body,
            caller: newName("caller"), named: newName("kwargs"), positional: newName("varargs"))
    }

    private mutating func parseSignature() throws(TemplateError) -> Signature {
        var (parameters, defaults): Signature = ([], [])
        try expect(.symbol("("))
        while !skipSymbol(")") {
            if !parameters.isEmpty { try expect(.symbol(",")) }
            let name = try readName()
            guard Self.constant(name) == nil else { throw failure("'\(name)' cannot be set") }
            parameters.append(newName(name))
            if skipSymbol("=") {
                defaults.append(try parseExpression())
            } else if !defaults.isEmpty {
                throw failure("a parameter without a default follows one that has one")
            }
        }
        return (parameters, defaults)
    }

    private mutating func parseNamedBlock() throws(TemplateError) -> TemplateStatement.Kind {
        let name = try readName()
        let isScoped = skipName("scoped")
        _ = skipName("required")
        try expectBlockEnd()
        let scope = newScope()
        let (outerLoops, outerEscaping) = (loopCount, escaping)
        (loopCount, escaping) = (0, .off)
        let statements = try parseStatements(until: ["endblock"])
        (loopCount, escaping) = (outerLoops, outerEscaping)
        advance()
        _ = skipName(name)
        try expect(.blockEnd)
        return .block(
            TemplateBlock(name: name, isScoped: isScoped, body: TemplateBody(statements: statements, scope: scope)))
    }
}

/// The content of a template's source.
struct TemplateSource: Sendable {
    var body: TemplateBody
    var nameCount: Int
    var scopeCount: Int
}

extension TemplateConstant {
    fileprivate var isTrue: Bool {
        switch self {
        case .none: false
        case .bool(let flag): flag
        case .whole(let number): number != 0
        case .number(let number): number != 0
        case .string(let text): !text.isEmpty
        }
    }
}
