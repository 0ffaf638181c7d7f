#if canImport(Glibc)
import Glibc
#endif

/// The logistic function, 1 / (1 + exp(-x)): within a few roundings for every finite x; 0 and 1 at the infinities.
public func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// The logarithm of the logistic function, of which no exponential overflows:
///
///     log sigmoid(x) = -log(1 + exp(-x)) = min(x, 0) - log(1 + exp(-|x|))
///
/// Within a rounding or two for every finite x; 0 and -infinity at the infinities.
public func logSigmoid(_ x: Double) -> Double { min(x, 0) - log1p(exp(-abs(x))) }
