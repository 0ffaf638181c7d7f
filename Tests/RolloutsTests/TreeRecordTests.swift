import Foundation
import Influence
import Sampling
import TestSupport
import Testing
import Tokenizing
import Trees

@testable import Rollouts

@Suite("Tree records")
struct TreeRecordTests {
    private typealias Rollout = RolloutTree.Rollout
    private typealias Fork = RolloutTree.Fork

    /// A tree of a policy that reads bytes, so that texts can be written out.
    private func record(
        _ fixture: EngineFixture, sampling: SamplingParameters = SamplingParameters(), rewards: [Double?] = [1, 0, 1],
        isComplete: Bool = true
    ) throws -> TreeRecord {
        let policy = try fixture.engine.policy(fixture.name), tokenizer = policy.tokenizer
        func ids(_ text: String) -> [Int32] { tokenizer.encode(text, addSpecialTokens: false) }
        var tree = RolloutTree(prompt: ids("1 + 1"))
        for (text, fork) in [("abcd", nil), ("ef", nil), ("gh", Fork(rollout: 0, offset: ids("ab").count))] {
            let tokens = text.flatMap { ids(String($0)) }
            tree.add(Rollout(tokens: tokens, version: 4, isComplete: isComplete), at: fork)
        }
        for (index, reward) in rewards.enumerated() {
            tree.update(index) {
                $0.reward = reward
                $0.verdict = reward == 1 ? "CORRECT" : ""
                $0.steps = [.init(start: 0, influence: 0), .init(start: 2, influence: 0.5)]
            }
        }
        let texts = TreeTexts(prompt: tree.prompt, policy: policy, sampling: sampling)
        return TreeRecord(tree, texts: texts, policy: policy.name, step: 3)
    }

    @Test("Nodes have their texts and values, and those of a path make up the response")
    func nodes() throws {
        let record = try record(EngineFixture())
        #expect(record.promptText == "1 + 1")
        #expect(record.rollouts.map(\.text) == ["abcd", "ef", "gh"])
        #expect(record.nodes.map(\.text) == ["", "ab", "cd", "ef", "gh"])
        #expect(record.nodes.map(\.parent) == [nil, 0, 1, 0, 1])
        #expect(record.nodes.map(\.leaves) == [3, 2, 1, 1, 1])
        #expect(record.nodes.map(\.value) == [2.0 / 3, 1, 1, 0, 1])
        #expect(record.rollouts.map(\.verdict) == ["CORRECT", nil, "CORRECT"])
        #expect(record.step(at: record.nodes[2])?.influence == 0.5)
        #expect(record.problem == nil)
    }

    @Test("Without a reward for every rollout there are no values")
    func withoutValues() throws {
        let fixture = try EngineFixture()
        #expect(try record(fixture, rewards: [1, nil, 1]).nodes.allSatisfy { $0.value == nil })
        #expect(try record(fixture, rewards: []).nodes.allSatisfy { $0.value == nil })
    }

    @Test("A stop token adds nothing, and a stop text ends the text, where the response ended by one")
    func stops() throws {
        let fixture = try EngineFixture()
        var sampling = SamplingParameters()
        sampling.stopTexts = ["cd", "h"]
        sampling.stopTokens = Set(try fixture.engine.policy("qwen2").tokenizer.encode("f", addSpecialTokens: false))
        let stopped = try record(fixture, sampling: sampling)
        #expect(stopped.rollouts.map(\.text) == ["ab", "e", "g"])
        #expect(stopped.nodes.map(\.text) == ["", "ab", "", "e", "g"])
        let cut = try record(fixture, sampling: sampling, isComplete: false)
        #expect(cut.rollouts.map(\.text) == ["abcd", "ef", "gh"])
    }

    @Test("Texts are those that the engine gave", arguments: EngineTests.names)
    func engineTexts(_ name: String) async throws {
        let fixture = try EngineFixture(name)
        var growth = TreeGrowth(prompt: try fixture.prompt)
        growth.sampling.seed = 5
        growth.sampling.maxTokens = 60
        growth.sampling.stopTexts = ["e", "a"]
        let policy = try fixture.engine.policy(name)
        var texts: [Int: String] = [:]
        let grown = try await TreeExplorer(engine: fixture.engine, policy: policy, growth: growth).grow { event in
            if case .drawn(let index, _, _, let text) = event { texts[index] = text }
        }
        let record = TreeRecord(
            grown.tree, texts: TreeTexts(prompt: growth.prompt, policy: policy, sampling: growth.sampling),
            policy: name)
        #expect(record.rollouts.contains { $0.complete })
        for rollout in record.rollouts { #expect(rollout.text == texts[rollout.index]) }
    }

    @Test("JSON holds a record, under the names of the message")
    func coding() throws {
        let record = try record(EngineFixture())
        let data = try JSONEncoder().encode(record)
        #expect(try JSONDecoder().decode(TreeRecord.self, from: data) == record)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(Set(object.keys) == ["policy", "step", "prompt_ids", "prompt_text", "rollouts", "nodes"])
    }

    @Test("What is no tree is told apart")
    func problems() throws {
        let sound = try record(EngineFixture())
        func problem(_ change: (inout TreeRecord) -> Void) -> String? {
            var record = sound
            change(&record)
            return record.problem
        }
        #expect(problem { $0.nodes = [] } == "it has no nodes")
        #expect(problem { $0.rollouts[2].fork = Fork(rollout: 2, offset: 0) }?.contains("rollout 2 continues") == true)
        #expect(problem { $0.rollouts.swapAt(0, 1) } == "rollout 0 has the index 1")
        #expect(problem { $0.nodes[3].parent = 4 } == "node 3 continues none that comes before it")
        #expect(problem { $0.nodes[0].parent = 0 } == "node 0 continues none that comes before it")
        #expect(problem { $0.nodes[1].rollout = 9 } == "node 1 belongs to no rollout")
        #expect(problem { $0.nodes[1].end = -1 } == "node 1 has tokens 0 to -1")
    }

    @Test("An archive gives back what it was given, and knows its steps")
    func archive() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let archive = TreeArchive(folder: folder), record = try record(EngineFixture())
            #expect(archive.steps.isEmpty)
            try archive.write([record, record], step: 10)
            try archive.write([], step: 2)
            #expect(archive.steps == [2, 10])
            #expect(try archive.trees(ofStep: 10) == [record, record])
            #expect(try archive.trees(ofStep: 2).isEmpty)
            #expect(throws: (any Error).self) { try archive.trees(ofStep: 3) }
        }
    }

    @Test("What a killed process left of an archive's file is gone after the next write")
    func leftovers() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let archive = TreeArchive(folder: folder), trees = archive.file(ofStep: 1).deletingLastPathComponent()
            try archive.write([], step: 1)
            try Data("half a tree".utf8).write(to: trees.appendingPathComponent(".partial"))
            try archive.write([], step: 2)
            let names = try FileManager.default.contentsOfDirectory(atPath: trees.path).sorted()
            #expect(names == ["step-1.jsonl", "step-2.jsonl"])
        }
    }
}
