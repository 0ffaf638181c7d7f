import Jobs
import Policy

extension OptimizerSpecification {
    var settings: OptimizerSettings {
        let adamW = AdamWSettings(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
        switch kind {
        case .adamw: return .adamW(adamW)
        case .muon: return .muon(MuonSettings(momentum: momentum, adamW: adamW))
        }
    }
}
