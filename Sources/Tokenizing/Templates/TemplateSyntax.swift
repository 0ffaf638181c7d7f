/// An expression of a template, with the line it begins on.
struct TemplateExpression: Sendable {
    indirect enum Kind: Sendable {
        case constant(TemplateValue)
        case name(String)
        case list([TemplateExpression])
        case dictionary([(key: TemplateExpression, value: TemplateExpression)])
        case attribute(TemplateExpression, String)
        case element(TemplateExpression, TemplateExpression)
        case slice(TemplateExpression, start: TemplateExpression?, stop: TemplateExpression?, step: TemplateExpression?)
        case call(TemplateExpression, TemplateArguments)
        case filter(TemplateExpression, String, TemplateArguments)
        case test(TemplateExpression, String, TemplateArguments)
        case not(TemplateExpression)
        case negative(TemplateExpression)
        case positive(TemplateExpression)
        case arithmetic(TemplateExpression, TemplateOperator, TemplateExpression)
        case concatenation([TemplateExpression])
        /// `a < b < c`: each operator applies to its neighbours.
        case comparison(TemplateExpression, [TemplateComparisonStep])
        case and(TemplateExpression, TemplateExpression)
        case or(TemplateExpression, TemplateExpression)
        case conditional(TemplateExpression, condition: TemplateExpression, otherwise: TemplateExpression?)
    }

    let kind: Kind
    let line: Int
    /// How deep the expression nests; bounded, so that walking it cannot overflow the stack.
    let depth: Int
}

enum TemplateOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case remainder = "%"
    case power = "**"
}

enum TemplateComparison: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contained = "in"
    case notContained = "not in"
}

struct TemplateComparisonStep: Sendable {
    var comparison: TemplateComparison
    var value: TemplateExpression
}

struct TemplateArguments: Sendable {
    var positional: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []
}

/// What an assignment or a loop writes to.
indirect enum TemplateTarget: Sendable {
    case name(String)
    /// A member of a namespace.
    case attribute(String, String)
    case unpacking([TemplateTarget])
}

struct TemplateStatement: Sendable {
    indirect enum Kind: Sendable {
        case text(String)
        case output(TemplateExpression)
        case condition([TemplateBranch], otherwise: [TemplateStatement])
        case loop(TemplateLoop)
        case assignment(TemplateTarget, TemplateExpression)
        /// `{% set x | filter %}…{% endset %}`.
        case capture(TemplateTarget, filters: [TemplateFilterCall], [TemplateStatement])
        case filtered([TemplateFilterCall], [TemplateStatement])
        case scope([(TemplateTarget, TemplateExpression)], [TemplateStatement])
        case macro(TemplateMacro)
        case macroCall(TemplateExpression, [TemplateStatement])
        /// A stretch that only marks its content, such as `generation`.
        case group([TemplateStatement])
        case leave
        case next
    }

    let kind: Kind
    let line: Int
}

struct TemplateBranch: Sendable {
    var condition: TemplateExpression
    var body: [TemplateStatement]
}

struct TemplateLoop: Sendable {
    var target: TemplateTarget
    var sequence: TemplateExpression
    var condition: TemplateExpression?
    var body: [TemplateStatement]
    /// Runs when there was nothing to loop over.
    var otherwise: [TemplateStatement]
}

struct TemplateMacro: Sendable {
    var name: String
    var parameters: [(name: String, fallback: TemplateExpression?)]
    var body: [TemplateStatement]
}

struct TemplateFilterCall: Sendable {
    var name: String
    var arguments: TemplateArguments
    var line: Int
}
