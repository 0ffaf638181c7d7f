/// What the names of a template stand for, found before it runs.
///
/// Jinja compiles a template to Python functions: the template itself is one, and so is each macro, the body of each
/// `call` block, the condition of each loop and each recursive loop. Names are variables of those functions. Loops,
/// `with` and the like open scopes inside a function, each with variables of its own, and a function that is written
/// inside another goes on seeing that one's variables as they are when it runs.
struct TemplateBinding: Sendable {
    /// By the id of an occurrence.
    var names: [TemplateSlot]
    /// By the id of a scope.
    var scopes: [TemplateScope]
    /// The number of variables of each function.
    var slotCounts: [Int] = []
}

/// Where a variable is kept: a place in a run of the function so many functions deep.
struct TemplateSlot: Sendable, Hashable {
    var depth = 0
    var index = 0
    /// Whether setting it is seen by the template's blocks.
    var isExported = false
}

struct TemplateScope: Sendable {
    enum Load: Sendable {
        /// Set by the loop, call or block.
        case parameter
        /// What the caller of the template or Jinja itself gave under this name.
        case resolve(String)
        /// What the scope around has.
        case copy(TemplateSlot)
        case undefined
    }

    /// What each variable is when the scope is entered.
    var loads: [(slot: TemplateSlot, load: Load)] = []
    /// The function the scope belongs to, a place in `TemplateBinding.slotCounts`, and how deep it is.
    var function = 0
    var depth = 0
    /// Of a macro: the special names its body reads.
    var readsCaller = false
    var readsNamed = false
    var readsPositional = false
    /// Of a scoped block: the variables around it.
    var visible: [(name: String, slot: TemplateSlot)] = []
}
