import Foundation
import JSONCoding
import Messages
import TestSupport
import Testing
import Trees
import Wire

@testable import Client
@testable import Console

@Suite("Trees for people and programs")
struct TreeReportTests {
    /// Two responses, the first continued twice from its second step, judged or not.
    static func tree(isJudged: Bool = true) -> V1.Tree {
        var tree = V1.Tree()
        tree.policy = "mini"
        tree.promptIds = [1, 2, 3]
        tree.promptText = "What is 6 * 7?\n"
        let responses: [(fork: Int32?, text: String, count: Int, verdict: V1.RewardVerdict, complete: Bool)] = [
            (nil, "6 * 7 is 6 * 5 + 6 * 2.\n\nThat is 30 + 12, so \\boxed{42}", 40, .correct, true),
            (nil, "I do not know. \u{1B}[2J", 9, .noAnswer, false),
            (18, "That is 30 + 14.\n\n\\boxed{44}", 20, .incorrect, true),
            (18, "So \\boxed{42}", 8, .correct, true),
        ]
        for (index, response) in responses.enumerated() {
            var rollout = V1.TreeRollout()
            rollout.index = Int32(index)
            rollout.ids = Array(repeating: 7, count: response.count)
            rollout.logprobs = Array(repeating: -0.25, count: response.count)
            rollout.entropies = Array(repeating: 0.5, count: response.count)
            rollout.text = response.text
            rollout.version = 3
            rollout.complete = response.complete
            if let offset = response.fork {
                rollout.fork = V1.TreeFork()
                rollout.fork?.offset = offset
            }
            if isJudged {
                rollout.verdict = response.verdict
                rollout.reward = response.verdict == .correct ? 1 : 0
            }
            var first = V1.TreeStep(), second = V1.TreeStep()
            first.start = 0
            second.start = 18
            second.influence = 0.0614
            rollout.steps = [first, second]
            tree.rollouts.append(rollout)
        }
        let nodes: [(parent: Int32?, rollout: Int32?, Range<Int32>, leaves: Int32, value: Double, text: String)] = [
            (nil, nil, 0..<0, 4, 0.5, ""), (0, 0, 0..<18, 3, 2.0 / 3, "6 * 7 is 6 * 5 + 6 * 2.\n\n"),
            (1, 0, 18..<40, 1, 1, "That is 30 + 12, so \\boxed{42}"), (0, 1, 0..<9, 1, 0, "I do not know. \u{1B}[2J"),
            (1, 2, 18..<38, 1, 0, "That is 30 + 14.\n\n\\boxed{44}"), (1, 3, 18..<26, 1, 1, "So \\boxed{42}"),
        ]
        tree.nodes = nodes.map { parent, rollout, tokens, leaves, value, text in
            var node = V1.TreeNode()
            node.parent = parent
            node.rollout = rollout
            node.start = tokens.lowerBound
            node.end = tokens.upperBound
            node.leaves = leaves
            node.value = isJudged ? value : nil
            node.text = text
            return node
        }
        return tree
    }

    private func lines(_ tree: V1.Tree, _ terminal: Terminal) -> [String] {
        TreeReport(tree: TreeRecord(tree), terminal: terminal).lines()
    }

    @Test("A tree at 80 columns")
    func narrow() {
        #expect(
            lines(Self.tree(), Samples.plain(80)).joined(separator: "\n") == #"""
                mini  version 3
                3 prompt tokens, 2 responses, 2 branches from 1 point, 77 tokens drawn
                mean reward 0.500, 2 of 4 right

                value  leaves  tokens  influence  text
                0.500       4  prompt             What is 6 * 7?
                0.667       3  0–18               ├─ 6 * 7 is 6 * 5 + 6 * 2.
                1.000       1  18–40      0.0614  │  ├─ #0 CORRECT That is 30 + 1… so \boxed{42}
                    0       1  18–38              │  ├─ #2 INCORRECT That is 30 +…n\n\boxed{44}
                1.000       1  18–26              │  └─ #3 CORRECT So \boxed{42}
                    0       1  0–9                └─ #1 NO_ANSWER cut I do not know. \e[2J

                value: mean reward of the responses below; tokens: place in the response;
                influence: of the step that was branched; #: a response's end
                """#)
    }

    @Test("Without a judge there are no values")
    func unjudged() {
        let lines = lines(Self.tree(isJudged: false), Samples.plain(80))
        #expect(lines[3] == "leaves  tokens  influence  text")
        #expect(lines[6] == "     1  18–40      0.0614  │  ├─ #0 That is 30 + 12, so \\boxed{42}")
        #expect(!lines.contains { $0.contains("value") || $0.contains("reward") })
    }

    @Test("No line is wider than the terminal, and colour changes nothing but colour", arguments: [60, 80, 120])
    func widths(width: Int) {
        let plain = lines(Self.tree(), Samples.plain(width))
        for line in plain { #expect(TextWidth.of(line) <= width, "\(line)") }
        let coloured = lines(Self.tree(), Terminal(isInteractive: true, hasColour: true, width: width))
        #expect(coloured.map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") } == plain)
        #expect(coloured.contains { $0.contains("\u{1B}[32m") } && coloured.contains { $0.contains("\u{1B}[31m") })
    }

    @Test("A message's JSON is what an archive's record is, field for field", arguments: [true, false])
    func json(isJudged: Bool) throws {
        var tree = Self.tree(isJudged: isJudged)
        if isJudged { tree.step = 10 }
        func object(_ data: Data) throws -> NSDictionary {
            try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
        }
        let record = TreeRecord(tree)
        let written = try object(Data(tree.json.compact.utf8))
        #expect(written == (try object(JSONEncoder().encode(record))))
        #expect(try TreeFile.trees(in: tree.json.compact, name: "t") == [record])
    }

    @Test("Files hold one tree, an array, or a tree on each line")
    func files() throws {
        let json = Self.tree().json, record = TreeRecord(Self.tree())
        #expect(try TreeFile.trees(in: json.pretty, name: "t") == [record])
        #expect(try TreeFile.trees(in: JSONValue.array([json, json]).pretty, name: "t") == [record, record])
        #expect(try TreeFile.trees(in: json.compact + "\n\n" + json.compact + "\n", name: "t") == [record, record])
        // How it was grown may stand beside it.
        let grown = json.adding(["notes": .array([]), "cut": .whole(0)])
        #expect(try TreeFile.trees(in: grown.compact, name: "t") == [record])
    }

    @Test("What is no tree is named with its line and field")
    func badFiles() {
        func message(_ text: String) -> String? {
            do {
                _ = try TreeFile.trees(in: text, name: "t.jsonl")
                return nil
            } catch {
                return (error as? Failure)?.message
            }
        }
        let good = Self.tree().json.compact
        #expect(message("") == "t.jsonl has no trees")
        #expect(message(good + "\nnonsense") == "t.jsonl:2: this is not a tree: it is not JSON")
        #expect(message("{}") == "t.jsonl:1: this is not a tree: it has no policy")
        #expect(
            message(good.replacing("\"complete\":true", with: "\"complete\":1"))
                == "t.jsonl:1: this is not a tree: rollouts[0].complete is of another type")
        #expect(
            message(good.replacing("\"parent\":0", with: "\"parent\":5"))
                == "t.jsonl: this is not a tree: node 1 continues none that comes before it")
    }

    @Test("Progress in one line")
    func progress() {
        var record = ExploreRecord()
        record.add(.started(V1.ExploreStarted()))
        for rollout in Self.tree().rollouts { record.add(.rollout(rollout)) }
        #expect(ExploreProgress.line(record) == "2 responses, 2 branches, 77 tokens, 2 right")
    }

    @Test("Rollouts that ended out of order stand in order")
    func order() {
        var record = ExploreRecord()
        var started = V1.ExploreStarted()
        started.policy = "mini"
        record.add(.started(started))
        for rollout in Self.tree().rollouts.reversed() { record.add(.rollout(rollout)) }
        var note = V1.ExploreNote()
        note.text = "short"
        record.add(.note(note))
        record.add(.finished(V1.ExploreFinished()))
        #expect(record.tree.rollouts.map(\.index) == [0, 1, 2, 3])
        #expect(record.notes == ["short"])
        #expect(record.json.compact.hasPrefix(#"{"policy":"mini","prompt_ids":[]"#))
        #expect(record.json.compact.contains(#""notes":["short"],"rollout_count":0"#))
    }
}
