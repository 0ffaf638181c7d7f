import Console
import JSONCoding
import Wire

/// A response's hidden states, assembled from the messages they arrived in.
struct HiddenStateRecord: Equatable {
    let layer: Int32
    let width: Int
    let response: [Float]
    let stepsDropped: Bool
    /// Of the steps from 1 on.
    private(set) var steps: [[Float]] = []

    /// Starts with the first message.
    init(_ first: V1.HiddenStates) {
        layer = first.layer
        width = max(Int(first.width), 1)
        response = first.response
        stepsDropped = first.stepsDropped
        append(first)
    }

    /// Appends a message's rows, if they are those that come next: as many as there are values for.
    mutating func append(_ message: V1.HiddenStates) {
        guard Int(message.firstStep) == steps.count + 1 else { return }
        var values = message.values[...]
        while values.count >= width {
            steps.append(Array(values.prefix(width)))
            values = values.dropFirst(width)
        }
    }

    static func collect(_ message: V1.HiddenStates, into states: inout HiddenStateRecord?) {
        if states == nil { states = HiddenStateRecord(message) } else { states?.append(message) }
    }

    var json: JSONValue {
        .fields([
            "layer": .whole(layer), "width": .whole(width), "response": .floats(response),
            "steps": .array(steps.map { .floats($0) }), "steps_dropped": .bool(stepsDropped),
        ])
    }
}

extension V1.HiddenStates {
    var json: JSONValue {
        .fields([
            "layer": .whole(layer), "width": .whole(width), "response": .floats(response),
            "first_step": .whole(firstStep), "row_count": .whole(rowCount), "values": .floats(values),
            "steps_dropped": .bool(stepsDropped),
        ])
    }
}

/// How far apart the steps of a response lie, for people: the states themselves have too many numbers.
struct HiddenStateReport {
    let states: HiddenStateRecord
    let terminal: Terminal

    func lines() -> [String] {
        var lines = [terminal.style(.faint, "hidden states of layer \(states.layer), \(states.width) values each")]
        if states.stepsDropped { return lines + ["Those of steps were left out: there are too many steps."] }
        lines.append(terminal.style(.faint, "   #    norm  to the step before  to the response"))
        for (index, state) in states.steps.enumerated() {
            let before = index > 0 ? Self.text(Self.cosine(state, states.steps[index - 1])) : ""
            lines.append(
                [
                    Self.right("\(index + 1)", 4), Self.right(Figures.brief(Float(Self.norm(state))), 7),
                    Self.right(before, 19), Self.right(Self.text(Self.cosine(state, states.response)), 16),
                ].joined(separator: " "))
        }
        return lines + [
            terminal.style(.faint, "\"to\" is the cosine between two means: 1 where they point the same way")
        ]
    }

    private static func right(_ text: String, _ width: Int) -> String {
        TextWidth.padded(text, to: width, onTheLeft: true)
    }

    private static func text(_ cosine: Double) -> String { cosine.isNaN ? "" : Figures.brief(Float(cosine)) }

    private static func norm(_ state: [Float]) -> Double {
        state.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }

    private static func cosine(_ first: [Float], _ second: [Float]) -> Double {
        zip(first, second).reduce(0) { $0 + Double($1.0) * Double($1.1) } / (norm(first) * norm(second))
    }
}
