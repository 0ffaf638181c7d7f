/// Server reflection, which lets tools such as grpcurl call a server without its .proto files.
///
/// Depending on their age, tools speak `grpc.reflection.v1` or `v1alpha`, which differ only in their names. So the
/// answers are computed here, and each version has its own adapter.
struct ReflectionService: Sendable {
    enum Question {
        case file(name: String)
        case fileDeclaring(symbol: String)
        case `extension`(ofType: String)
        case services
        case none
    }

    enum Answer {
        case files([[UInt8]])
        case services([String])
        case error(RPCError.Code, String)
    }

    /// Full names of the server's services.
    let services: [String]

    func answer(_ question: Question) -> Answer {
        switch question {
        case .file(let name):
            guard let descriptors = ProtoFiles.compiledIn.descriptors(ofFile: name) else {
                return .error(.notFound, "no file is named '\(name)'")
            }
            return .files(descriptors)
        case .fileDeclaring(let symbol):
            guard let file = ProtoFiles.compiledIn.file(declaring: symbol) else {
                return .error(.notFound, "no file declares '\(symbol)'; give the full name, package included")
            }
            return answer(.file(name: file))
        case .extension(let type): return .error(.notFound, "'\(type)' has no extensions; nothing here has")
        case .services: return .services(services)
        case .none: return .error(.invalidArgument, "the request asks for nothing; set one field of message_request")
        }
    }

    func register(on router: inout RPCRouter) {
        router.register(Reflection.ServerReflection.serverReflectionInfo) { requests, responses, _ in
            for try await request in requests { try await responses.send(answer(request)) }
        }
        router.register(ReflectionAlpha.ServerReflection.serverReflectionInfo) { requests, responses, _ in
            for try await request in requests { try await responses.send(answer(request)) }
        }
    }
}

extension ReflectionService {
    private func answer(_ request: Reflection.ServerReflectionRequest) -> Reflection.ServerReflectionResponse {
        let question: Question =
            switch request.messageRequest {
            case .fileByFilename(let name): .file(name: name)
            case .fileContainingSymbol(let symbol): .fileDeclaring(symbol: symbol)
            case .fileContainingExtension(let request): .extension(ofType: request.containingType)
            case .allExtensionNumbersOfType(let type): .extension(ofType: type)
            case .listServices: .services
            case nil: .none
            }
        var response = Reflection.ServerReflectionResponse()
        response.validHost = request.host
        response.originalRequest = request
        switch answer(question) {
        case .files(let descriptors):
            var files = Reflection.FileDescriptorResponse()
            files.fileDescriptorProto = descriptors
            response.messageResponse = .fileDescriptorResponse(files)
        case .services(let names):
            var list = Reflection.ListServiceResponse()
            list.service = names.map {
                var service = Reflection.ServiceResponse()
                service.name = $0
                return service
            }
            response.messageResponse = .listServicesResponse(list)
        case .error(let code, let message):
            var error = Reflection.ErrorResponse()
            error.errorCode = Int32(code.rawValue)
            error.errorMessage = message
            response.messageResponse = .errorResponse(error)
        }
        return response
    }
}

extension ReflectionService {
    /// The messages of both versions are the same except for their package, so they share one encoding.
    private func answer(
        _ request: ReflectionAlpha.ServerReflectionRequest
    ) throws -> ReflectionAlpha.ServerReflectionResponse {
        let same = try Reflection.ServerReflectionRequest(serializedBytes: request.serializedBytes())
        return try ReflectionAlpha.ServerReflectionResponse(serializedBytes: answer(same).serializedBytes())
    }
}
