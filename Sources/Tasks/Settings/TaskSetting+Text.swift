extension TaskSetting: CustomStringConvertible {
    /// Named settings: easy ones for learning, and one whose responses have 8 to 15 steps.
    public static let named: [(name: String, text: String)] = [
        ("chain-short", "chain:operations=2-5"),
        ("chain-long", "chain:operations=8-14"),
        ("countdown-three", "countdown:numbers=3,all=true"),
        ("countdown-four", "countdown:numbers=4,all=true"),
        ("graph-small", "graph:leaves=1-2,derived=2-3,need=3-5,distractors=0-1"),
        ("graph-medium", "graph:leaves=2-3,derived=3-5,need=5-7,distractors=0-2"),
        ("graph-long", "graph:leaves=2-4,derived=6-9,need=8-12,distractors=1-2"),
        ("arithmetic-words", "words:steps=2-4"),
        ("words-long", "words:steps=15-24,operands=2-20,distractors=1-3"),
        (
            "words-shuffled",
            "words:shuffled=true,starts=4-5,steps=15-18,shared=0.15,operands=2-9,limit=20,multiply=1,divide=0"
        ),
    ]

    /// Reads `task`, `name`, or either with knobs: `graph:need=3-5,modulus=23`, `graph-long:names=20`.
    ///
    /// Knobs after a name change that setting.
    public init(_ text: String) throws(TaskError) {
        let (head, knobs) = try Self.parts(text)
        if let kind = TaskKind(rawValue: head) {
            try self.init(kind, knobs: knobs)
            return
        }
        guard let named = Self.named.first(where: { $0.name == head }) else {
            let names = TaskKind.allCases.map(\.rawValue) + Self.named.map(\.name)
            throw TaskError(
                "there is no task '\(head)'. There are \(names.joined(separator: ", ")). A file's name has a / in it, as "
                    + "./data.txt, or ends in .jsonl.")
        }
        let (task, base) = try Self.parts(named.text)
        guard let kind = TaskKind(rawValue: task) else { preconditionFailure("\(named.name) names no task") }
        try self.init(kind, knobs: base.merging(knobs) { $1 })
    }

    private static func parts(_ text: String) throws(TaskError) -> (head: String, knobs: [String: String]) {
        let pieces = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        var knobs: [String: String] = [:]
        guard pieces.count == 2 else { return (text, knobs) }
        for entry in pieces[1].split(separator: ",", omittingEmptySubsequences: false) {
            let sides = entry.split(separator: "=", omittingEmptySubsequences: false).map { String($0) }
            guard sides.count == 2 else {
                throw TaskError("'\(entry)' in '\(text)' sets no knob. Write knobs as in graph:need=3-5,modulus=23.")
            }
            guard knobs.updateValue(sides[1], forKey: sides[0]) == nil else {
                throw TaskError("'\(text)' sets \(sides[0]) twice. Leave one out.")
            }
        }
        return (pieces[0], knobs)
    }

    /// The task with the value of every knob; reading it gives the same setting.
    public var description: String {
        let values: [KnobValue] =
            switch self {
            case .chain(let setting): setting.values
            case .countdown(let setting): setting.values
            case .graph(let setting): setting.values
            case .words(let setting): setting.values
            }
        return kind.rawValue + ":" + values.map { "\($0.name)=\($0.text)" }.joined(separator: ",")
    }
}
