/// An invariant that a simulated history broke.
struct SimulationError: Error, CustomStringConvertible {
    /// The invariant, in few words: a shortened history must break the same one.
    let invariant: String
    let detail: String

    init(_ invariant: String, _ detail: String = "") {
        self.invariant = invariant
        self.detail = detail
    }

    var description: String { detail.isEmpty ? invariant : "\(invariant): \(detail)" }
}

/// Throws unless `holds`.
func require(_ holds: Bool, _ invariant: String, _ detail: @autoclosure () -> String = "") throws(SimulationError) {
    if !holds { throw SimulationError(invariant, detail()) }
}
