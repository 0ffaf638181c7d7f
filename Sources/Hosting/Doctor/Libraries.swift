import CNGHTTP2
import CPCRE2
import CProtobufC
import CSSL
import CUV
package import Console
import Ranks

/// The C libraries in use, by the versions they report at run time.
package enum Libraries {
    package static var versions: [(name: String, version: String)] {
        [
            ("libuv", String(cString: uv_version_string())),
            ("nghttp2", String(cString: nghttp2_version(0).pointee.version_str)),
            ("protobuf-c", String(cString: protobuf_c_version())),
            ("PCRE2", regularExpressionVersion),
            // "OpenSSL 3.0.19 27 Jan 2026": the date is of no interest here.
            (
                "OpenSSL",
                String(cString: OpenSSL_version(OPENSSL_VERSION)).split(separator: " ").dropFirst().first.map(
                    String.init) ?? "unknown"
            ),
        ]
    }

    package static func check() -> Check {
        .ok("libraries", versions.map { "\($0.name) \($0.version)" }.joined(separator: ", "))
    }

    /// What several machines would work together by.
    package static func mpi() -> Check {
        do throws(RankError) {
            return .ok("MPI", try Ranks.library())
        } catch {
            guard case .missing = error else { return .warn("MPI", "unusable", error.message) }
            return .ok("MPI", "none, and only jobs on several machines need it")
        }
    }

    private static var regularExpressionVersion: String {
        var text = [UInt8](repeating: 0, count: 64)
        guard pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), &text) > 0 else { return "unknown" }
        // "10.42 2022-12-11": the date is of no interest here.
        return String(decoding: text.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }, as: UTF8.self)
    }
}
