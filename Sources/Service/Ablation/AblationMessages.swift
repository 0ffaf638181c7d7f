import Influence
import Rewards
import Wire

extension V1.AblationStarted {
    init(_ plan: AblationPlan, _ options: AblationOptions) {
        self.init()
        trace = plan.traced.message
        responseIds = plan.response
        mode = V1.AblationMode(options.mode)
        steps = plan.steps.map { Int32(clamping: $0) }
        samples = Int32(clamping: options.samples)
        sampling = V1.SamplingOptions(plan.sampling)
        answerForm = V1.AnswerForm(plan.form)
        answer = plan.answer.text
        answerStart = Int32(clamping: plan.answerTokens.lowerBound)
        answerEnd = Int32(clamping: plan.answerTokens.upperBound)
    }
}

extension V1.AblationMode {
    init(_ mode: AblationOptions.Mode) {
        switch mode {
        case .hide: self = .hide
        case .resample: self = .resample
        }
    }
}

extension V1.AnswerForm {
    init(_ form: StatedAnswer.Form) {
        switch form {
        case .boxed: self = .boxed
        case .lastLine: self = .lastLine
        }
    }
}

extension V1.SampledEffect {
    init(base: Continuations.Drawn, ablated: Continuations.Drawn) {
        self.init()
        let shift = AnswerShift(base: base.answers, ablated: ablated.answers)
        answers = shift.counts.map(V1.AnswerCount.init)
        totalVariation = shift.totalVariation
        divergence = shift.divergence
        changed = shift.changed
        baseUnfinished = Int32(clamping: base.unfinished)
        ablatedUnfinished = Int32(clamping: ablated.unfinished)
    }
}

extension V1.AnswerCount {
    init(_ count: AnswerShift.Count) {
        self.init()
        if case .stated(let text) = count.answer { answer = text }
        withStep = Int32(clamping: count.base)
        withoutStep = Int32(clamping: count.ablated)
    }
}
