import Connecting
import Console
import Messages
import Rewards
import Training
import Wire
import WireUV

/// Which reward services jobs may ask, and how the server shows them who it is.
struct RewardAccess: Sendable {
    var credentials = Credentials()
    /// Empty allows all.
    var allowed: [Endpoint] = []

    func check(_ endpoint: Endpoint) throws {
        let isAllowed = allowed.isEmpty || allowed.contains { ($0.host, $0.port) == (endpoint.host, endpoint.port) }
        guard isAllowed else {
            throw Failure("reward.external.address: this server asks no reward service at \(endpoint); see --reward-at")
        }
    }
}

/// A client for a user's RewardService over gRPC.
final class RewardServiceClient: RewardClient {
    private let client: RPCClient
    private let transport: UVClient

    /// - Throws: An error with a message if the address is invalid or not allowed.
    init(address: String, _ access: RewardAccess) throws {
        let endpoint: Endpoint
        do throws(AddressProblem) {
            endpoint = try Endpoint(parsing: address)
        } catch {
            throw Failure("reward.external.address: '\(address)' cannot be used: \(error)")
        }
        try access.check(endpoint)
        transport = UVClient(try access.credentials.options(for: endpoint))
        client = RPCClient(transport: transport)
    }

    deinit {
        let transport = transport
        Task { await transport.close() }
    }

    func judge(_ batch: RewardBatch, deadline: Duration) async throws -> [RewardVerdict] {
        var request = V1.JudgeRequest()
        request.job = batch.job
        request.step = Int64(batch.step)
        request.batchId = batch.id
        request.items = batch.questions.map { question in
            var item = V1.JudgeItem()
            item.prompt = question.prompt
            item.response = question.response
            item.truth = question.truth
            return item
        }
        let response = try await client.unary(V1.RewardService.judge, request, deadline: .now + deadline)
        return response.judgements.map {
            RewardVerdict(verdict: Verdict($0.verdict), score: $0.score, detail: $0.detail)
        }
    }
}
