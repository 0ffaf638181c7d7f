/// The meaning of a template's names, determined before it runs.
///
/// Jinja compiles a template to Python functions: the template itself is one, as are each macro, the body of each
/// `call` block, the condition of each loop and each recursive loop. Names are variables of those functions. Loops,
/// `with` and the like open scopes inside a function, each with its own variables, and a function defined inside
/// another sees that one's variables as they are when it runs.
struct TemplateBinding: Sendable {
    /// By the id of an occurrence.
    var names: [TemplateSlot]
    /// By the id of a scope.
    var scopes: [TemplateScope]
    /// The number of variables of each function.
    var slotCounts: [Int] = []
}

/// The location of a variable: an index into a run of the function at the given depth.
struct TemplateSlot: Sendable, Hashable {
    var depth = 0
    var index = 0
    /// Whether the template's blocks see assignments to it.
    var isExported = false
}

struct TemplateScope: Sendable {
    enum Load: Sendable {
        /// Set by the loop, call or block.
        case parameter
        /// Given under this name by the template's caller or by Jinja itself.
        case resolve(String)
        /// The value in the enclosing scope.
        case copy(TemplateSlot)
        case undefined
    }

    /// The initial value of each variable when the scope is entered.
    var loads: [(slot: TemplateSlot, load: Load)] = []
    /// The function the scope belongs to, as an index into `TemplateBinding.slotCounts`, and its depth.
    var function = 0
    var depth = 0
    /// For a macro: the special names its body reads.
    var readsCaller = false
    var readsNamed = false
    var readsPositional = false
    /// For a scoped block: the variables around it.
    var visible: [(name: String, slot: TemplateSlot)] = []
}
