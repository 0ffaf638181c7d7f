internal import BigInt

/// An expression of a template, with the line it begins on.
struct TemplateExpression: Sendable {
    indirect enum Kind: Sendable {
        case constant(TemplateConstant)
        case name(TemplateName)
        case list([TemplateExpression])
        case tuple([TemplateExpression])
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
        case concatenation([TemplateExpression], TemplateEscaping)
        /// `a < b < c`: each operator applies to its neighbours.
        case comparison(TemplateExpression, [TemplateComparisonStep])
        case and(TemplateExpression, TemplateExpression)
        case or(TemplateExpression, TemplateExpression)
        case conditional(TemplateExpression, condition: TemplateExpression, otherwise: TemplateExpression?)
        /// An unsupported construct, reported when it is reached.
        case refused(String)
    }

    let kind: Kind
    let line: Int
    /// The nesting depth of the expression; bounded, so that walking it cannot overflow the stack.
    let depth: Int
}

enum TemplateConstant: Sendable {
    case none
    case bool(Bool)
    case whole(BigInt)
    case number(Double)
    case string(String)
}

/// One occurrence of a name; `TemplateBinder` resolves it.
struct TemplateName: Sendable {
    let name: String
    /// Its index in `TemplateBinding.names`.
    let id: Int
}

/// Whether output is escaped for HTML, as set by the enclosing `autoescape`, which may be known only at run time.
enum TemplateEscaping: Sendable {
    case off
    case on
    case asRunning
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
    /// `*arguments`.
    var list: TemplateExpression?
    /// `**arguments`.
    var dictionary: TemplateExpression?

    var all: [TemplateExpression] {
        positional + named.map(\.value) + [list, dictionary].compactMap { $0 }
    }
}

/// The target of an assignment or a loop.
indirect enum TemplateTarget: Sendable {
    case name(TemplateName)
    /// A member of a namespace.
    case attribute(TemplateName, String)
    case unpacking([TemplateTarget])
}

struct TemplateStatement: Sendable {
    indirect enum Kind: Sendable {
        case text(String)
        case output([TemplateExpression], TemplateEscaping)
        case condition([TemplateBranch], otherwise: [TemplateStatement])
        case loop(TemplateLoop)
        case assignment(TemplateTarget, TemplateExpression)
        /// `{% set x | filter %}…{% endset %}`.
        case capture(TemplateTarget, [TemplateFilterCall], TemplateBody)
        case filtered([TemplateFilterCall], TemplateBody, TemplateEscaping)
        case with([(TemplateTarget, TemplateExpression)], TemplateBody)
        case macro(TemplateName, TemplateMacro)
        case macroCall(TemplateExpression, TemplateMacro)
        /// A section that only marks its content, such as `generation`; for name binding it is like a macro.
        case marked(TemplateMacro)
        case autoescape(TemplateExpression, TemplateBody)
        /// A block, which is never overridden since there is no other template.
        case block(TemplateBlock)
        case leave
        case next
        /// An unsupported construct, reported when it is reached.
        case refused(String)
    }

    let kind: Kind
    let line: Int
}

/// Statements in a separate scope.
struct TemplateBody: Sendable {
    var statements: [TemplateStatement]
    /// The scope's index in `TemplateBinding.scopes`.
    let scope: Int
}

struct TemplateBranch: Sendable {
    var condition: TemplateExpression
    var body: [TemplateStatement]
}

struct TemplateLoop: Sendable {
    var target: TemplateTarget
    /// The target as seen by the condition, which runs in a separate function.
    var conditionTarget: TemplateTarget
    var sequence: TemplateExpression
    var condition: TemplateExpression?
    /// The scope of the condition.
    var conditionScope: Int
    /// `loop`, as seen by the body.
    var loopName: TemplateName
    var body: TemplateBody
    /// Runs if there was nothing to loop over, or every iteration was cut short.
    var otherwise: TemplateBody
    var isRecursive: Bool
}

/// A macro, or the body of a `call` block.
struct TemplateMacro: Sendable {
    /// nil for `call` blocks.
    var name: String?
    var parameters: [TemplateName]
    /// The defaults of the last parameters.
    var defaults: [TemplateExpression]
    var body: TemplateBody
    /// The special names that the body reads without setting them.
    var caller: TemplateName
    var named: TemplateName
    var positional: TemplateName
}

struct TemplateBlock: Sendable {
    var name: String
    var isScoped: Bool
    var body: TemplateBody
}

struct TemplateFilterCall: Sendable {
    var name: String
    var arguments: TemplateArguments
    var line: Int
}
