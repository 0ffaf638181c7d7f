internal import CNGHTTP2

extension HTTP2Session {
    /// The delegate of a callback; nghttp2 calls back with the session as user data.
    fileprivate static func delegate(_ user: UnsafeMutableRawPointer?) -> any HTTP2SessionDelegate {
        Unmanaged<HTTP2Session>.fromOpaque(user!).takeUnretainedValue().delegate
    }
}

/// nghttp2's C callbacks.
///
/// Only submitting and resuming are allowed inside them.
enum HTTP2Callbacks {
    static var provider: nghttp2_data_provider {
        nghttp2_data_provider(source: nghttp2_data_source(), read_callback: read)
    }

    static func install(in callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, user in
            HTTP2Session.delegate(user).headersBegan(stream: frame!.pointee.hd.stream_id)
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, frame, name, nameLength, value, length, _, user in
            let goesOn = HTTP2Session.delegate(user).header(
                stream: frame!.pointee.hd.stream_id, name: UnsafeBufferPointer(start: name, count: nameLength),
                value: UnsafeBufferPointer(start: value, count: length))
            return goesOn ? 0 : CInt(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, stream, bytes, count, user in
            HTTP2Session.delegate(user).data(stream: stream, UnsafeRawBufferPointer(start: bytes, count: count))
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
            HTTP2Callbacks.frameReceived(frame!, HTTP2Session.delegate(user))
            return 0
        }
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) { _, frame, _, user in
            HTTP2Session.delegate(user).frameRefused(stream: frame!.pointee.hd.stream_id)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, user in
            HTTP2Callbacks.frameSent(frame!, HTTP2Session.delegate(user))
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, code, user in
            HTTP2Session.delegate(user).closed(stream: stream, code: code)
            return 0
        }
    }

    private static func frameReceived(_ frame: UnsafePointer<nghttp2_frame>, _ delegate: any HTTP2SessionDelegate) {
        let header = frame.pointee.hd
        let kind = kind(of: header)
        delegate.frameReceived(kind, stream: header.stream_id)
        if kind == .headers { delegate.headersEnded(stream: header.stream_id) }
        let carriesEnd = kind == .headers || kind == .data
        if carriesEnd, header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0 {
            delegate.inputEnded(stream: header.stream_id)
        }
    }

    private static func frameSent(_ frame: UnsafePointer<nghttp2_frame>, _ delegate: any HTTP2SessionDelegate) {
        let header = frame.pointee.hd
        let kind = kind(of: header)
        guard kind == .headers || kind == .data else { return }
        delegate.payloadSent()
        if header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0 {
            delegate.outputEnded(stream: header.stream_id)
        }
    }

    private static func kind(of header: nghttp2_frame_hd) -> HTTP2FrameKind {
        switch UInt32(header.type) {
        case NGHTTP2_HEADERS.rawValue: .headers
        case NGHTTP2_DATA.rawValue:
            header.length == 0 && header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) == 0 ? .emptyData : .data
        case NGHTTP2_RST_STREAM.rawValue: .reset
        case NGHTTP2_SETTINGS.rawValue: .settings
        case NGHTTP2_PING.rawValue:
            header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0 ? .pingAnswer : .ping
        case NGHTTP2_GOAWAY.rawValue: .goAway
        default: .other
        }
    }

    private static let read: nghttp2_data_source_read_callback = { _, stream, buffer, length, flags, _, user in
        let space = UnsafeMutableRawBufferPointer(start: buffer, count: length)
        switch HTTP2Session.delegate(user).output(stream: stream, into: space) {
        case .bytes(let count): return count
        case .later: return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        case .last(let count):
            flags!.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
            return count
        case .beforeTrailers(let count):
            flags!.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
            return count
        case .fail: return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
    }
}
