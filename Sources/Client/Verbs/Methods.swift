import ArgumentParser
import Console
import JSONCoding
import Jobs

struct Methods: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "methods",
        abstract: "List the methods that jobs can use: what they need, what they cost and what was seen.",
        discussion: """
            Examples:
              attnrl methods
              attnrl methods direct_advantage
              attnrl methods -o jsonl | grep 2509.26628
            """)

    /// Tables of documents.
    enum Markdown: String, ExpressibleByArgument, CaseIterable {
        case summaries, expectations
    }

    @Argument(help: ArgumentHelp("Show this method alone.", valueName: "method"))
    var name: String?

    @Option(help: "Print the table of README.md or of docs/methods/README.md instead.")
    var markdown: Markdown?

    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func validate() throws {
        guard let name, MethodCatalogue.named(name) == nil else { return }
        let hint = MethodCatalogue.nearest(to: name).map { " Did you mean \($0)?" } ?? ""
        throw ValidationError("There is no method \"\(SafeText.escaped(name))\".\(hint) `attnrl methods` lists them.")
    }

    func run() {
        if let method = name.flatMap(MethodCatalogue.named) { return show(method) }
        let methods = MethodCatalogue.all
        switch (output.output, markdown) {
        case (.table, .summaries): Output.data.write(MethodCatalogue.summaries)
        case (.table, .expectations): Output.data.write(MethodCatalogue.expectations)
        default: output.output.show(each: methods.map(\.json)) { MethodReport.list(methods, Output.data.terminal) }
        }
    }

    private func show(_ method: Method) {
        output.output.show(method.json) { MethodReport.details(method, Output.data.terminal) }
    }
}
