@testable import Jobs
@testable import Tasks

/// A specification that is accepted must read back the same from what is written of it.
func fuzzSpecification(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    guard let specification = try? JobSpecification(text: text) else { return }
    for written in [specification.yaml, specification.json] {
        let again = try? JobSpecification(text: written)
        precondition(again == specification, "\(specification) was written as \(written)")
    }
}

/// A line of data; every task checks its response.
func fuzzRecord(_ input: [UInt8]) {
    _ = ForeignFormat.reason(input)
    for need in RecordNeed.allCases {
        guard let record = try? DataRecord(line: input, need) else { continue }
        for kind in TaskKind.allCases { _ = try? kind.check(prompt: record.text, response: record.response ?? "") }
    }
}
