/// Chooses points that cover the others: the greedy solution of the k-centre problem.
///
///     c_1 = argmax over i of |x_i - mean x|,      c_n = argmax over i of min over m < n of |x_i - x_{c_m}|
///
/// with Euclidean distances, the earlier point among equals. The largest distance left, the covering radius, is at most
/// twice the smallest that any choice of as many points has.
///
/// - Parameters:
///   - points: Finite vectors of one width.
///   - count: How many to choose. Fewer are chosen if all others equal one that was: what is there already covers nothing
///     more.
/// - Returns: Indices in the order of choice.
///
/// Source: Gonzalez, "Clustering to minimize the maximum intercluster distance" (1985); used for a warm start as Tailor
/// (arXiv:2511.12429) asks for diverse reasoning. How Tailor itself chooses was not to be had: this is a selection in its
/// spirit. O(count N width).
public func farthestPoints(_ points: [[Float]], count: Int) -> [Int] {
    guard let width = points.first?.count, count > 0 else { return [] }
    var mean = [Double](repeating: 0, count: width)
    for point in points {
        for column in point.indices { mean[column] += Double(point[column]) / Double(points.count) }
    }
    var distances = points.map { squaredDistance($0, mean) }
    var chosen: [Int] = []
    while chosen.count < min(count, points.count) {
        // The earlier of equals.
        let next = distances.indices.max { (distances[$0], $1) < (distances[$1], $0) }!
        guard chosen.isEmpty || distances[next] > 0 else { break }
        let place = points[next].map(Double.init)
        for index in points.indices {
            let distance = squaredDistance(points[index], place)
            distances[index] = chosen.isEmpty ? distance : min(distances[index], distance)
        }
        chosen.append(next)
    }
    return chosen
}

/// How well some of a set of points stand for all of it.
public struct Coverage: Sendable, Equatable {
    /// Mean over the points of the distance to the nearest chosen one; 0 if all are chosen. What is lower covers better.
    public let distance: Double
    /// The largest of these distances: the covering radius.
    public let radius: Double
    /// Mean distance between two chosen points; nil for one.
    public let diversity: Double?

    /// - Precondition: Some are chosen.
    public init(of chosen: [Int], among points: [[Float]]) {
        let places = chosen.map { points[$0].map(Double.init) }
        let nearest = points.map { point in places.map { squaredDistance(point, $0) }.min()!.squareRoot() }
        distance = nearest.reduce(0, +) / Double(nearest.count)
        radius = nearest.max()!
        var sum = 0.0
        for (index, place) in places.enumerated() {
            for other in chosen[..<index] { sum += squaredDistance(points[other], place).squareRoot() }
        }
        let pairs = chosen.count * (chosen.count - 1) / 2
        diversity = pairs > 0 ? sum / Double(pairs) : nil
    }
}

private func squaredDistance(_ point: [Float], _ place: [Double]) -> Double {
    zip(point, place).reduce(0) { sum, pair in
        let difference = Double(pair.0) - pair.1
        return sum + difference * difference
    }
}
