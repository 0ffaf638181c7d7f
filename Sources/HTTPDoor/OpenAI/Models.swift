import JSONCoding
import Wire
import WireUV

/// `GET /v1/models` and `GET /v1/models/{id}`.
enum Models {
    static func list(_ calls: Calls) async throws -> HTTPResponse {
        var policies: [V1.Policy] = [], request = V1.ListPoliciesRequest()
        repeat {
            let page = try await calls.unary(V1.PolicyService.listPolicies, request)
            policies += page.policies
            request.pageToken = page.nextPageToken
        } while !request.pageToken.isEmpty
        let body = JSONValue.fields(["object": .string("list"), "data": .array(policies.map(\.model))])
        return .json(body)
    }

    static func one(_ name: String, _ calls: Calls) async throws -> HTTPResponse {
        var request = V1.GetPolicyRequest()
        request.name = name
        let policy = try await calls.unary(V1.PolicyService.getPolicy, request)
        return .json(policy.model)
    }
}

extension V1.Policy {
    /// As OpenAI and vLLM describe a model.
    fileprivate var model: JSONValue {
        let served = versions.first { $0.version == version }
        return .fields([
            "id": .string(name), "object": .string("model"), "created": .integer(Int(served?.loadedAt ?? 0)),
            // vLLM's extensions are supported: from this, clients decide how to ask for a message to be continued.
            "owned_by": .string("vllm"), "root": .string(served?.directory ?? name), "parent": .null,
            "max_model_len": .whole(context), "permission": .array([]),
            "attnrl": .fields([
                "version": .whole(version), "family": .string(family), "precision": .string(precision),
                "weights": .string(weights),
            ]),
        ])
    }
}
