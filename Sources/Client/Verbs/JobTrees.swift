import ArgumentParser
import Console
import JSONCoding
import Messages
import Wire

struct JobTrees: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trees",
        abstract: "Print the rollout trees that a job has kept, one JSON line for each.",
        discussion: """
            trees.every_steps and trees.per_step say which a job keeps. With -o json they are
            one array.

            Example:
              attnrl job trees job-1 --step 10 | attnrl tree show -
            """)

    @OptionGroup var job: JobArguments

    @Option(help: ArgumentHelp("Only trees of this step. (default: all that are kept)", valueName: "step"))
    var step: Int64?

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.GetTreesRequest()
        request.job = job.job
        request.step = step
        let finished = request
        var trees: [JSONValue] = []
        let isList = output.output == .json
        func take(_ tree: V1.Tree) {
            if isList { trees.append(tree.json) } else { Output.data.line(tree.json.compact) }
        }
        try await Connection.open(connection) { connection in
            var open: (index: Int32, tree: V1.Tree)?
            for try await message in connection.stream(V1.TrainingService.getTrees, finished) {
                guard let piece = message.tree else { continue }
                if let index = open?.index, index == message.index {
                    open?.tree.append(piece)
                } else {
                    if let tree = open?.tree { take(tree) }
                    open = (message.index, piece)
                }
            }
            if let tree = open?.tree { take(tree) }
        }
        if isList { Output.data.line(JSONValue.array(trees).pretty) }
    }
}
