import ArgumentParser
import Console
import Foundation
import Wire

/// The response to trace: a given one, or one generated first.
struct ResponseArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The response: a file, - for standard input, or the text itself. Without it, one is generated.",
            valueName: "response"))
    var response: String?

    func input(prompt: V1.Prompt, policy: String, sampling: SamplingArguments) throws -> V1.TraceInput {
        var input = V1.TraceInput()
        input.policy = policy
        input.prompt = prompt
        input.response = try text().map { .text($0) } ?? .generate(sampling.options)
        return input
    }

    /// The contents of the file that the argument names, if there is one; otherwise the argument itself.
    private func text() throws -> String? {
        guard let response else { return nil }
        let isPlace = response == "-" || FileManager.default.fileExists(atPath: response)
        return isPlace ? try InputFile.text(of: response) : response
    }
}
