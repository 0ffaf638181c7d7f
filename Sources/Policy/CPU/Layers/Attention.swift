import Compute
import ModelFiles

#if canImport(Glibc)
import Glibc
#endif

/// The number of attention heads, and where they lie in a row of queries, keys and values. Trivial: copying the whole
/// configuration would touch reference counts.
struct HeadLayout {
    /// D.
    let size: Int
    /// H.
    let count: Int
    /// G.
    let keyValueCount: Int

    init(_ configuration: PolicyConfiguration) {
        size = configuration.headSize
        count = configuration.headCount
        keyValueCount = configuration.keyValueHeadCount
    }

    var groupSize: Int { count / keyValueCount }

    /// The query heads that share a key-value head.
    func queries(on keyValueHead: Int) -> Range<Int> {
        keyValueHead * groupSize..<(keyValueHead + 1) * groupSize
    }

    /// The column where a head begins in a row of H D + 2 G D.
    func query(_ head: Int) -> Int { head * size }
    func key(_ head: Int) -> Int { (count + head) * size }
    func value(_ head: Int) -> Int { (count + keyValueCount + head) * size }
}

/// Causal attention of query heads h in groups that share a key-value head g:
///
///     out[t, h] = sum over s <= t of p[s] v[s, g],      p = softmax over s of q'[t, h] . k'[s, g]
///     q' = scale R(t) n_q(q),      k' = R(s) n_k(k)
///
/// Shapes: q, out [M, H, D], k, v [M, G, D]. R rotates pairs by their position (`RotaryTable`); n normalises heads if
/// the policy does, each by itself or all of a token together. With a window, t - window < s as well. The sums are
/// computed by `attn_attention`, over the blocks that hold k' and v.
struct Attention {
    let heads: HeadLayout
    /// nil if heads are not normalised.
    let queryNorm: RMSNorm?
    let keyNorm: RMSNorm?
    /// Whether the norms go over all heads of a token.
    let normalisesTogether: Bool
    let scale: Float
    /// The most tokens that one attends to, itself among them; 0 for all.
    let window: Int

    /// Normalises all queries and all keys of a band's rows, for policies that do so together, before `forward`.
    ///
    /// - Parameter kept: Where q and k are kept for `backwardTogether`; nil keeps nothing.
    func normaliseTogether(_ queryKeyValue: Rows, keeping kept: Rows?, _ band: Band) {
        guard normalisesTogether, let queryNorm, let keyNorm else { return }
        band.barrier()
        for index in band.share {
            let row = queryKeyValue.floats(index)
            if let kept { kept.floats(index).update(from: row, count: kept.width) }
            queryNorm.forward(head: row)
            keyNorm.forward(head: row + heads.key(0))
        }
    }

    /// Computes q' and k' from q and k, for one key-value head and its queries in one token's row.
    ///
    /// - Parameter kept: Where q and k are kept for `backward`, laid out as in the row but without v; nil keeps
    ///   nothing.
    func forward(
        _ row: UnsafeMutablePointer<Float>, on head: Int, _ rotation: Rotation,
        keeping kept: UnsafeMutablePointer<Float>?
    ) {
        let key = heads.key(head)
        if let kept, !normalisesTogether { keep(row, on: head, in: kept) }
        for query in heads.queries(on: head) {
            let q = row + heads.query(query)
            if !normalisesTogether { queryNorm?.forward(head: q) }
            rotation.forward(q, headSize: heads.size, scale: scale)
        }
        if !normalisesTogether { keyNorm?.forward(head: row + key) }
        rotation.forward(row + key, headSize: heads.size)
    }

    private func keep(_ row: UnsafeMutablePointer<Float>, on head: Int, in kept: UnsafeMutablePointer<Float>) {
        let queries = heads.queries(on: head), first = heads.query(queries.lowerBound), key = heads.key(head)
        (kept + first).update(from: row + first, count: queries.count * heads.size)
        (kept + key).update(from: row + key, count: heads.size)
    }

    /// Goes back through `normaliseTogether`, in place, for a group of rows.
    ///
    /// - Parameters:
    ///   - kept: q and k of those rows.
    ///   - dGains: Set to the derivatives of n_q's gain and of n_k's. [H D + G D]
    func backwardTogether(
        _ dQueryKeyValue: Rows, _ kept: Rows, _ group: Band.Group, dGains: UnsafeMutablePointer<Float>
    ) {
        guard let queryNorm, let keyNorm else { return }
        let key = heads.key(0)
        dGains.update(repeating: 0, count: kept.width)
        for index in group.rows {
            let dRow = dQueryKeyValue.floats(index), row = kept.floats(index)
            queryNorm.backward(head: dRow, row, addingTo: dGains)
            keyNorm.backward(head: dRow + key, row + key, addingTo: dGains + key)
        }
    }

    /// Computes dq and dk from dq' and dk', in place.
    ///
    /// - Parameters:
    ///   - kept: q and k of that row, for policies that normalise heads.
    ///   - dGains: Accumulates the derivatives of n_q's gain and of n_k's. [2 D]
    func backward(
        _ dRow: UnsafeMutablePointer<Float>, on head: Int, _ rotation: Rotation, kept: UnsafePointer<Float>?,
        addingTo dGains: UnsafeMutablePointer<Float>
    ) {
        let key = heads.key(head)
        for query in heads.queries(on: head) {
            rotation.backward(dRow + heads.query(query), headSize: heads.size, scale: scale)
        }
        rotation.backward(dRow + key, headSize: heads.size)
        guard !normalisesTogether, let kept, let queryNorm, let keyNorm else { return }
        for query in heads.queries(on: head) {
            let at = heads.query(query)
            queryNorm.backward(head: dRow + at, kept + at, addingTo: dGains)
        }
        keyNorm.backward(head: dRow + key, kept + key, addingTo: dGains + heads.size)
    }
}

extension Attention {
    /// out of one query q' [D] from the keys k' [S, D] and values v [S, D] it sees, as a plain loop: tests compare the
    /// kernels with it.
    static func reference(_ query: [Double], keys: [[Double]], values: [[Double]]) -> [Double] {
        let scores = keys.map { key in query.indices.reduce(0) { $0 + query[$1] * key[$1] } }
        let highest = scores.max() ?? 0
        let weights = scores.map { exp($0 - highest) }, total = weights.reduce(0, +)
        var out = [Double](repeating: 0, count: query.count)
        for (weight, value) in zip(weights, values) {
            for i in out.indices { out[i] += weight / total * value[i] }
        }
        return out
    }
}
