import JSONCoding
import Wire

/// A token of a response or prompt, and what is reported about it.
struct TokenEntry: Sendable {
    struct Alternative: Sendable {
        let id: Int32
        let bytes: [UInt8]
        let logprob: Float
    }

    let id: Int32
    let bytes: [UInt8]
    /// Nil for the first token of a sequence, which has none, and if logprobs were not requested.
    let logprob: Float?
    /// Most probable first.
    let top: [Alternative]

    /// The tokens of a run.
    static func entries(_ run: V1.TokenRun) -> [TokenEntry] {
        run.ids.indices.map { index in
            let top = index < run.top.count ? run.top[index] : V1.TopLogprobs()
            let logprob = index < run.logprobs.count ? run.logprobs[index] : .nan
            return TokenEntry(
                id: run.ids[index], bytes: index < run.texts.count ? run.texts[index] : [],
                logprob: logprob.isNaN ? nil : logprob,
                top: top.ids.indices.map {
                    Alternative(
                        id: top.ids[$0], bytes: $0 < top.texts.count ? top.texts[$0] : [], logprob: top.logprobs[$0])
                })
        }
    }

    /// A token's name in answers: its id, or its text with incomplete characters replaced.
    static func name(_ id: Int32, _ bytes: [UInt8], byID: Bool) -> String {
        byID ? "token_id:\(id)" : String(decoding: bytes, as: UTF8.self)
    }

    /// The alternatives, and the token itself if it is not among them.
    private var alternatives: [Alternative] {
        guard let logprob, !top.contains(where: { $0.id == id }) else { return top }
        return top + [Alternative(id: id, bytes: bytes, logprob: logprob)]
    }

    // MARK: JSON

    /// An element of a chat's `logprobs.content`.
    func chat(top count: Int32, byID: Bool) -> JSONValue {
        .fields([
            "token": .string(Self.name(id, bytes, byID: byID)), "logprob": Self.number(logprob),
            "bytes": .integers(bytes),
            "top_logprobs": .array(
                top.prefix(Int(count)).map {
                    .fields([
                        "token": .string(Self.name($0.id, $0.bytes, byID: byID)), "logprob": Self.number($0.logprob),
                        "bytes": .integers($0.bytes),
                    ])
                }),
        ])
    }

    /// An element of a completion's `top_logprobs`: logprobs by name, including the token's own. If tokens share a
    /// name, the most probable one is listed.
    func completion(top count: Int32, byID: Bool) -> JSONValue {
        guard logprob != nil else { return .null }
        var entry = self
        entry = TokenEntry(id: id, bytes: bytes, logprob: logprob, top: Array(top.prefix(Int(count))))
        var members: [JSONMember] = []
        for alternative in entry.alternatives {
            let name = Self.name(alternative.id, alternative.bytes, byID: byID)
            // Among tokens with the same name, the first is the most probable.
            if !members.contains(where: { $0.key == name }) {
                members.append(JSONMember(key: name, value: Self.number(alternative.logprob)))
            }
        }
        return .object(members)
    }

    /// An element of vLLM's `prompt_logprobs`: logprobs by id, the token itself first.
    func prompt(top count: Int32) -> JSONValue {
        guard let logprob else { return .null }
        let rank = top.firstIndex { $0.id == id }
        var members = [member(Alternative(id: id, bytes: bytes, logprob: logprob), rank: rank.map { $0 + 1 })]
        for (index, alternative) in top.prefix(Int(count)).enumerated() where alternative.id != id {
            members.append(member(alternative, rank: index + 1))
        }
        return .object(members)
    }

    /// - Parameter rank: 1 for the most probable token; nil if unknown.
    private func member(_ alternative: Alternative, rank: Int?) -> JSONMember {
        JSONMember(
            key: "\(alternative.id)",
            value: .fields([
                "logprob": Self.number(alternative.logprob), "rank": rank.map { .integer($0) } ?? .null,
                "decoded_token": .string(String(decoding: alternative.bytes, as: UTF8.self)),
            ]))
    }

    /// A logprob as JSON, which has no infinities: like OpenAI, this uses -9999 for what is next to impossible.
    static func number(_ value: Float?) -> JSONValue {
        guard let value else { return .null }
        return value.isFinite ? .float(value) : .float(-9999)
    }
}
