import Basics
import Compute
import Foundation
import ModelFiles
import TestSupport

@testable import Policy

/// One of the adapters that PEFT wrote for the reference policies.
enum AdapterFixture: String, CaseIterable {
    case llama = "llama-all"
    case qwen3 = "qwen3-qv"
    case qwen2 = "qwen2-some"

    /// The reference policy it is on.
    var base: String { String(rawValue.split(separator: "-")[0]) }
    var url: URL { Fixtures.url("adapters/\(rawValue)") }
    var expected: ReferenceTensors {
        get throws { try ReferenceTensors(fixture: "adapters/\(rawValue)/expected.safetensors") }
    }

    func parameters(_ configuration: PolicyConfiguration) throws -> CPUAdapterParameters {
        let directory = try AdapterDirectory(url, base: configuration)
        let parameters = try CPUAdapterParameters(directory.shape, configuration)
        try parameters.read(directory)
        return parameters
    }

    func packed(_ policy: ReferencePolicy, isTrained: Bool = false) throws -> CPUAdapter {
        let weights = try parameters(policy.configuration).packed(
            on: policy.weights, policy.pass.precision, isTrained: isTrained)
        return CPUAdapter.own(weights.adapter!)
    }

    /// An adapter with random matrices.
    static func random(
        _ policy: ReferencePolicy, rank: Int, targets: [AdapterTarget] = AdapterTarget.allCases, seed: UInt64
    ) throws -> CPUAdapter {
        let shape = AdapterShape(rank: rank, alpha: Double(2 * rank), targets: targets, of: policy.configuration)
        let parameters = try CPUAdapterParameters(shape, policy.configuration)
        for (index, parameter) in parameters.parameters.enumerated() {
            let random = CounterRandom(seed: seed, stream: UInt64(index))
            for i in 0..<parameter.count { parameter.values.pointer[i] = Float(0.1 * random.normal(at: UInt64(i))) }
        }
        return CPUAdapter.own(
            try parameters.packed(on: policy.weights, policy.pass.precision, isTrained: false).adapter!)
    }
}
