import Compute
import Foundation
import Logging
import ModelFiles
import Rollouts
import Tokenizing
import Wire

/// attnrl.v1.PolicyService.
struct PolicyHandlers: Sendable {
    /// The maximum size of a response: gRPC clients accept 4 MiB by default.
    private static let responseBytes = 4 << 20

    let engine: Engine
    let places: Places
    let errors: CallErrors

    func register(on router: inout RPCRouter) {
        router.register(V1.PolicyService.listPolicies) { request, call in
            try await errors.answering(call) { try list(request, for: call.caller) }
        }
        router.register(V1.PolicyService.getPolicy) { request, call in
            try await errors.answering(call) { V1.Policy(try engine.policy(request.name)).shown(to: call.caller) }
        }
        router.register(V1.PolicyService.loadPolicy) { request, call in
            try await errors.answering(call) { try await load(request) }
        }
        router.register(V1.PolicyService.unloadPolicy) { request, call in
            try await errors.answering(call) { try await unload(request) }
        }
        router.register(V1.PolicyService.switchVersion) { request, call in
            try await errors.answering(call) { try switchVersion(request) }
        }
        router.register(V1.PolicyService.tokenize) { request, call in
            try await errors.answering(call) { try await tokenize(request) }
        }
        router.register(V1.PolicyService.detokenize) { request, call in
            try await errors.answering(call) { try detokenize(request) }
        }
        router.register(V1.PolicyService.getTokenizer) { request, call in
            try await errors.answering(call) { V1.TokenizerInfo(try engine.policy(request.policy)) }
        }
        router.register(V1.PolicyService.pause) { request, call in
            try await errors.answering(call) { try await pause(request) }
        }
        router.register(V1.PolicyService.resume) { _, _ in
            engine.resume()
            return pauseState
        }
        router.register(V1.PolicyService.getPauseState) { _, _ in pauseState }
    }

    // MARK: Pauses

    private var pauseState: V1.PauseState {
        var state = V1.PauseState()
        state.paused = engine.isPaused
        return state
    }

    private func pause(_ request: V1.PauseRequest) async throws -> V1.PauseState {
        var problems = FieldProblems()
        let mode: Engine.PauseMode? =
            switch request.mode {
            case .unspecified, .keep: .keep
            case .wait: .wait
            case .abort: .abort
            default: nil
            }
        problems.require(
            mode != nil, "mode", value: "\(request.mode.rawValue)",
            "This server has no such mode. Take keep, wait or abort.")
        try problems.check()
        try await engine.pause(mode ?? .keep)
        return pauseState
    }

    // MARK: Policies

    private func list(_ request: V1.ListPoliciesRequest, for caller: Caller) throws -> V1.ListPoliciesResponse {
        var problems = FieldProblems()
        problems.require(
            request.pageSize >= 0, "page_size", value: "\(request.pageSize)",
            "\(request.pageSize) is negative. 0 takes the default.")
        let after = PageToken(request.pageToken)
        problems.require(
            after != nil, "page_token", value: request.pageToken,
            "This is not a page token. Send the next_page_token of the previous page, or none.")
        try problems.check()
        let page = PageToken.page(engine.loadedPolicies, after: after, size: Int(request.pageSize), key: \.name)
        var response = V1.ListPoliciesResponse()
        response.policies = page.items.map { V1.Policy($0).shown(to: caller) }
        response.nextPageToken = page.next
        return response
    }

    private func load(_ request: V1.LoadPolicyRequest) async throws -> V1.Policy {
        var problems = FieldProblems()
        problems.require(
            !request.directory.isEmpty, "directory", value: "",
            "There is no directory. Name the folder on the server's machine that holds config.json, or a GGUF file.")
        let precision: Precision? = problems.choice(
            request.precision, "precision", "'\(request.precision)' is not a precision. Give auto, float32 or bfloat16."
        )
        let blocks: WeightBlocks? = problems.choice(
            request.weights, "weights", "Weights cannot be kept in '\(request.weights)'. Give auto or q8_0.")
        problems.require(
            precision == nil || !request.asNewVersion, "precision", value: request.precision,
            "A new version is computed in its policy's precision. Leave this out.")
        problems.require(
            blocks == nil || !request.asNewVersion, "weights", value: request.weights,
            "A new version's weights are kept as its policy's are. Leave this out.")
        problems.require(
            request.basePolicy.isEmpty || !request.asNewVersion, "base_policy", value: request.basePolicy,
            "A new version of a policy is on that policy's own base. Leave this out.")
        let directory = problems.path(request.directory, in: places.models, flag: "--models-root", "directory")
        try problems.check()
        // Names of repositories lead out of any folder.
        let (engine, place) = (engine, places.models), isBound = !place.isAnywhere
        let info = try await withCallersFiles {
            if let reason = place.wayOut(of: directory) {
                var outside = FieldProblems()
                outside.add("directory", value: request.directory, reason)
                try outside.check()
            }
            return try engine.load(
                directory: isBound ? URL(fileURLWithPath: directory) : try ModelLocation.url(of: directory),
                name: request.name.isEmpty ? nil : request.name, precision: precision,
                blocks: blocks, base: request.basePolicy.isEmpty ? nil : request.basePolicy,
                asNewVersion: request.asNewVersion)
        }
        note(
            "loaded \(info.name)",
            info.versions.last.map { ["directory": "\($0.directory)", "version": "\($0.number)"] })
        return V1.Policy(info)
    }

    private func note(_ change: String, _ metadata: Logger.Metadata? = nil) {
        errors.logger.info("\(change)", metadata: metadata)
    }

    private func unload(_ request: V1.UnloadPolicyRequest) async throws -> V1.UnloadPolicyResponse {
        try requireName(request.name)
        if request.drain { try await engine.drain(request.name) } else { try engine.unload(request.name) }
        note("unloaded \(request.name)")
        return V1.UnloadPolicyResponse()
    }

    private func switchVersion(_ request: V1.SwitchVersionRequest) throws -> V1.Policy {
        try requireName(request.name)
        let info = try engine.serve(request.name, version: Int(request.version))
        note("\(info.name) is served in version \(info.version)")
        return V1.Policy(info)
    }

    /// Calls that change a policy must name it, even if there is only one.
    private func requireName(_ name: String) throws {
        var problems = FieldProblems()
        problems.require(
            !name.isEmpty, "name", value: "", "There is no name. Name the policy; ListPolicies lists them.")
        try problems.check()
    }

    // MARK: Tokens

    private func tokenize(_ request: V1.TokenizeRequest) async throws -> V1.TokenizeResponse {
        let info = try engine.policy(request.policy)
        var problems = FieldProblems()
        let prompt = try await prompt(request, info, &problems)
        try problems.check()
        var response = V1.TokenizeResponse()
        response.context = Int32(clamping: info.maxSequenceTokens)
        guard let prompt else { return response }
        response.ids = prompt.ids
        response.rendered = prompt.rendered
        if request.withTexts { response.texts = prompt.ids.map(info.tokenizer.bytes) }
        let bytes =
            response.rendered.utf8.count + 4 * response.ids.count
            + response.texts.reduce(0) { $0 + $1.count + 2 }
        guard bytes < Self.responseBytes else {
            throw RPCError(
                .resourceExhausted, reason: "RESPONSE_TOO_LARGE",
                "The answer would have about \(bytes) bytes, and \(Self.responseBytes) is the most. Tokenize in parts.",
                values: ["bytes": "\(bytes)", "limit": "\(Self.responseBytes)"])
        }
        return response
    }

    private func prompt(
        _ request: V1.TokenizeRequest, _ info: PolicyInfo, _ problems: inout FieldProblems
    ) async throws -> EncodedPrompt? {
        guard request.continues else { return try await info.resolve(request.prompt, path: "prompt", &problems) }
        guard case .text(let text) = request.prompt?.input else {
            problems.add("continues", value: "true", "Only a text can follow another. Set prompt.text.")
            return nil
        }
        return EncodedPrompt(ids: info.encode(response: text), rendered: text)
    }

    private func detokenize(_ request: V1.DetokenizeRequest) throws -> V1.DetokenizeResponse {
        let info = try engine.policy(request.policy)
        var problems = FieldProblems()
        info.check(request.ids, path: "ids", &problems)
        try problems.check()
        var response = V1.DetokenizeResponse()
        response.text = info.tokenizer.decode(
            request.ids, skipSpecialTokens: request.skipSpecialTokens,
            position: request.continues ? .continuing : .start)
        return response
    }
}

extension V1.TokenizerInfo {
    fileprivate init(_ info: PolicyInfo) {
        self.init()
        let tokenizer = info.tokenizer
        vocabulary = Int32(clamping: tokenizer.vocabularySize)
        bosToken = tokenizer.bosToken ?? ""
        eosToken = tokenizer.eosToken ?? info.endOfSequence.ids.first.flatMap(tokenizer.token) ?? ""
        padToken = tokenizer.padToken ?? ""
        unkToken = tokenizer.unkToken ?? ""
        addsBosToken = tokenizer.configuration.addsBeginning
        chatTemplate = tokenizer.chatTemplate ?? ""
        templateKnowsTools = info.templateKnowsTools
    }
}

extension V1.Policy {
    /// Where weights lie is for those who may load others.
    fileprivate func shown(to caller: Caller) -> V1.Policy {
        guard !caller.scopes.contains(.admin) else { return self }
        var policy = self
        for index in policy.versions.indices {
            policy.versions[index].directory = ""
            policy.versions[index].adapter?.baseDirectory = ""
        }
        return policy
    }
}

extension FieldProblems {
    /// The choice that a field names; nil for `auto`, which an empty one means.
    fileprivate mutating func choice<Choice: RawRepresentable<String>>(
        _ name: String, _ field: String, _ description: String
    ) -> Choice? {
        let choice = Choice(rawValue: name)
        require(choice != nil || name.isEmpty || name == "auto", field, value: name, description)
        return choice
    }
}
