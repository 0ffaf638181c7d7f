import Foundation
import TestSupport
import Testing

@testable import Jobs

@Suite("JobSpecification")
struct JobSpecificationTests {
    private static let shortest = "kind: grpo\ndata: {train: 'graph:need=8-12'}\nsteps: 10\n"

    /// The problems of a text, as `path: reason`.
    private func problems(_ text: String) -> [SpecificationProblem] {
        do {
            _ = try JobSpecification(text: text)
            return []
        } catch {
            return error.problems
        }
    }

    @Test("What is not written keeps the default of its kind")
    func defaults() throws {
        let grpo = try JobSpecification(text: Self.shortest)
        var expected = JobSpecification(kind: .grpo)
        expected.data.train = "graph:need=8-12"
        expected.steps = 10
        #expect(grpo == expected)
        #expect(grpo.optimizer.learningRate == 1e-6)
        let sft = try JobSpecification(text: "kind: sft\ndata: {train: a.jsonl}\nepochs: 2\n")
        #expect(sft.optimizer.learningRate == 1e-5)
        #expect(sft.epochs == 2)
    }

    @Test("The paper's constants are the defaults")
    func paperDefaults() {
        let loss = JobSpecification(kind: .grpo).loss
        #expect(loss.clipLow == 0.2)
        #expect(loss.clipHigh == 0.28)
        #expect(loss.dualClip == 3)
        #expect(loss.klCoefficient == 0.001)
        #expect(loss.entropyCoefficient == 0)
        #expect(JobSpecification(kind: .grpo).optimizer.clipNorm == 1)
    }

    @Test("How losses add up follows from advantage and loss where it is not set")
    func aggregations() throws {
        func used(_ loss: String) throws -> LossSpecification.Aggregation {
            try JobSpecification(text: Self.shortest + "loss: {\(loss)}\n").loss.usedAggregation
        }
        #expect(try used("kind: clipped") == .tokenMean)
        #expect(try used("kind: gspo") == .responseMean)
        #expect(try used("advantage: dr_grpo") == .constantLength)
        #expect(try used("kind: gspo, advantage: dr_grpo") == .constantLength)
        #expect(try used("kind: gspo, aggregation: token_mean") == .tokenMean)
        #expect(try JobSpecification(text: Self.shortest + "loss: {kind: dro}\n").loss.usedBeta == 0.05)
        #expect(try JobSpecification(text: Self.shortest + "loss: {kind: dpo}\n").loss.usedBeta == 0.1)
    }

    @Test("YAML and JSON of the same fields read alike, numbers with exponents included")
    func formats() throws {
        let yaml =
            "kind: grpo\nseed: 18446744073709551615\nsteps: 1e3\ndata:\n  train: a.jsonl\n  shuffle: false\n"
            + "optimizer:\n  learning_rate: 1e-6\nrollout:\n  stop: [\"\\n\\n\", end]\n"
        let json =
            #"{"kind": "grpo", "seed": 18446744073709551615, "steps": 1000,"#
            + #" "data": {"train": "a.jsonl", "shuffle": false}, "optimizer": {"learning_rate": 0.000001},"#
            + #" "rollout": {"stop": ["\n\n", "end"]}}"#
        let first = try JobSpecification(text: yaml)
        #expect(first.seed == .max)
        #expect(first.steps == 1000)
        #expect(first.rollout.stop == ["\n\n", "end"])
        #expect(first == (try JobSpecification(text: json)))
    }

    @Test("JSON's escapes of characters beyond the basic plane are read")
    func surrogatePairs() throws {
        let text = #"{"kind": "sft", "name": "\ud83d\ude00", "steps": 1, "data": {"train": "a.jsonl"}}"#
        #expect(try JobSpecification(text: text).name == "😀")
    }

    @Test("A specification written in YAML or JSON reads back as itself", arguments: JobKind.allCases)
    func roundTrip(kind: JobKind) throws {
        var specification = JobSpecification(kind: kind)
        specification.name = "no: \"quotes\"\n\u{85}\u{2028}\u{FEFF}\\ #x"
        specification.policy = "yes"
        specification.seed = .max
        if kind.has(.trains) {
            specification.steps = 12
            specification.epochs = 0.5
            specification.optimizer.learningRate = 0.1 + 0.2
            specification.compute.threads = 3
        }
        if kind.records != .heldOut { specification.data.train = "1e-6" }
        if kind != .rewardModel { specification.data.heldOut = "~" }
        if kind == .warmStart {
            specification.epochs = nil
            specification.warmStart.templates = ["- b"]
        }
        specification.data.system = "- a"
        specification.data.chat = true
        if kind == .grpo { specification.rollout.stop = ["\u{1}", "null", "]"] }
        #expect(try JobSpecification(text: specification.yaml) == specification)
        #expect(try JobSpecification(text: specification.json) == specification)
        _ = try JSONSerialization.jsonObject(with: Data(specification.json.utf8))
    }

    @Test("Everything that is wrong is reported at once, with path, value and remedy")
    func allProblems() {
        let found = problems(
            """
            kind: grpo
            stepps: 3
            data: {train: 7, shuffle: maybe}
            optimizer: {learning_rat: 1e-6, beta1: 1.5, clip_norm: .nan}
            loss: 3
            learning_rate: 2
            batch: {sequences_per_step: 4}
            reward: {kind: mth, pattern: x}
            """)
        let byPath = Dictionary(grouping: found, by: \.path).mapValues { $0[0] }
        #expect(byPath["stepps"]?.reason.contains("Did you mean steps?") == true)
        #expect(byPath["data.train"]?.value == "7")
        #expect(byPath["data.shuffle"]?.reason.contains("true or false") == true)
        #expect(byPath["optimizer.learning_rat"]?.reason.contains("optimizer.learning_rate") == true)
        #expect(byPath["optimizer.beta1"]?.reason == "1.5 is out of range. Give 0 to 0.999999.")
        #expect(byPath["optimizer.clip_norm"]?.reason.contains("nan is out of range") == true)
        #expect(byPath["loss"]?.reason.contains("Write a section") == true)
        #expect(byPath["learning_rate"]?.reason.contains("There is optimizer.learning_rate") == true)
        #expect(byPath["batch.sequences_per_step"]?.reason.contains("only to sft") == true)
        #expect(byPath["reward.kind"]?.reason.contains("Did you mean math?") == true)
        // Whether anything reads it depends on a kind that nobody knows.
        #expect(byPath["reward.pattern"] == nil)
        #expect(byPath["steps"]?.reason.contains("when the job is done") == true)
        #expect(found.count == 11)
    }

    @Test("What only augmented data use is refused of others")
    func augmentation() {
        let text = "kind: sft\nsteps: 3\ndata: {train: graph, explore: 0.2}\n"
        #expect(problems(text).map(\.path) == ["data.explore"])
        #expect(problems(text.replacing("explore", with: "augment: behavior_injection, explore")).isEmpty)
    }

    @Test("A missing or unknown kind hides no other problem", arguments: ["", "kind: dpo\n", "kind: 3\n"])
    func unknownKind(line: String) {
        let found = problems(line + "steps: 1\ndata: {train: a}\nseed: -1\n").map(\.path)
        #expect(Set(found) == ["kind", "seed"])
    }

    @Test(
        "Values that do not go together are refused",
        arguments: [
            ("evaluation: {every_steps: 5}", "data.held_out"),
            ("data: {train: a, held_out: b}\nevaluation: {samples: 4}", "evaluation.samples"),
            ("schedule: {warmup_steps: 10}", "schedule.warmup_steps"),
            ("data: {train: a, system: hello}", "data.system"),
            ("data: {train: a, prompt_template: Solve it.}", "data.prompt_template"),
            ("reward: {kind: regex}", "reward.pattern"),
            ("reward: {kind: external}", "reward.external.address"),
            ("reward: {external: {address: 'a:1'}}", "reward.external.address"),
            ("reward: {scores: {correct: 0}}", "reward.scores.correct"),
            ("batch: {minibatches: 9}", "batch.minibatches"),
            ("sampling: {tau: 0.1}", "sampling.tau"),
            ("sampling: {pool: 12}", "sampling.pool"),
            ("sampling: {pre_rollouts: 2}", "sampling.pre_rollouts"),
            ("sampling: {refresh_steps: 2}", "sampling.refresh_steps"),
            ("sampling: {prior: 0}", "sampling.prior"),
            ("sampling: {decay: 0.5}", "sampling.decay"),
            ("sampling: {prompts: cures}\nepochs: 2", "epochs"),
            ("sampling: {pre_rollouts: 0}\nrollout: {allocation: cures}", "sampling.pre_rollouts"),
            (
                "sampling: {prompts: cures, pre_rollouts: 0}\nrollout: {allocation: cures_gradient}",
                "sampling.pre_rollouts"
            ),
            ("rollout: {min_rollouts: 4}", "rollout.min_rollouts"),
            ("rollout: {max_rollouts: 12}", "rollout.max_rollouts"),
            ("rollout: {allocation: cures, min_rollouts: 9}", "rollout.min_rollouts"),
            ("rollout: {allocation: cures, max_rollouts: 7}", "rollout.max_rollouts"),
            ("rollout: {allocation: esrl, min_rollouts: 9, max_rollouts: 4}", "rollout.min_rollouts"),
            ("rollout: {temperature_low: 1}", "rollout.temperature_low"),
            ("rollout: {allocation: esrl, temperature_high: 1}", "rollout.temperature_high"),
            ("rollout: {allocation: esrl, temperature_low: 1, temperature_high: 0.5}", "rollout.temperature_low"),
            ("rollout: {ability_smoothing: 0.5}", "rollout.ability_smoothing"),
            ("evaluation: {axes: [plan]}", "evaluation.axes"),
            ("evaluation: {plan_template: '{prompt} {plan}'}", "evaluation.plan_template"),
            (
                "data: {train: a, held_out: b}\nevaluation: {axes: [facts], facts_template: '{facts}'}",
                "evaluation.facts_template"
            ),
            ("curriculum: {blocks: 3}", "curriculum.blocks"),
            ("curriculum: {kind: hint_scaffold}\nsampling: {prompts: cures}", "curriculum.kind"),
            ("curriculum: {kind: hint_scaffold}\nepochs: 2", "epochs"),
            ("reward: {window: 10}", "reward.window"),
            ("reward: {normalisation: fifo}\nsampling: {dynamic: true}", "reward.normalisation"),
            (
                "reward: {normalisation: fifo, window: 15}\nbatch: {prompts_per_step: 2}\nrollout: {group_size: 8}",
                "reward.window"
            ),
            ("rollout: {allocation: esrl, min_rollouts: 1, max_rollouts: 1}", "rollout.max_rollouts"),
            ("loss: {advantage: parent}", "loss.advantage"),
            ("loss: {kind: dpo, advantage: leave_one_out}", "loss.advantage"),
            ("loss: {kind: dpo, aggregation: token_mean}", "loss.aggregation"),
            ("loss: {kind: dpo, entropy_coefficient: 0.1}", "loss.entropy_coefficient"),
            ("loss: {kind: gspo, beta: 0.1}", "loss.beta"),
            ("loss: {kind: dpo, entropy_target: 1}", "loss.entropy_target"),
            ("loss: {entropy_step: 0.1}", "loss.entropy_step"),
            ("reward: {normalisation: fifo}\nloss: {advantage: leave_one_out}", "reward.normalisation"),
            ("reward: {normalisation: fifo}\nloss: {kind: dpo}", "reward.normalisation"),
            ("reward: {length: {overlong_buffer: 513}}", "reward.length.overlong_buffer"),
            ("reward: {length: {overlong_factor: 0.5}}", "reward.length.overlong_factor"),
            ("reward: {length: {penalty: 1}}", "reward.length.penalty"),
            ("loss: {kind: dpo, kl_coefficient: 0.05}", "loss.kl_coefficient"),
        ])
    func contradictions(lines: String, path: String) {
        let base = lines.contains("data:") ? "" : "data: {train: a}\n"
        #expect(problems("kind: grpo\nsteps: 10\n" + base + lines).map(\.path) == [path])
    }

    @Test(
        "A value that nothing reads is refused by its field, and not where it is the default or something reads it",
        arguments: [
            ("grpo", "loss: {kind: importance_sampling, %}", "clip_low: 0.1", "loss: {%}"),
            ("grpo", "loss: {kind: dro, %}", "clip_high: 0.1", "loss: {kind: cispo, %}"),
            ("grpo", "loss: {kind: cispo, %}", "clip_low: 0.1", "loss: {kind: gspo, %}"),
            ("grpo", "loss: {kind: gspo, %}", "dual_clip: 2", "loss: {kind: clipped, %}"),
            ("grpo", "loss: {kind: dpo, %}", "dual_clip: 2", "loss: {%}"),
            ("grpo", "loss: {kind: dpo, %}", "entropy_coefficient: 0.1", "loss: {kind: dro, %}"),
            ("grpo", "loss: {advantage: leave_one_out, %}", "advantage_normalisation: none", "loss: {%}"),
            ("grpo", "loss: {advantage: dr_grpo, %}", "advantage_normalisation: none", "loss: {%}"),
            ("grpo", "loss: {%}", "beta: 0.2", "loss: {kind: dro, %}"),
            ("grpo", "sampling: {%}", "max_rounds: 3", "sampling: {dynamic: true, %}"),
            ("grpo", "sampling: {%}", "prior: 3", "rollout: {allocation: cures}\nsampling: {%}"),
            ("grpo", "reward: {kind: learned, model: job-1, length: {%}}", "penalty: 0.2", "reward: {length: {%}}"),
            (
                "grpo", "reward: {kind: learned, model: job-1, %}", "requires_sound_steps: true",
                "reward: {kind: task, %}"
            ),
            ("grpo", "reward: {kind: learned, model: job-1, scores: {%}}", "correct: 2", "reward: {scores: {%}}"),
            ("grpo", "optimizer: {%}", "momentum: 0.5", "optimizer: {kind: muon, %}"),
            ("grpo", "schedule: {%}", "floor: 0.5", "schedule: {decay: linear, %}"),
            ("grpo", "feedback: {%}", "capacity: 8", "feedback: {enabled: true, %}"),
            ("grpo", "adapter: {%}", "alpha: 8", "adapter: {rank: 4, %}"),
            ("attnrl", "branching: {strategy: token_entropy, %}", "quantile: 0.5", "branching: {strategy: excess, %}"),
            (
                "attnrl", "branching: {bonus: latent_novelty, %}", "bonus_weight: 0.5",
                "branching: {bonus: latent_novelty, bonus_use: reward, %}"
            ),
            ("attnrl", "branching: {%}", "bonus_use: reward", "branching: {bonus: latent_novelty, %}"),
            ("attnrl", "adaptive: {batch: false, %}", "smoothing: 0.5", "adaptive: {%}"),
            ("attnrl", "trees: {every_steps: 0, %}", "per_step: 2", "trees: {%}"),
            ("direct_advantage", "branching: {%}", "tie_gap: 0.1", "branching: {strategy: latr, %}"),
            ("direct_advantage", "critic: {%}", "ridge: 0.5", "loss: {values: critic}\ncritic: {%}"),
            (
                "evaluate", "evaluation: {%}", "gradient_rank: 2",
                "evaluation: {gradient_prompts: 4, samples: 4, temperature: 1, %}"
            ),
        ])
    func unused(kind: String, without: String, field: String, with: String) throws {
        let data = kind == "evaluate" ? "data: {held_out: a}\n" : "steps: 9\ndata: {train: a}\n"
        func problems(_ lines: String, _ field: String) -> [SpecificationProblem] {
            self.problems("kind: \(kind)\n" + data + lines.replacing("%", with: field) + "\n")
        }
        let found = problems(without, field), name = field.prefix { $0 != ":" }
        #expect(found.count == 1 && found.allSatisfy { $0.path.hasSuffix("." + name) && !$0.value.isEmpty })
        #expect(found.allSatisfy { $0.reason.hasPrefix("It counts only with ") })
        #expect(problems(with, field).isEmpty && problems(without, "").isEmpty)
        let row = try #require(FieldTable.rows.first { $0.path == found.first?.path })
        #expect(row.meaning.contains(" Only with `"))
    }

    @Test("A specification that was accepted with a value that nothing reads can still be read from the store")
    func stored() throws {
        let text = "kind: grpo\nsteps: 9\ndata: {train: a}\nloss: {kind: dro, dual_clip: 2}\n"
        #expect(problems(text).map(\.path) == ["loss.dual_clip"])
        #expect(try JobSpecification(stored: text).loss.dualClip == 2)
        #expect(throws: SpecificationProblems.self) { try JobSpecification(stored: text + "nonsense: 3\n") }
    }

    @Test("A learned reward knows no failures for pivots to be chosen among")
    func pivots() {
        let text = "kind: attnrl\nsteps: 9\ndata: {train: a}\nbranching: {strategy: pivot}\n"
        #expect(problems(text).isEmpty)
        #expect(problems(text + "reward: {kind: learned, model: job-1}\n").map(\.path) == ["branching.strategy"])
    }

    @Test(
        "What does not go together in a tree job is refused by field",
        arguments: [
            ("branching: {min_gap_tokens: 5, min_gap_fraction: 0.1}", "branching.min_gap_fraction"),
            ("branching: {min_gap_tokens: 512}\nrollout: {max_tokens: 300}", "branching.min_gap_tokens"),
            ("adaptive: {max_prompts: 4}\nbatch: {prompts_per_step: 8}", "adaptive.max_prompts"),
            ("adaptive: {batch: false, target_rows: 64}", "adaptive.target_rows"),
            ("adaptive: {branched_rollouts: 9}", "adaptive.branched_rollouts"),
            ("feedback: {enabled: true}", "feedback.enabled"),
            ("sampling: {dynamic: true}", "sampling.dynamic"),
            ("batch: {minibatches: 9}", "batch.minibatches"),
            ("loss: {advantage: group_mean}", "loss.advantage"),
            ("branching: {depth_exponent: 3}", "branching.depth_exponent"),
            ("branching: {lookahead: 8}", "branching.lookahead"),
            ("branching: {strategy: latr}\nrollout: {stop: [x]}", "rollout.stop"),
            ("loss: {advantage: dr_grpo}", "loss.advantage"),
        ])
    func treeContradictions(lines: String, path: String) {
        let found = problems("kind: attnrl\nsteps: 5\ndata: {train: graph}\n" + lines + "\n")
        #expect(found.map(\.path) == [path])
    }

    @Test("A critic that alone would learn in all steps is refused, and so is one of another kind")
    func critic() {
        func paths(_ lines: String, kind: String = "direct_advantage") -> [String] {
            problems("kind: \(kind)\nsteps: 5\ndata: {train: graph}\n" + lines + "\n").map(\.path)
        }
        #expect(paths("loss: {values: critic}") == ["critic.warmup_steps"])
        #expect(paths("loss: {values: critic}\ncritic: {warmup_steps: 4}").isEmpty)
        #expect(paths("loss: {values: critic}\ncritic: {warmup_steps: 4, branches: 1}") == ["critic.branches"])
        #expect(paths("loss: {values: critic}", kind: "treerl") == ["loss.values"])
        #expect(paths("critic: {ridge: 2}", kind: "attnrl").count == 1)
    }

    @Test(
        "What an evaluation has no use for is refused by field, and what it needs is missed",
        arguments: [
            ("", "data.held_out"), ("data: {held_out: a, train: b}", "data.train"),
            ("data: {held_out: a}\nsteps: 3", "steps"),
            ("data: {held_out: a}\noptimizer: {learning_rate: 1e-3}", "optimizer.learning_rate"),
            ("data: {held_out: a}\npublish: {every_steps: 1}", "publish.every_steps"),
            ("data: {held_out: a}\nevaluation: {every_steps: 1}", "evaluation.every_steps"),
            ("data: {held_out: a}\nevaluation: {samples: 4}", "evaluation.samples"),
            ("data: {held_out: a}\nreward: {scores: {correct: 2}}", "reward.scores.correct"),
            ("data: {held_out: a}\nreward: {kind: regex}", "reward.pattern"),
        ])
    func evaluationFields(lines: String, path: String) {
        #expect(problems("kind: evaluate\n" + lines + "\n").map(\.path) == [path])
    }

    @Test(
        "Thinks that nothing would find or tell apart are refused",
        arguments: [
            ("think_open: ''", "abstraction.think_open"), ("think_close: ''", "abstraction.think_close"),
            ("e_steps: 0, explore: 0", "abstraction.e_steps"), ("separator: text", "abstraction.separator_text"),
            ("group_size: 1", "abstraction.group_size"), ("m_steps: 0", "abstraction.m_steps"),
        ])
    func abstraction(fields: String, path: String) {
        let text = "kind: action_abstraction\nsteps: 2\ndata: {train: a}\n"
        #expect(problems(text + "abstraction: {\(fields)}\n").map(\.path) == [path])
        #expect(
            problems(text + "abstraction: {max_latent_tokens: 0, think_open: '', e_steps: 0, explore: 0}\n").isEmpty)
        #expect(
            problems("kind: sft\nsteps: 2\ndata: {train: a}\nabstraction: {explore: 0}\n").map(\.path) == [
                "abstraction.explore"
            ])
    }

    @Test("The examples are specifications without a problem")
    func examples() throws {
        let folder = Fixtures.root.appendingPathComponent("examples")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= 6)
        for file in files.sorted() {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            #expect(problems(text).map { "\(file): \($0)" } == [])
        }
    }

    @Test("A decay without a last step is refused")
    func decayWithoutSteps() {
        let found = problems("kind: sft\nepochs: 1\ndata: {train: a}\nschedule: {decay: cosine}").map(\.path)
        #expect(found == ["schedule.decay"])
    }

    @Test("Changes by path go before what is written")
    func changes() throws {
        let specification = try JobSpecification(
            text: Self.shortest,
            changes: [("optimizer.learning_rate", "3e-5"), ("steps", "20"), ("data.shuffle", "false")])
        #expect(specification.optimizer.learningRate == 3e-5)
        #expect(specification.steps == 20)
        #expect(!specification.data.shuffle)
        #expect(throws: SpecificationProblems(path: "", "")) {
            do {
                _ = try JobSpecification(text: Self.shortest, changes: [("steps.more", "1")])
            } catch let error as SpecificationProblems where error.problems.map(\.path) == ["steps"] {
                throw SpecificationProblems(path: "", "")
            }
        }
    }

    @Test(
        "Texts that are no specification are refused, and none brings the reader down",
        arguments: [
            "", "3", "[1, 2]", "kind: [", "a: 1\na: 2\n", "? {a: 1}\n: 2", "\u{0}", "kind: *x",
            String(repeating: "[", count: 60_000), String(repeating: "- ", count: 30_000),
            String(repeating: "{\"a\":", count: 60_000), String(repeating: "x", count: 2 << 20),
        ])
    func notSpecifications(text: String) {
        #expect(!problems(text).isEmpty)
    }

    @Test("Aliases that stand for billions of values are refused")
    func aliases() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        #expect(problems(text).first?.reason.contains("more than 24 aliases") == true)
        // Keys are compared while the text is composed, before anything can be counted.
        var keys = "a0: &a0 [x, x]\n"
        for level in 1...60 { keys += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(problems(keys + "? *a60\n: 1\n").first?.reason.contains("more than 24 aliases") == true)
        let many =
            "a: &a [" + Array(repeating: "x", count: 600).joined(separator: ", ") + "]\nb: ["
            + Array(repeating: "*a", count: 20).joined(separator: ", ") + "]\n"
        #expect(problems(many).first?.reason.contains("more than 10000 values") == true)
        let multiplication =
            "kind: grpo\nsteps: 1\ndata: {train: '0.5 *a + " + String(repeating: " *b", count: 30) + "'}"
        #expect(problems(multiplication).isEmpty)
    }

    @Test("Texts nested thousands deep, and thousands of unknown fields, are refused at once")
    func large() {
        for text in [
            String(repeating: "[", count: 500_000), String(repeating: "- ", count: 400_000),
            String(repeating: "{a: ", count: 200_000), String(repeating: "? ", count: 400_000),
            String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
            "{\"a\": \"\\ud83d\\ude00\", \"b\": " + String(repeating: "[", count: 100_000),
        ] { #expect(!problems(text).isEmpty) }
        let fields = (0..<9000).map { "field\($0): 1\n" }.joined()
        #expect(problems(fields).count == SpecificationProblems.limit)
    }

    @Test("A job asks for no more responses than a request can have")
    func responses() throws {
        for path in ["rollout.group_size", "evaluation.samples", "branching.continuations"] {
            let text = "kind: attnrl\nsteps: 1\ndata: {train: graph}\nevaluation: {temperature: 1}\n"
            _ = try JobSpecification(text: text, changes: [(path, "256")])
            let problems = #expect(throws: SpecificationProblems.self) {
                try JobSpecification(text: text, changes: [(path, "257")])
            }
            #expect(problems?.problems.map(\.path) == [path])
        }
    }

    @Test("docs/jobs.md has the table of fields as the description makes it")
    func documentedTable() throws {
        let page = try String(contentsOf: Fixtures.root.appendingPathComponent("docs/jobs.md"), encoding: .utf8)
        #expect(
            page.contains(FieldTable.markdown),
            "write what `attnrl job spec --fields markdown` prints into docs/jobs.md")
    }

    @Test("Every field has a path of its own and a meaning")
    func table() {
        let rows = FieldTable.rows
        #expect(Set(rows.map(\.path)).count == rows.count)
        for row in rows { #expect(row.meaning.hasSuffix("."), "\(row.path)") }
    }

    @Test("The default of every field is a value it allows", arguments: JobKind.allCases)
    func allowedDefaults(_ kind: JobKind) {
        // Written out, defaults are checked as what somebody wrote; only what has no default is missing then.
        let found = problems(JobSpecification(kind: kind).yaml).map(\.path)
        #expect(Set(found).isSubset(of: ["data.train", "data.held_out", "steps", ""]), "\(found)")
    }
}
