/// Something about a task that can be set: its name, what values it takes, and which it has unless told otherwise.
public struct Knob: Sendable, Hashable {
    public let name: String
    /// In words: "a range within 1-26".
    public let values: String
    public let standard: String
    public let meaning: String
}

/// What a knob is set to.
struct KnobValue: Sendable, Hashable {
    let name: String
    let text: String
}
