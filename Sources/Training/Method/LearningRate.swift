public import Jobs

#if canImport(Glibc)
import Glibc
#endif

extension ScheduleSpecification {
    /// The factor on the peak learning rate at step `step`.
    ///
    ///     (step + 1) / warmup                                       during the warm-up
    ///     floor + (1 - floor) f(x),   x = (step - warmup) / (total - warmup)    after it
    ///
    /// with f(x) = 1, 1 - x, or (1 + cos(pi x)) / 2.
    ///
    /// - Parameters:
    ///   - step: From 0.
    ///   - total: Steps of the whole job; nil if the job has no end, in which case the rate does not decay.
    public func share(step: Int, total: Int?) -> Double {
        if step < warmupSteps { return Double(step + 1) / Double(warmupSteps) }
        guard let total, total > warmupSteps else { return 1 }
        let passed = min(Double(step - warmupSteps) / Double(total - warmupSteps), 1)
        let fall: Double =
            switch decay {
            case .constant: 1
            case .linear: 1 - passed
            case .cosine: (1 + cos(.pi * passed)) / 2
            }
        return floor + (1 - floor) * fall
    }
}
