import ArgumentParser
import Console
import Foundation
import JSONCoding
import Messages
import Trees
import Wire

struct TreeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree", abstract: "Look at trees in files.", subcommands: [TreeShow.self])
}

struct TreeShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the trees of a file as trees.",
        discussion: """
            Reads what `attnrl explore --save` and `-o json` write, and JSON lines as jobs keep
            them in their folder and `attnrl job trees` prints them.

            Examples:
              attnrl tree show tree.json
              attnrl job trees job-1 --step 10 | attnrl tree show -
              attnrl tree show tree.json --html tree.html
            """)

    @Argument(help: "A file of trees, or - for standard input.")
    var file: String

    @Option(help: ArgumentHelp("Write the tree as one HTML file to look at, and print nothing.", valueName: "file"))
    var html: String?

    @OptionGroup var common: CommonArguments

    func run() throws {
        let name = InputFile.name(of: file)
        let trees = try TreeFile.trees(in: try InputFile.text(of: file), name: name)
        if let html { return try save(trees, of: name, to: html) }
        for (index, tree) in trees.enumerated() {
            if index > 0 { Output.data.line() }
            for line in TreeReport(tree: tree, terminal: Output.data.terminal).lines() { Output.data.line(line) }
        }
    }

    private func save(_ trees: [TreeRecord], of name: String, to html: String) throws {
        guard trees.count == 1 else {
            throw Failure(
                "\(name) has \(trees.count) trees, and an HTML file shows one",
                notes: ["give one of them, as of `head -n 1 \(name) | attnrl tree show - --html \(html)`"])
        }
        let pieces = V1.Tree.pieces(of: trees[0])
        let tree = pieces.dropFirst().reduce(into: pieces[0]) { $0.append($1) }
        try SavedView.write("tree", .fields(["message": tree.jsonValue()]), to: html)
    }
}

/// The trees in a file: one JSON value, or one per line.
enum TreeFile {
    static func trees(in text: String, name: String) throws -> [TreeRecord] {
        let decoder = JSONDecoder()
        if let tree = try? decoder.decode(TreeRecord.self, from: Data(text.utf8)) {
            return [try checked(tree, in: name)]
        }
        if let trees = try? decoder.decode([TreeRecord].self, from: Data(text.utf8)) {
            return try trees.enumerated().map { try checked($1, in: "\(name): tree \($0)") }
        }
        var trees: [TreeRecord] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.allSatisfy(\.isWhitespace) else { continue }
            let place = "\(name):\(index + 1)"
            do {
                trees.append(try checked(decoder.decode(TreeRecord.self, from: Data(line.utf8)), in: place))
            } catch let error as DecodingError {
                throw Failure(
                    "\(place): this is not a tree: \(error.problem)",
                    notes: ["trees are written by `attnrl explore --save FILE` and `attnrl job trees JOB`"])
            }
        }
        guard !trees.isEmpty else { throw Failure("\(name) has no trees") }
        return trees
    }

    /// - Throws: A `Failure` if the tree cannot be drawn.
    static func checked(_ tree: TreeRecord, in place: String = "the answer") throws -> TreeRecord {
        if let problem = tree.problem { throw Failure("\(place): this is not a tree: \(problem)") }
        return tree
    }
}

extension DecodingError {
    /// What is wrong, and with which field.
    fileprivate var problem: String {
        func path(_ context: Context) -> String {
            context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined().trimmingPrefix(
                "."
            )
            .description
        }
        switch self {
        case .keyNotFound(let key, let context):
            let place = path(context)
            return "\(place.isEmpty ? "it" : place) has no \(key.stringValue)"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(path(context)) is of another type"
        default: return "it is not JSON"
        }
    }
}
