import Rewards
import Rollouts
import Sampling
import Wire

/// How to ablate steps, as given in a request.
struct AblationOptions: Sendable {
    enum Mode: Sendable {
        case hide, resample
    }

    /// The most steps a request may name. Each costs passes over the response and sampling.
    private static let namedLimit = 256
    private static let sampleLimit: Int32 = 64
    private static let usualSamples = 8

    var mode = Mode.hide
    /// Empty means all steps that can be ablated, or the most influential if there are too many.
    var steps: [Int32] = []
    var samples = AblationOptions.usualSamples
    /// Allows for the whole context, unless the request has a limit.
    var sampling: SamplingParameters
    /// Whether the request limits the length of continuations.
    var limitsTokens: Bool
    /// Nil means a box if the response has one, otherwise the last line.
    var answer: StatedAnswer.Form?

    init(_ request: V1.AblateRequest, for info: PolicyInfo, _ problems: inout FieldProblems) {
        if case .generate(let options) = request.input?.response, request.sampling == nil {
            // A response generated here is continued with the options it was sampled with. Problems with `input` are
            // reported where it is read.
            var known = FieldProblems()
            sampling = info.resolve(options, given: nil, path: "input.generate", &known)
            limitsTokens = options.maxTokens != nil
        } else {
            sampling = info.resolve(request.sampling, given: nil, path: "sampling", &problems)
            limitsTokens = request.sampling?.maxTokens != nil
        }
        readSteps(request.steps, &problems)
        readMode(request.mode, &problems)
        readAnswer(request.answer, &problems)
        if let count = request.samples {
            let least: Int32 = mode == .resample ? 1 : 0
            samples = Int(
                problems.value(
                    count, in: least...Self.sampleLimit, or: least, "samples",
                    "\(count) continuations. Draw \(least) to \(Self.sampleLimit)."))
        }
        problems.require(
            samples == 0 || sampling.maxTokens > 0, "sampling.max_tokens", value: "\(sampling.maxTokens)",
            "Continuations of no tokens have no answer. Give at least 1, or samples 0.")
    }

    private mutating func readSteps(_ steps: [Int32], _ problems: inout FieldProblems) {
        if steps.count > Self.namedLimit {
            problems.add(
                "steps", value: "\(steps.count)",
                "\(steps.count) steps. Name at most \(Self.namedLimit), or none for those that can be judged.")
            return
        }
        var seen = Set<Int32>()
        if let index = steps.firstIndex(where: { !seen.insert($0).inserted }) {
            problems.add("steps[\(index)]", value: "\(steps[index])", "Step \(steps[index]) is named twice.")
        }
        self.steps = steps
    }

    private mutating func readMode(_ mode: V1.AblationMode, _ problems: inout FieldProblems) {
        switch mode {
        case .unspecified, .hide: self.mode = .hide
        case .resample: self.mode = .resample
        default:
            problems.add("mode", value: "\(mode.rawValue)", "\(mode.rawValue) is not a mode this server knows.")
        }
    }

    private mutating func readAnswer(_ form: V1.AnswerForm, _ problems: inout FieldProblems) {
        switch form {
        case .unspecified: answer = nil
        case .boxed: answer = .boxed
        case .lastLine: answer = .lastLine
        default:
            problems.add(
                "answer", value: "\(form.rawValue)", "\(form.rawValue) is not a form of answer this server knows.")
        }
    }
}
