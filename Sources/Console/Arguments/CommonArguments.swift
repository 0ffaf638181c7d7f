package import ArgumentParser
package import JSONCoding

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

    /// Writes a result, for people as `lines`.
    package func show(_ value: @autoclosure () -> JSONValue, lines: () -> [String]) {
        switch self {
        case .json: Output.data.line(value().pretty)
        case .jsonl: Output.data.line(value().compact)
        case .table: for line in lines() { Output.data.line(line) }
        }
    }

    /// Writes results, as one JSON array or each in a line of its own, for people as `lines`.
    package func show(each values: @autoclosure () -> [JSONValue], lines: () -> [String]) {
        switch self {
        case .json: Output.data.line(JSONValue.array(values()).pretty)
        case .jsonl: for value in values() { Output.data.line(value.compact) }
        case .table: for line in lines() { Output.data.line(line) }
        }
    }
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
