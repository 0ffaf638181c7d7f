import Metering
import Rollouts
import Sampling
import TestSupport
import Testing

@Suite("What an engine measures")
struct EngineMetricTests {
    @Test("counts requests, tokens and times of what was computed, under the policy's name")
    func counts() async throws {
        let registry = MetricsRegistry(EngineMetric.all)
        let fixture = try EngineFixture(metrics: registry)
        var request = GenerationRequest(prompt: [5, 6, 7])
        request.count = 2
        request.sampling.maxTokens = 5
        request.sampling.ignoresEndOfSequence = true
        _ = try await fixture.run(request)
        let text = registry.text
        func value(_ series: String) -> String? {
            text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
                .map { String($0.dropFirst(series.utf8.count + 1)) }
        }
        let label = "model_name=\"\(fixture.name)\""
        #expect(value("vllm:prompt_tokens_total{\(label)}") == "3")
        #expect(value("vllm:generation_tokens_total{\(label)}") == "10")
        #expect(value("vllm:request_success_total{finished_reason=\"length\",\(label)}") == "2")
        #expect(value("vllm:time_to_first_token_seconds_count{\(label)}") == "2")
        #expect(value("vllm:inter_token_latency_seconds_count{\(label)}") == "8")
        #expect(value("vllm:e2e_request_latency_seconds_count{\(label)}") == "2")
        #expect(value("vllm:request_generation_tokens_sum{\(label)}") == "10.0")
        #expect(value("attnrl:policy_version{\(label)}") == "1.0")
        #expect(await eventually { registry.text.contains("vllm:num_requests_running{\(label)} 0.0") })
        #expect(registry.text.contains("vllm:num_requests_waiting{\(label)} 0.0"))
    }

    @Test("shows what a paused engine holds, though it came right after a report")
    func paused() async throws {
        let registry = MetricsRegistry(EngineMetric.all)
        let fixture = try EngineFixture(metrics: registry)
        var request = GenerationRequest(prompt: [5, 6, 7])
        request.sampling.maxTokens = 1
        _ = try await fixture.run(request)
        try await fixture.engine.pause()
        let held = try fixture.engine.submit(request)
        let series = "vllm:num_requests_waiting{model_name=\"\(fixture.name)\"}"
        #expect(await eventually { registry.text.contains("\(series) 1.0") })
        fixture.engine.resume()
        for try await _ in held {}
    }
}
