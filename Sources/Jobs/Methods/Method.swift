package import JSONCoding

/// A method that can be used here: what it is, where it comes from, and what to expect of it.
///
/// `attnrl methods`, the table in README.md and the one in docs/methods/README.md are made of these. An entry is added to
/// the list of its group, in the file `Method+Group.swift`, and nowhere else.
package struct Method: Sendable {
    /// How it is chosen.
    package enum Choice: Sendable {
        /// A value of a field of a job's specification.
        case field(_ path: String, _ value: String)
        /// A command of the program.
        case command(String)
    }

    package struct Paper: Sendable {
        package let title: String
        /// The number in `arXiv:2509.26628`.
        package let arXiv: String

        init(_ title: String, _ arXiv: String) {
            self.title = title
            self.arXiv = arXiv
        }
    }

    /// Unlike every other method's.
    package let name: String
    /// What it does, in a few words without a full stop.
    package let summary: String
    /// Where it comes from; nil for what is this project's, or common knowledge.
    package let paper: Paper?
    package let choice: Choice
    /// What has to be there: data, a kind of reward, a trained head.
    package let needs: String
    /// Tokens, seconds and memory beside plain GRPO.
    package let costs: String
    /// What was measured here, whatever came out.
    package let seen: String
    /// The file in examples/ that uses it.
    package let example: String
    /// What to change in the example, as `--set` takes it; for examples that do not choose the method themselves.
    package let changes: [String]
    /// The file in docs/methods/ that explains it.
    package let page: String

    /// - Parameters:
    ///   - example: Without folder and ending.
    ///   - page: Without folder and ending; nil for one of the method's name.
    init(
        _ name: String, _ summary: String, paper: Paper? = nil, _ choice: Choice, needs: String, costs: String,
        seen: String, example: String, changes: [String] = [], page: String? = nil
    ) {
        self.name = name
        self.summary = summary
        self.paper = paper
        self.choice = choice
        self.needs = needs
        self.costs = costs
        self.seen = seen
        self.example = "examples/\(example).yaml"
        self.changes = changes
        self.page = "docs/methods/\(page ?? name).md"
    }

    /// The choice as written in a specification or a shell.
    package var chosenBy: String {
        switch choice {
        case .field(let path, let value): "\(path): \(value)"
        case .command(let command): command
        }
    }

    /// The command that tries it.
    package var trial: String {
        switch choice {
        case .field: (["attnrl job create -f \(example)"] + changes.map { "--set \($0)" }).joined(separator: " ")
        case .command(let command): command
        }
    }

    package var json: JSONValue {
        .fields([
            "name": .string(name), "summary": .string(summary),
            "paper": paper.map { .fields(["title": .string($0.title), "arxiv": .string($0.arXiv)]) },
            "chosen_by": .string(chosenBy), "needs": .string(needs), "costs": .string(costs), "seen": .string(seen),
            "example": .string(example), "try": .string(trial), "page": .string(page),
        ])
    }
}
