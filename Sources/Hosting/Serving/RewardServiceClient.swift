import Console
import Messages
import Rewards
import Training
import Wire
import WireUV

/// A client for a user's RewardService over gRPC.
final class RewardServiceClient: RewardClient {
    private let client: RPCClient
    private let transport: UVClient

    /// - Throws: An error with a message if the address is invalid.
    init(address: String) throws {
        let endpoint: Endpoint
        do throws(AddressProblem) {
            endpoint = try Endpoint(parsing: address)
        } catch {
            throw Failure("reward.external.address: '\(address)' cannot be used: \(error)")
        }
        var options = ClientOptions()
        options.host = endpoint.host
        options.port = endpoint.port
        options.userAgent = attnrlUserAgent
        transport = UVClient(options)
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
