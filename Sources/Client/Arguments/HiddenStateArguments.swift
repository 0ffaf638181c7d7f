import ArgumentParser
import Wire

/// Which hidden states are returned, if any.
struct HiddenStateArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Hidden states of this layer, as means over each step: 0 is the embedding, 'last' the last layer's after the "
                + "final norm.", valueName: "layer"))
    var hiddenStates: LayerChoice?

    var message: V1.HiddenStateOptions? { hiddenStates.map(Self.message) }

    static func message(_ choice: LayerChoice) -> V1.HiddenStateOptions {
        var message = V1.HiddenStateOptions()
        if case .number(let layer) = choice { message.layer = layer }
        return message
    }
}

/// A layer by its number, or the last one.
enum LayerChoice: ExpressibleByArgument, Equatable, CustomStringConvertible {
    case last
    case number(Int32)

    init?(argument: String) {
        if argument == "last" {
            self = .last
        } else if let number = Int32(argument), number >= 0 {
            self = .number(number)
        } else {
            return nil
        }
    }

    var description: String {
        switch self {
        case .last: "last"
        case .number(let layer): "\(layer)"
        }
    }
}
