import Connecting
import Console
import Jobs
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

    /// The service that a job names.
    ///
    /// - Throws: A text that says what is wrong with the address, or why this server does not ask there.
    func options(for address: String) throws(AddressProblem) -> ClientOptions {
        let endpoint: Endpoint
        do throws(AddressProblem) {
            endpoint = try Endpoint(parsing: address)
        } catch {
            throw AddressProblem("'\(address)' cannot be used: \(error)")
        }
        let isAllowed = allowed.isEmpty || allowed.contains { ($0.host, $0.port) == (endpoint.host, endpoint.port) }
        guard isAllowed else {
            throw AddressProblem(
                "This server asks no reward service at \(endpoint). Give one that its --reward-at names.")
        }
        do {
            return try credentials.options(for: endpoint)
        } catch {
            throw AddressProblem("\(error)")
        }
    }
}

extension RewardAccess {
    /// What is wrong with the reward service of a job.
    func problems(_ specification: JobSpecification) -> [SpecificationProblem] {
        guard specification.reward.kind == .external else { return [] }
        let address = specification.reward.external.address
        do throws(AddressProblem) {
            _ = try options(for: address)
            return []
        } catch {
            return [SpecificationProblem(path: Self.path, value: address, error.description)]
        }
    }

    fileprivate static let path = "reward.external.address"
}

/// A client for a user's RewardService over gRPC.
final class RewardServiceClient: RewardClient {
    private let client: RPCClient
    private let transport: UVClient

    /// - Throws: An error with a message if the address is invalid or not allowed.
    init(address: String, _ access: RewardAccess) throws {
        do throws(AddressProblem) {
            transport = UVClient(try access.options(for: address))
        } catch {
            throw Failure("\(RewardAccess.path): \(error)")
        }
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
