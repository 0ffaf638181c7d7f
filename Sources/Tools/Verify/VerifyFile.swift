import JSONCoding

/// Records of a file in JSON lines, and what is wrong with the lines that are none.
struct VerifyFile {
    /// Counted from 1, blank lines included.
    private(set) var records: [(line: Int, record: VerifyRecord)] = []
    /// Each names file, line, field and remedy.
    private(set) var problems: [String] = []

    init(text: String, name: String) {
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            guard !line.allSatisfy(\.isWhitespace) else { continue }
            do {
                records.append((number, try VerifyRecord(JSONReader.parse(Array(line.utf8)))))
            } catch let problem as VerifyRecord.Problem {
                problems.append("\(name):\(number): \(problem.field) \(problem.message)")
            } catch {
                problems.append("\(name):\(number): is not JSON. Give one JSON object on each line.")
            }
        }
    }
}
