/// The version of this program, here and nowhere else.
package let attnrlVersion = "0.1.0"

/// How the program calls itself to servers.
package let attnrlUserAgent = "attnrl/\(attnrlVersion)"
