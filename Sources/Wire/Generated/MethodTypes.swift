// swift-format-ignore-file
// Made by protos/generate from all the .proto files. Changes belong there.

/// A method with the types of its messages.
package struct MethodType: Sendable {
    package let name: MethodName
    /// What it does, as the .proto file says it.
    package let comment: String
    package let request: any CMessage.Type
    package let response: any CMessage.Type
    /// Whether there may be any number of requests, and of responses.
    package let requestsStream: Bool
    package let responsesStream: Bool
    /// What a caller's key must be for.
    package let scope: V1.Scope
}

package enum MethodTypes {
    package static let all: [MethodType] = [
        MethodType(
            name: MethodName(service: "attnrl.v1.RewardService", method: "Judge"),
            comment: "Judges a batch: one judgement for each item, in the same order. It is called again with the same batch_id when an attempt fails or takes longer than reward.external.deadline_seconds.",
            request: V1.JudgeRequest.self, response: V1.JudgeResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .unspecified),
        MethodType(
            name: MethodName(service: "attnrl.v1.AnalysisService", method: "Trace"),
            comment: "Traces a response that is given, or one generated here: its steps, their influence, and the attention between them.",
            request: V1.TraceRequest.self, response: V1.TraceResponse.self,
            requestsStream: false, responsesStream: true,
            scope: .trace),
        MethodType(
            name: MethodName(service: "attnrl.v1.AnalysisService", method: "SuggestBranches"),
            comment: "Chooses steps of a response that are worth continuing differently from.",
            request: V1.SuggestBranchesRequest.self, response: V1.SuggestBranchesResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .trace),
        MethodType(
            name: MethodName(service: "attnrl.v1.AnalysisService", method: "Explore"),
            comment: "Grows a tree: draws responses, continues them from branch points, and values every stretch by the responses below it.",
            request: V1.ExploreRequest.self, response: V1.ExploreResponse.self,
            requestsStream: false, responsesStream: true,
            scope: .trace),
        MethodType(
            name: MethodName(service: "attnrl.v1.AnalysisService", method: "Ablate"),
            comment: "Takes steps of a response away, one at a time, and reports what becomes of what follows. Sends `started`, then one `step` for each step.",
            request: V1.AblateRequest.self, response: V1.AblateResponse.self,
            requestsStream: false, responsesStream: true,
            scope: .trace),
        MethodType(
            name: MethodName(service: "attnrl.v1.AnalysisService", method: "Verify"),
            comment: "Judges responses that are there, as Explore judges those that it draws.",
            request: V1.VerifyRequest.self, response: V1.VerifyResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .trace),
        MethodType(
            name: MethodName(service: "attnrl.v1.AnalysisService", method: "GetViewer"),
            comment: "The page that shows a saved view without a server.",
            request: V1.GetViewerRequest.self, response: V1.Viewer.self,
            requestsStream: false, responsesStream: false,
            scope: .unspecified),
        MethodType(
            name: MethodName(service: "attnrl.v1.GenerationService", method: "Generate"),
            comment: "Generates one or more responses, streaming tokens as they are drawn. With `capture`, steps and influence come along and a trace ends each response.",
            request: V1.GenerateRequest.self, response: V1.GenerateResponse.self,
            requestsStream: false, responsesStream: true,
            scope: .infer),
        MethodType(
            name: MethodName(service: "attnrl.v1.GenerationService", method: "Score"),
            comment: "Teacher-forced log-probabilities of given tokens, in runs of bounded size.",
            request: V1.ScoreRequest.self, response: V1.ScoreResponse.self,
            requestsStream: false, responsesStream: true,
            scope: .infer),
        MethodType(
            name: MethodName(service: "attnrl.v1.GenerationService", method: "Abort"),
            comment: "Ends Generate calls by the ids of their requests, with the status CANCELLED.",
            request: V1.AbortRequest.self, response: V1.AbortResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .infer),
        MethodType(
            name: MethodName(service: "attnrl.v1.PolicyService", method: "ListPolicies"),
            comment: "Lists policies by name.",
            request: V1.ListPoliciesRequest.self, response: V1.ListPoliciesResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .infer),
        MethodType(
            name: MethodName(service: "attnrl.v1.PolicyService", method: "GetPolicy"),
            comment: "Returns one policy.",
            request: V1.GetPolicyRequest.self, response: V1.Policy.self,
            requestsStream: false, responsesStream: false,
            scope: .infer),
        MethodType(
            name: MethodName(service: "attnrl.v1.PolicyService", method: "LoadPolicy"),
            comment: "Loads a policy from a Hugging Face directory on the server's machine, or an adapter on one that is loaded.",
            request: V1.LoadPolicyRequest.self, response: V1.Policy.self,
            requestsStream: false, responsesStream: false,
            scope: .admin),
        MethodType(
            name: MethodName(service: "attnrl.v1.PolicyService", method: "UnloadPolicy"),
            comment: "Unloads a policy. Requests in flight on it are cancelled unless `drain` is set.",
            request: V1.UnloadPolicyRequest.self, response: V1.UnloadPolicyResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .admin),
        MethodType(
            name: MethodName(service: "attnrl.v1.PolicyService", method: "SwitchVersion"),
            comment: "Serves new requests with another loaded version of the policy's weights.",
            request: V1.SwitchVersionRequest.self, response: V1.Policy.self,
            requestsStream: false, responsesStream: false,
            scope: .admin),
        MethodType(
            name: MethodName(service: "attnrl.v1.PolicyService", method: "Tokenize"),
            comment: "Text or chat to token ids.",
            request: V1.TokenizeRequest.self, response: V1.TokenizeResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .infer),
        MethodType(
            name: MethodName(service: "attnrl.v1.PolicyService", method: "Detokenize"),
            comment: "Token ids to text.",
            request: V1.DetokenizeRequest.self, response: V1.DetokenizeResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .infer),
        MethodType(
            name: MethodName(service: "attnrl.v1.PolicyService", method: "GetTokenizer"),
            comment: "What the tokenizer of a policy has to say of itself.",
            request: V1.GetTokenizerRequest.self, response: V1.TokenizerInfo.self,
            requestsStream: false, responsesStream: false,
            scope: .infer),
        MethodType(
            name: MethodName(service: "attnrl.v1.PolicyService", method: "Pause"),
            comment: "Stops computing, for all policies, until Resume: for trainers that exchange weights. Requests are still taken, and wait. Answers when it holds, and pauses all the same if the caller stops waiting. Resume takes it back.",
            request: V1.PauseRequest.self, response: V1.PauseState.self,
            requestsStream: false, responsesStream: false,
            scope: .admin),
        MethodType(
            name: MethodName(service: "attnrl.v1.PolicyService", method: "Resume"),
            comment: "Goes on after Pause.",
            request: V1.ResumeRequest.self, response: V1.PauseState.self,
            requestsStream: false, responsesStream: false,
            scope: .admin),
        MethodType(
            name: MethodName(service: "attnrl.v1.PolicyService", method: "GetPauseState"),
            comment: "Whether Pause holds; not while responses are still being finished.",
            request: V1.GetPauseStateRequest.self, response: V1.PauseState.self,
            requestsStream: false, responsesStream: false,
            scope: .infer),
        MethodType(
            name: MethodName(service: "attnrl.v1.PreferenceService", method: "AddPairs"),
            comment: "Adds pairs to a set, which is made with its first pair.",
            request: V1.AddPairsRequest.self, response: V1.AddPairsResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.PreferenceService", method: "Compare"),
            comment: "Hands out pairs that nobody has chosen from, and takes choices. The first request names the set. Whatever is chosen is on disk when its `taken` comes. A pair that was handed out and not chosen from stays open, however the call ends. The call ends when no pair is open that it has not handed out, and all that it has are chosen from; or with the caller's last request.",
            request: V1.CompareRequest.self, response: V1.CompareResponse.self,
            requestsStream: true, responsesStream: true,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.PreferenceService", method: "GetPreferences"),
            comment: "All pairs of a set, in the order in which they were added, with what was chosen.",
            request: V1.GetPreferencesRequest.self, response: V1.ComparedPair.self,
            requestsStream: false, responsesStream: true,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.PreferenceService", method: "ListSets"),
            comment: "All sets, in order of their names.",
            request: V1.ListSetsRequest.self, response: V1.ListSetsResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.PreferenceService", method: "DeleteSet"),
            comment: "Deletes a set with all that was chosen of it. Refused while a job that is not over reads it.",
            request: V1.DeleteSetRequest.self, response: V1.DeleteSetResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.TrainingService", method: "CreateJob"),
            comment: "Creates a job, or only checks its specification. All that is wrong with it comes at once, as BadRequest with the paths of the fields.",
            request: V1.CreateJobRequest.self, response: V1.Job.self,
            requestsStream: false, responsesStream: false,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.TrainingService", method: "GetJob"),
            comment: "Returns one job.",
            request: V1.GetJobRequest.self, response: V1.Job.self,
            requestsStream: false, responsesStream: false,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.TrainingService", method: "ListJobs"),
            comment: "Lists jobs, the newest first.",
            request: V1.ListJobsRequest.self, response: V1.ListJobsResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.TrainingService", method: "CancelJob"),
            comment: "Ends a job, in the middle of a step too. Its checkpoints stay.",
            request: V1.CancelJobRequest.self, response: V1.Job.self,
            requestsStream: false, responsesStream: false,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.TrainingService", method: "PauseJob"),
            comment: "Stops a job after its current step and saves a checkpoint. Answers at once; the state becomes PAUSED when that is done.",
            request: V1.PauseJobRequest.self, response: V1.Job.self,
            requestsStream: false, responsesStream: false,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.TrainingService", method: "ResumeJob"),
            comment: "Goes on with a paused job.",
            request: V1.ResumeJobRequest.self, response: V1.Job.self,
            requestsStream: false, responsesStream: false,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.TrainingService", method: "WatchJob"),
            comment: "Streams a job's events: those of the past first, then the others as they happen, each once and in order. Ends after the event that ends the job.",
            request: V1.WatchJobRequest.self, response: V1.JobEvent.self,
            requestsStream: false, responsesStream: true,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.TrainingService", method: "ListCheckpoints"),
            comment: "Lists the checkpoints of a job that are whole, by step.",
            request: V1.ListCheckpointsRequest.self, response: V1.ListCheckpointsResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.TrainingService", method: "ExportCheckpoint"),
            comment: "Copies the policy of a checkpoint to a folder in Hugging Face layout on the server's machine.",
            request: V1.ExportCheckpointRequest.self, response: V1.ExportCheckpointResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.TrainingService", method: "GetTrees"),
            comment: "Streams the rollout trees that a job has kept, by step. What is not there is NOT_FOUND, with the steps that are.",
            request: V1.GetTreesRequest.self, response: V1.GetTreesResponse.self,
            requestsStream: false, responsesStream: true,
            scope: .train),
        MethodType(
            name: MethodName(service: "attnrl.v1.TrainingService", method: "Feedback"),
            comment: "Sends records to a job to learn from. Each request is answered once, in order, when its records are stored: they are not lost then when the server is killed.",
            request: V1.FeedbackRequest.self, response: V1.FeedbackResponse.self,
            requestsStream: true, responsesStream: true,
            scope: .train),
        MethodType(
            name: MethodName(service: "grpc.health.v1.Health", method: "Check"),
            comment: "Asks once. An unknown service is a NOT_FOUND error.",
            request: Health.HealthCheckRequest.self, response: Health.HealthCheckResponse.self,
            requestsStream: false, responsesStream: false,
            scope: .unspecified),
        MethodType(
            name: MethodName(service: "grpc.health.v1.Health", method: "Watch"),
            comment: "Reports the status now and whenever it changes. An unknown service is reported as SERVICE_UNKNOWN, and the call goes on.",
            request: Health.HealthCheckRequest.self, response: Health.HealthCheckResponse.self,
            requestsStream: false, responsesStream: true,
            scope: .unspecified),
        MethodType(
            name: MethodName(service: "grpc.reflection.v1.ServerReflection", method: "ServerReflectionInfo"),
            comment: "Answers each question with one response, in order.",
            request: Reflection.ServerReflectionRequest.self, response: Reflection.ServerReflectionResponse.self,
            requestsStream: true, responsesStream: true,
            scope: .unspecified),
        MethodType(
            name: MethodName(service: "grpc.reflection.v1alpha.ServerReflection", method: "ServerReflectionInfo"),
            comment: "Answers each question with one response, in order.",
            request: ReflectionAlpha.ServerReflectionRequest.self, response: ReflectionAlpha.ServerReflectionResponse.self,
            requestsStream: true, responsesStream: true,
            scope: .unspecified),
    ]

    /// By their names.
    package static let named = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
