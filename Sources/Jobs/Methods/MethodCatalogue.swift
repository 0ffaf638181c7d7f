/// All methods, and the tables of them in documents.
package enum MethodCatalogue {
    /// In the order shown to users: what jobs do, then what goes into them.
    package static let all = Method.jobs + Method.rollouts + Method.branching + Method.learning + Method.measuring

    package static func named(_ name: String) -> Method? { all.first { $0.name == name } }

    /// The name that was probably meant.
    package static func nearest(to name: String) -> String? { Spelling.nearest(to: name, in: all.map(\.name)) }

    /// The table in README.md.
    package static var summaries: String {
        table(["method", "what it does", "chosen by", "example"]) { method in
            let paper = method.paper.map { " ([\($0.arXiv)](https://arxiv.org/abs/\($0.arXiv)))" } ?? ""
            return [
                "[`\(method.name)`](\(method.page))", method.summary + paper, "`\(method.chosenBy)`",
                "[\(fileName(method.example))](\(method.example))",
            ]
        }
    }

    /// The table in docs/methods/README.md.
    package static var expectations: String {
        table(["method", "needs", "costs beside plain GRPO", "what was seen"]) { method in
            ["[`\(method.name)`](\(fileName(method.page)))", method.needs, method.costs, method.seen]
        }
    }

    private static func fileName(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }

    private static func table(_ titles: [String], _ cells: (Method) -> [String]) -> String {
        let heading = "| " + titles.joined(separator: " | ") + " |\n|" + String(repeating: "---|", count: titles.count)
        let rows = all.map { method in
            "| " + cells(method).map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        return ([heading] + rows).joined(separator: "\n") + "\n"
    }
}
