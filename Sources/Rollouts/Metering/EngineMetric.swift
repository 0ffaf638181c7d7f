public import Metering

/// An engine's metrics, labelled with `model_name` except for `verdicts`. Those whose names begin with `vllm:` have
/// vLLM's names, meanings and buckets, so dashboards and gateways made for vLLM can read this server too.
///
/// Source: docs.vllm.ai, "Production metrics", version 0.32.
public enum EngineMetric {
    /// The label that holds the policy's name.
    static let policyLabel = "model_name"

    static let running = Metric("vllm:num_requests_running", .gauge, "Responses that are being computed.")
    static let waiting = Metric("vllm:num_requests_waiting", .gauge, "Responses that wait to be computed.")
    static let cacheUse = Metric(
        "vllm:kv_cache_usage_perc", .gauge,
        "Share of the key/value memory that responses use, 0 to 1. What only the prefix cache keeps is free.")
    static let preemptions = Metric(
        "vllm:num_preemptions", .counter, "Responses that were stopped for want of key/value memory.")
    static let promptTokens = Metric("vllm:prompt_tokens", .counter, "Prompt tokens of requests that began.")
    static let generationTokens = Metric("vllm:generation_tokens", .counter, "Tokens drawn.")
    static let prefixQueries = Metric("vllm:prefix_cache_queries", .counter, "Tokens looked up in the prefix cache.")
    static let prefixHits = Metric("vllm:prefix_cache_hits", .counter, "Tokens found there.")
    static let success = Metric(
        "vllm:request_success", .counter, "Responses that ended, by finished_reason: stop, length, abort.")

    static let stepTokens = Metric(
        "vllm:iteration_tokens_total", .histogram([1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384]),
        "Tokens that one step of the engine computed.")
    static let firstToken = Metric(
        "vllm:time_to_first_token_seconds",
        .histogram([
            0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
            2560,
        ]), "From the request to the first token of a response.")
    static let betweenTokens = Metric(
        "vllm:inter_token_latency_seconds", .histogram(tokenTimes), "From one token of a response to the next.")
    static let perToken = Metric(
        "vllm:request_time_per_output_token_seconds", .histogram(tokenTimes),
        "The mean time between a response's tokens.")
    static let latency = Metric(
        "vllm:e2e_request_latency_seconds", .histogram(requestTimes), "From the request to the end of a response.")
    static let queueTime = Metric(
        "vllm:request_queue_time_seconds", .histogram(requestTimes), "From the request until a response is computed.")
    static let inferenceTime = Metric(
        "vllm:request_inference_time_seconds", .histogram(requestTimes),
        "From when a response is first computed to its end.")
    static let prefillTime = Metric(
        "vllm:request_prefill_time_seconds", .histogram(requestTimes),
        "From when a response is first computed to its first token.")
    static let decodeTime = Metric(
        "vllm:request_decode_time_seconds", .histogram(requestTimes), "From a response's first token to its last.")
    static let promptLength = Metric(
        "vllm:request_prompt_tokens", .histogram(counts), "Tokens of the prompt of a request.")
    static let responseLength = Metric(
        "vllm:request_generation_tokens", .histogram(counts), "Tokens drawn for a response.")
    static let mostTokens = Metric(
        "vllm:request_params_max_tokens", .histogram(counts), "How many tokens a request allowed.")
    static let responsesAsked = Metric(
        "vllm:request_params_n", .histogram([1, 2, 5, 10, 20]), "How many responses a request asked for.")

    static let version = Metric("attnrl:policy_version", .gauge, "The version that new requests are computed with.")
    static let capturedTokens = Metric("attnrl:captured_tokens", .counter, "Tokens whose attention was captured.")
    static let closedSteps = Metric("attnrl:reasoning_steps", .counter, "Steps of reasoning that captures closed.")
    static let treeRollouts = Metric(
        "attnrl:tree_rollouts", .counter, "Responses drawn for trees, by where they begin: prompt or branch.")

    static let verdicts = Metric(
        "attnrl:reward_verdicts", .counter, "Responses that were judged for jobs and trees, by verdict.")

    private static let tokenTimes = [
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
    ]
    private static let requestTimes = [
        0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680,
    ]
    private static let counts = Metric.oneTwoFive(upTo: 100_000)

    public static let all: [Metric] = [
        running, waiting, cacheUse, preemptions, promptTokens, generationTokens, prefixQueries, prefixHits, success,
        stepTokens, firstToken, betweenTokens, perToken, latency, queueTime, inferenceTime, prefillTime, decodeTime,
        promptLength, responseLength, mostTokens, responsesAsked, version, capturedTokens, closedSteps, treeRollouts,
        verdicts,
    ]
}
