#if canImport(Glibc)
import Glibc
#endif

/// The logarithm of the logistic function, of which no exponential overflows:
///
///     log sigmoid(x) = -log(1 + exp(-x)) = min(x, 0) - log(1 + exp(-|x|))
///
/// Within a rounding or two for every finite x; 0 and -infinity at the infinities.
public func logSigmoid(_ x: Double) -> Double { min(x, 0) - log1p(exp(-abs(x))) }
