/// A configurable property of a task: its name, the values it takes, and its default.
public struct Knob: Sendable, Hashable {
    public let name: String
    /// In words, such as "a range within 1-26".
    public let values: String
    public let standard: String
    public let meaning: String
}

/// The value of a knob.
struct KnobValue: Sendable, Hashable {
    let name: String
    let text: String
}
