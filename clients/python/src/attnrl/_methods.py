"""The server's methods: where each is found and which message it answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from google.protobuf.message import Message

from ._proto.attnrl.client import grpc_standard_pb2 as standard
from ._proto.attnrl.v1 import analysis_pb2, generation_pb2, policy_pb2, preference_pb2, training_pb2

Answer = TypeVar("Answer", bound=Message)


@dataclass(frozen=True)
class Method(Generic[Answer]):
    """One method. Those that answer once are called as streams of one message, which are the same on the wire."""

    path: str
    answer: type[Answer]
    streams: bool = False


GENERATE = Method("/attnrl.v1.GenerationService/Generate", generation_pb2.GenerateResponse, streams=True)
SCORE = Method("/attnrl.v1.GenerationService/Score", generation_pb2.ScoreResponse, streams=True)
ABORT = Method("/attnrl.v1.GenerationService/Abort", generation_pb2.AbortResponse)

TRACE = Method("/attnrl.v1.AnalysisService/Trace", analysis_pb2.TraceResponse, streams=True)
SUGGEST_BRANCHES = Method("/attnrl.v1.AnalysisService/SuggestBranches", analysis_pb2.SuggestBranchesResponse)
ABLATE = Method("/attnrl.v1.AnalysisService/Ablate", analysis_pb2.AblateResponse, streams=True)
VERIFY = Method("/attnrl.v1.AnalysisService/Verify", analysis_pb2.VerifyResponse)
GET_VIEWER = Method("/attnrl.v1.AnalysisService/GetViewer", analysis_pb2.Viewer)
EXPLORE = Method("/attnrl.v1.AnalysisService/Explore", analysis_pb2.ExploreResponse, streams=True)

LIST_POLICIES = Method("/attnrl.v1.PolicyService/ListPolicies", policy_pb2.ListPoliciesResponse)
GET_POLICY = Method("/attnrl.v1.PolicyService/GetPolicy", policy_pb2.Policy)
LOAD_POLICY = Method("/attnrl.v1.PolicyService/LoadPolicy", policy_pb2.Policy)
UNLOAD_POLICY = Method("/attnrl.v1.PolicyService/UnloadPolicy", policy_pb2.UnloadPolicyResponse)
SWITCH_VERSION = Method("/attnrl.v1.PolicyService/SwitchVersion", policy_pb2.Policy)
TOKENIZE = Method("/attnrl.v1.PolicyService/Tokenize", policy_pb2.TokenizeResponse)
DETOKENIZE = Method("/attnrl.v1.PolicyService/Detokenize", policy_pb2.DetokenizeResponse)
GET_TOKENIZER = Method("/attnrl.v1.PolicyService/GetTokenizer", policy_pb2.TokenizerInfo)
PAUSE = Method("/attnrl.v1.PolicyService/Pause", policy_pb2.PauseState)
RESUME = Method("/attnrl.v1.PolicyService/Resume", policy_pb2.PauseState)
GET_PAUSE_STATE = Method("/attnrl.v1.PolicyService/GetPauseState", policy_pb2.PauseState)

CREATE_JOB = Method("/attnrl.v1.TrainingService/CreateJob", training_pb2.Job)
GET_JOB = Method("/attnrl.v1.TrainingService/GetJob", training_pb2.Job)
LIST_JOBS = Method("/attnrl.v1.TrainingService/ListJobs", training_pb2.ListJobsResponse)
CANCEL_JOB = Method("/attnrl.v1.TrainingService/CancelJob", training_pb2.Job)
PAUSE_JOB = Method("/attnrl.v1.TrainingService/PauseJob", training_pb2.Job)
RESUME_JOB = Method("/attnrl.v1.TrainingService/ResumeJob", training_pb2.Job)
WATCH_JOB = Method("/attnrl.v1.TrainingService/WatchJob", training_pb2.JobEvent, streams=True)
LIST_CHECKPOINTS = Method("/attnrl.v1.TrainingService/ListCheckpoints", training_pb2.ListCheckpointsResponse)
EXPORT_CHECKPOINT = Method("/attnrl.v1.TrainingService/ExportCheckpoint", training_pb2.ExportCheckpointResponse)
GET_TREES = Method("/attnrl.v1.TrainingService/GetTrees", training_pb2.GetTreesResponse, streams=True)
# Requests may stream as well; each call here sends one, whose answer says that it is stored.
FEEDBACK = Method("/attnrl.v1.TrainingService/Feedback", training_pb2.FeedbackResponse, streams=True)

ADD_PAIRS = Method("/attnrl.v1.PreferenceService/AddPairs", preference_pb2.AddPairsResponse)
# As Feedback: each call here sends one request.
COMPARE = Method("/attnrl.v1.PreferenceService/Compare", preference_pb2.CompareResponse, streams=True)
DELETE_SET = Method("/attnrl.v1.PreferenceService/DeleteSet", preference_pb2.DeleteSetResponse)
LIST_SETS = Method("/attnrl.v1.PreferenceService/ListSets", preference_pb2.ListSetsResponse)
GET_PREFERENCES = Method("/attnrl.v1.PreferenceService/GetPreferences", preference_pb2.ComparedPair, streams=True)

HEALTH_CHECK = Method("/grpc.health.v1.Health/Check", standard.HealthCheckResponse)
