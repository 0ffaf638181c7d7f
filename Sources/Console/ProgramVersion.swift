/// The version of this program, defined only here.
package let attnrlVersion = "0.1.0"

/// The user agent sent to servers.
package let attnrlUserAgent = "attnrl/\(attnrlVersion)"
