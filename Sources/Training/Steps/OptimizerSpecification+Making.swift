import Compute
import Jobs
import Policy

extension OptimizerSpecification {
    func make(_ parameters: [Parameter], team: ThreadTeam) throws -> any Optimizer {
        let adamW = AdamW.Settings(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
        switch kind {
        case .adamw: return try AdamW(parameters, settings: adamW, team: team)
        case .muon: return try Muon(parameters, settings: Muon.Settings(momentum: momentum, adamW: adamW), team: team)
        }
    }
}
