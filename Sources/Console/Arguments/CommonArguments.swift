package import ArgumentParser

/// Options that every command takes.
package struct CommonArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Read settings from this YAML file.", valueName: "file"))
    package var config: String?

    package init() {}
}

/// How results are written.
package enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people: tables, drawings, and plain text if the result is text.
    case table
    case json, jsonl
}

package struct OutputArguments: ParsableArguments {
    @Option(name: [.short, .long], help: "How to write results: for people, as one JSON value, or as JSON lines.")
    package var output = OutputFormat.table

    package init() {}
}

/// The precision of activations and matrix products, by name. Commands that load a model convert it; servers receive the
/// name.
package enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, float32, bfloat16
}

/// The format of weights in memory, by name, like `PrecisionChoice`.
package enum WeightsChoice: String, ExpressibleByArgument, CaseIterable {
    /// Numbers of the precision.
    case auto
    case q8_0
}
