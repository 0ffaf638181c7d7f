import Console
import JSONCoding

/// One measured figure.
struct BenchFigure: Sendable {
    /// What was measured, such as `decode` or `prefill`.
    let name: String
    let value: Double
    let unit: String
    /// What the figure is relative to, a machine limit or the same work done another way, and the ratio.
    var ratio: (of: String, value: Double)?
    /// The amount of work: lengths, sequences.
    let conditions: String
}

extension BenchFigure {
    var json: JSONValue {
        .fields([
            "name": .string(name), "value": .number(value), "unit": .string(unit),
            "ratio": ratio.map { .number($0.value) }, "ratio_of": ratio.map { .string($0.of) },
            "conditions": .string(conditions),
        ])
    }

    static func table(_ figures: [BenchFigure]) -> Table {
        var table = Table([
            .init(title: "figure"), .init(title: "value", isNumeric: true), .init(title: "unit"),
            .init(title: "ratio", isNumeric: true), .init(title: "of / conditions"),
        ])
        for figure in figures {
            table.add([
                figure.name, Figures.brief(figure.value), figure.unit,
                figure.ratio.map { Figures.brief($0.value) } ?? "",
                [figure.ratio?.of, figure.conditions].compactMap { $0 }.joined(separator: "; "),
            ])
        }
        return table
    }
}
