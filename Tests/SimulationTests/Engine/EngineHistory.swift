import Basics
import TestSupport

@testable import Rollouts

/// What happens to a simulated engine, in order. All of it follows from the seed, and any part of it can be left out.
struct EngineHistory {
    enum Event: CustomStringConvertible {
        case submit(SimulatedRequest)
        case cancel(Int, ofTask: Bool)
        case stopReading(Int)
        case readAgain(Int)
        case turns(Int)
        case clock(seconds: Int)
        /// Loads the policy again if it was unloaded.
        case load(policy: Int)
        case addVersion(policy: Int)
        case stage(policy: Int)
        case publish(policy: Int)
        /// `choice` selects among the versions there are.
        case serve(policy: Int, choice: Int)
        case retire(policy: Int, choice: Int)
        case unload(policy: Int)
        case drain(policy: Int)
        case pause(Engine.PauseMode)
        case resume
        /// No more requests are taken, and all end.
        case stop
        /// The same, and the engine's thread ends.
        case destroy

        var description: String {
            switch self {
            case .submit(let request): "\(request)"
            case .cancel(let number, let ofTask): "cancel request \(number)\(ofTask ? " by its task" : "")"
            case .stopReading(let number): "stop reading request \(number)"
            case .readAgain(let number): "read request \(number) again"
            case .turns(let count): "\(count) turns"
            case .clock(let seconds): "\(seconds) seconds pass"
            case .load(let policy): "load policy \(policy)"
            case .addVersion(let policy): "add a version of policy \(policy)"
            case .stage(let policy): "stage a version of policy \(policy)"
            case .publish(let policy): "publish the version of policy \(policy) staged last"
            case .serve(let policy, let choice): "serve another version of policy \(policy) (\(choice))"
            case .retire(let policy, let choice): "retire a version of policy \(policy) (\(choice))"
            case .unload(let policy): "unload policy \(policy)"
            case .drain(let policy): "drain policy \(policy)"
            case .pause(let mode): "pause: \(mode)"
            case .resume: "resume"
            case .stop: "stop"
            case .destroy: "destroy the engine"
            }
        }
    }

    let seed: UInt64
    let setting: EngineSetting
    var events: [Event] = []

    init(seed: UInt64) {
        self.seed = seed
        var random = SplitMix(state: SplitMix.mix(seed))
        setting = EngineSetting(&random)
        var requests = 0
        for _ in 0..<10 + random.next(below: 70) {
            events.append(Self.event(setting, &requests, &random))
        }
    }

    private static func event(_ setting: EngineSetting, _ requests: inout Int, _ random: inout SplitMix) -> Event {
        let policy = random.next(below: setting.blocks.count), number = random.next(below: max(requests, 1))
        switch random.next(below: 100) {
        case ..<38:
            requests += 1
            return .submit(SimulatedRequest(number: requests - 1, setting, &random))
        case ..<66: return .turns(1 + random.next(below: [2, 10, 60][random.next(below: 3)]))
        case ..<72: return .cancel(number, ofTask: random.next(below: 2) == 0)
        case ..<77: return .stopReading(number)
        case ..<82: return .readAgain(number)
        case ..<83: return .clock(seconds: random.next(below: 40))
        case ..<84: return .load(policy: policy)
        case ..<86: return .addVersion(policy: policy)
        case ..<88: return .stage(policy: policy)
        case ..<89: return .publish(policy: policy)
        case ..<91: return .serve(policy: policy, choice: random.next(below: 8))
        case ..<93: return .retire(policy: policy, choice: random.next(below: 8))
        case ..<94: return random.next(below: 2) == 0 ? .unload(policy: policy) : .drain(policy: policy)
        case ..<96: return .pause([.keep, .wait, .abort][random.next(below: 3)])
        case ..<99: return .resume
        default: return random.next(below: 3) > 0 ? .resume : random.next(below: 2) == 0 ? .stop : .destroy
        }
    }
}
