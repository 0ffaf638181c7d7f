/// A label and its value, which tell a metric's series apart.
struct Label: Hashable, Comparable {
    let name: String
    let value: String

    static func < (a: Label, b: Label) -> Bool { (a.name, a.value) < (b.name, b.value) }
}

extension Metric {
    /// The name its values are listed under; a histogram's have further suffixes.
    var seriesName: String { kind == .counter && !name.hasSuffix("_total") ? "\(name)_total" : name }
}

/// Prometheus's text format.
struct ExpositionText {
    private(set) var text = ""

    mutating func begin(_ metric: Metric) {
        let help = metric.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        if !help.isEmpty { text += "# HELP \(metric.seriesName) \(help)\n" }
        text += "# TYPE \(metric.seriesName) \(metric.kind.name)\n"
    }

    mutating func add(_ name: String, _ labels: [Label], _ value: String) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }
}

extension Metric.Kind {
    fileprivate var name: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}
