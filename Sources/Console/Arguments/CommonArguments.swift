package import ArgumentParser

/// Options that every command takes.
package struct CommonArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Read settings from this YAML file.", valueName: "file"))
    package var config: String?

    package init() {}
}

/// How results are written.
package enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people: tables, drawings, and plain text where text is the result.
    case table
    case json, jsonl
}

package struct OutputArguments: ParsableArguments {
    @Option(name: [.short, .long], help: "How to write results: for people, as one JSON value, or as JSON lines.")
    package var output = OutputFormat.table

    package init() {}
}

/// The precision of weights and matrix products, by name. Commands that load a model turn the name into a precision; a
/// server is sent the name.
package enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, float32, bfloat16
}
