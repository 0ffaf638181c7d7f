/// What a knob is set to.
struct KnobValue: Sendable, Hashable {
    let name: String
    let text: String
}
