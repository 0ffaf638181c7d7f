public import ArgumentParser
import Console
import JSONCoding
public import Jobs

struct JobSpec: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spec", abstract: "Print a specification to start from, or the table of all fields.",
        discussion: """
            Examples:
              attnrl job spec grpo > grpo.yaml
              attnrl job spec --fields markdown
              attnrl job spec -o jsonl | grep learning_rate
            """)

    enum Fields: String, ExpressibleByArgument, CaseIterable {
        case table, markdown
    }

    @Argument(help: "The kind of job.")
    var kind = JobKind.grpo

    @Option(help: "Print the table of all fields instead.")
    var fields: Fields?

    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() {
        switch (output.output, fields) {
        case (.json, _): Output.data.line(JSONValue.array(FieldTable.rows.map(\.json)).pretty)
        case (.jsonl, _): for row in FieldTable.rows { Output.data.line(row.json.compact) }
        case (.table, nil): Output.data.write(SpecificationTemplate.yaml(kind: kind))
        case (.table, .markdown): Output.data.write(FieldTable.markdown)
        case (.table, .table): for line in table.lines(Output.data.terminal) { Output.data.line(line) }
        }
    }

    private var table: Table {
        var table = Table([
            .init(title: "field"), .init(title: "default"), .init(title: "range"), .init(title: "from"),
            .init(title: "meaning"),
        ])
        for row in FieldTable.rows {
            let range = row.type.hasPrefix("one of ") ? String(row.type.dropFirst("one of ".count)) : row.range
            table.add([row.path, row.defaultText, range, row.source.rawValue, row.meaning])
        }
        return table
    }
}

extension JobKind: ExpressibleByArgument {}
