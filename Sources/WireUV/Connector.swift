internal import CUV
internal import Wire

/// Opens a client's TCP connection: resolves the host and tries its addresses in turn, all within the timeout.
///
/// Loop thread only.
final class Connector {
    private let options: ClientOptions
    private let loop: EventLoop
    private var timer: LoopTimer?
    private var attempt: TCPSocket?
    private var completion: ((Result<TCPSocket, RPCError>) -> Void)?

    init(_ options: ClientOptions, on loop: EventLoop, _ completion: @escaping (Result<TCPSocket, RPCError>) -> Void) {
        self.options = options
        self.loop = loop
        self.completion = completion
    }

    func start() {
        timer = LoopTimer(on: loop, after: options.connectTimeout) { [weak self, options] in
            self?.finish(.failure(.cannotConnect(options.target, "no answer in \(options.connectTimeout)")))
        }
        AddressResolver.resolve(host: options.host, port: options.port, on: loop) { [self] result in
            switch result {
            case .success(let addresses): connect(to: addresses[...])
            case .failure(let error): finish(.failure(.cannotConnect(options.target, error.reason)))
            }
        }
    }

    private func connect(to addresses: ArraySlice<ResolvedAddress>) {
        guard completion != nil, let address = addresses.first else { return }
        do {
            let socket = try TCPSocket(on: loop)
            attempt = socket
            socket.connect(to: address.storage) { [self] status in
                finishAttempt(socket, status, others: addresses.dropFirst())
            }
        } catch {
            finish(.failure(.cannotConnect(options.target, "\(error)")))
        }
    }

    private func finishAttempt(_ socket: TCPSocket, _ status: CInt, others: ArraySlice<ResolvedAddress>) {
        guard completion != nil else { return }
        attempt = nil
        if status == 0 {
            finish(.success(socket))
        } else {
            socket.close()
            let reason = UVError(status, "connect").reason
            if others.isEmpty { finish(.failure(.cannotConnect(options.target, reason))) } else { connect(to: others) }
        }
    }

    /// Gives up.
    func cancel(_ error: RPCError) { finish(.failure(error)) }

    private func finish(_ result: Result<TCPSocket, RPCError>) {
        timer?.cancel()
        timer = nil
        attempt?.close()
        attempt = nil
        exchange(&completion, with: nil)?(result)
    }
}

extension RPCError {
    fileprivate static func cannotConnect(_ target: String, _ cause: String) -> RPCError {
        RPCError(
            .unavailable, reason: "CANNOT_CONNECT",
            "Cannot connect to \(target): \(cause). Is `attnrl serve` running there?",
            values: ["target": target, "cause": cause])
    }
}
