import JSONCoding
import Wire
import WireUV

/// The routes that trainers made for vLLM expect of the server they sample from: `/pause`, `/resume`, `/is_paused`,
/// `/update_weights` and `/inference/v1/abort_requests`.
enum Administration {
    static func pause(_ request: DoorRequest, _ calls: Calls) async throws -> HTTPResponse {
        var message = V1.PauseRequest()
        message.mode = try mode(request)
        return answer(try await calls.unary(V1.PolicyService.pause, message), "paused")
    }

    /// Reads the mode from the query, as in vLLM. `clear_cache` has no effect: no version uses what another has cached.
    private static func mode(_ request: DoorRequest) throws(DoorError) -> V1.PauseMode {
        switch request.query("mode") {
        case nil, "keep": return .keep
        case "wait": return .wait
        case "abort": return .abort
        case let mode?: throw .field("mode", "There is no '\(mode.prefix(60))'. Give keep, wait or abort.")
        }
    }

    static func resume(_ calls: Calls) async throws -> HTTPResponse {
        answer(try await calls.unary(V1.PolicyService.resume, V1.ResumeRequest()), "resumed")
    }

    static func isPaused(_ calls: Calls) async throws -> HTTPResponse {
        let state = try await calls.unary(V1.PolicyService.getPauseState, V1.GetPauseStateRequest())
        return .json(.fields(["is_paused": .bool(state.paused)]))
    }

    private static func answer(_ state: V1.PauseState, _ status: String) -> HTTPResponse {
        .json(.fields(["status": .string(status), "is_paused": .bool(state.paused)]))
    }

    /// Loads a folder as a new version of a policy and serves it from then on. Nothing is dropped: requests in flight
    /// finish with the weights they began with.
    static func updateWeights(_ request: DoorRequest, _ calls: Calls) async throws -> HTTPResponse {
        var fields = try RequestFields(request.json())
        guard let folder = try fields.string("weight_dir") else {
            throw DoorError(400, "weight_dir: It is missing. Give a folder of this server's.", field: "weight_dir")
        }
        let name = try fields.string("model") ?? ""
        fields.finish()
        var policy = V1.GetPolicyRequest()
        policy.name = name
        var load = V1.LoadPolicyRequest()
        load.name = try await calls.admitted(to: .infer).unary(V1.PolicyService.getPolicy, policy).name
        load.directory = folder
        load.asNewVersion = true
        let loaded = try await calls.unary(V1.PolicyService.loadPolicy, load)
        return .json(.fields(["status": .string("ok"), "version": .whole(loaded.version)]), fields.warnings)
    }

    static func abort(_ request: DoorRequest, _ calls: Calls) async throws -> HTTPResponse {
        var fields = try RequestFields(request.json())
        var message = V1.AbortRequest()
        guard let ids = fields.take("request_ids") else {
            throw DoorError(400, "request_ids: It is missing. Give a list of ids.", field: "request_ids")
        }
        for id in try ids.elements() { message.requestIds.append(try id.string()) }
        fields.finish()
        let answer = try await calls.unary(V1.GenerationService.abort, message)
        return .json(.fields(["aborted": .whole(answer.aborted)]), fields.warnings)
    }
}
