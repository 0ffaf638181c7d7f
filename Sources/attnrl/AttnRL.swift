import ArgumentParser

@main
struct AttnRL: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attnrl", abstract: "Serve a reasoning model and see where its attention says the reasoning turns.")
}
