// swift-format-ignore-file
// Made by protos/generate from all the .proto files. Changes belong there.

/// The message types that there are.
package enum MessageTypes {
    package static let all: [any CMessage.Type] = [
        V1.Prompt.self, V1.TokenIds.self, V1.Chat.self, V1.ChatMessage.self, V1.SamplingOptions.self,
        V1.LogitBias.self, V1.TokenDetail.self, V1.TokenRun.self, V1.TopLogprobs.self, V1.VersionRange.self,
        V1.CaptureOptions.self, V1.HiddenStateOptions.self, V1.LayerHead.self, V1.RawRowsSelection.self,
        V1.Step.self, V1.HeadInfluence.self, V1.Trace.self, V1.StepMapRows.self, V1.HiddenStates.self,
        V1.RawAttentionRows.self, V1.JudgeRequest.self, V1.JudgeItem.self, V1.JudgeResponse.self, V1.Judgement.self,
        V1.Tree.self, V1.TreeRollout.self, V1.TreeFork.self, V1.TreeStep.self, V1.TreeNode.self, V1.TraceInput.self,
        V1.TraceRequest.self, V1.TraceResponse.self, V1.AblateRequest.self, V1.AblateResponse.self,
        V1.AblationStarted.self, V1.StepAblation.self, V1.ForcedEffect.self, V1.SampledEffect.self,
        V1.AnswerCount.self, V1.BranchOptions.self, V1.SuggestBranchesRequest.self, V1.SuggestBranchesResponse.self,
        V1.BranchPoint.self, V1.ExploreRequest.self, V1.Verifier.self, V1.VerifyRequest.self,
        V1.VerifyResponse.self, V1.Verified.self, V1.GetViewerRequest.self, V1.Viewer.self, V1.ExploreResponse.self,
        V1.ExploreStarted.self, V1.ExploreNote.self, V1.TreeNodes.self, V1.ExploreFinished.self,
        V1.GenerateRequest.self, V1.GenerateResponse.self, V1.GenerationStarted.self, V1.GeneratedTokens.self,
        V1.StepClosed.self, V1.GeneratedTrace.self, V1.GeneratedStepMap.self, V1.GeneratedRawRows.self,
        V1.GeneratedHiddenStates.self, V1.GenerationFinished.self, V1.ScoreRequest.self, V1.ScoreResponse.self,
        V1.AbortRequest.self, V1.AbortResponse.self, V1.JobSpecification.self, V1.DataSpecification.self,
        V1.FeedbackSpecification.self, V1.RewardSpecification.self, V1.LengthRewardSpecification.self,
        V1.ExternalRewardSpecification.self, V1.ScoreSpecification.self, V1.RolloutSpecification.self,
        V1.DynamicSamplingSpecification.self, V1.CurriculumSpecification.self, V1.BranchingSpecification.self,
        V1.AdaptiveSpecification.self, V1.TreesSpecification.self, V1.LossSpecification.self,
        V1.AbstractionSpecification.self, V1.AdapterSpecification.self, V1.OptimizerSpecification.self,
        V1.ScheduleSpecification.self, V1.BatchSpecification.self, V1.ComputeSpecification.self,
        V1.CheckpointSpecification.self, V1.PublishSpecification.self, V1.EvaluationSpecification.self,
        V1.LimitSpecification.self, V1.Policy.self, V1.PolicyVersion.self, V1.AdapterInfo.self,
        V1.ListPoliciesRequest.self, V1.ListPoliciesResponse.self, V1.GetPolicyRequest.self,
        V1.LoadPolicyRequest.self, V1.UnloadPolicyRequest.self, V1.UnloadPolicyResponse.self,
        V1.SwitchVersionRequest.self, V1.TokenizeRequest.self, V1.TokenizeResponse.self, V1.DetokenizeRequest.self,
        V1.DetokenizeResponse.self, V1.GetTokenizerRequest.self, V1.TokenizerInfo.self, V1.PauseRequest.self,
        V1.ResumeRequest.self, V1.GetPauseStateRequest.self, V1.PauseState.self, V1.Job.self,
        V1.CreateJobRequest.self, V1.GetJobRequest.self, V1.ListJobsRequest.self, V1.ListJobsResponse.self,
        V1.CancelJobRequest.self, V1.PauseJobRequest.self, V1.ResumeJobRequest.self, V1.WatchJobRequest.self,
        V1.JobEvent.self, V1.JobStateChanged.self, V1.JobStep.self, V1.JobEvaluated.self, V1.CheckpointSaved.self,
        V1.PolicyPublished.self, V1.JobNote.self, V1.ListCheckpointsRequest.self, V1.ListCheckpointsResponse.self,
        V1.Checkpoint.self, V1.ExportCheckpointRequest.self, V1.ExportCheckpointResponse.self,
        V1.FeedbackRequest.self, V1.FeedbackRecord.self, V1.RewardedResponse.self, V1.FeedbackResponse.self,
        V1.RefusedFeedback.self, V1.GetTreesRequest.self, V1.GetTreesResponse.self, WellKnown.Duration.self,
        GoogleRPC.ErrorInfo.self, GoogleRPC.RetryInfo.self, GoogleRPC.BadRequest.self,
        GoogleRPC.BadRequest.FieldViolation.self, WellKnown.AnyMessage.self, GoogleRPC.Status.self,
        Health.HealthCheckRequest.self, Health.HealthCheckResponse.self, Reflection.ServerReflectionRequest.self,
        Reflection.ExtensionRequest.self, Reflection.ServerReflectionResponse.self,
        Reflection.FileDescriptorResponse.self, Reflection.ExtensionNumberResponse.self,
        Reflection.ListServiceResponse.self, Reflection.ServiceResponse.self, Reflection.ErrorResponse.self,
        ReflectionAlpha.ServerReflectionRequest.self, ReflectionAlpha.ExtensionRequest.self,
        ReflectionAlpha.ServerReflectionResponse.self, ReflectionAlpha.FileDescriptorResponse.self,
        ReflectionAlpha.ExtensionNumberResponse.self, ReflectionAlpha.ListServiceResponse.self,
        ReflectionAlpha.ServiceResponse.self, ReflectionAlpha.ErrorResponse.self,
    ]

    /// By their full names.
    package static let named = Dictionary(uniqueKeysWithValues: all.map { ($0.fullName, $0) })
}
