/* Made by protos/generate from the .proto files. Changes belong there. */
#pragma once

#include "message_arena.h"
#include "message_merge.h"
#include "message_scan.h"
#include "proto_files.h"
#include "attnrl/v1/access.pb-c.h"
#include "attnrl/v1/common.pb-c.h"
#include "attnrl/v1/reward.pb-c.h"
#include "attnrl/v1/tree.pb-c.h"
#include "attnrl/v1/analysis.pb-c.h"
#include "attnrl/v1/generation.pb-c.h"
#include "attnrl/v1/job.pb-c.h"
#include "attnrl/v1/policy.pb-c.h"
#include "attnrl/v1/preference.pb-c.h"
#include "attnrl/v1/training.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/protobuf/any.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "grpc/reflection/v1alpha/reflection.pb-c.h"


static inline const ProtobufCMessageDescriptor *attnrl__v1__prompt__type(void) { return &attnrl__v1__prompt__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__token_ids__type(void) { return &attnrl__v1__token_ids__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__chat__type(void) { return &attnrl__v1__chat__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__chat_message__type(void) { return &attnrl__v1__chat_message__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__sampling_options__type(void) { return &attnrl__v1__sampling_options__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__logit_bias__type(void) { return &attnrl__v1__logit_bias__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__token_detail__type(void) { return &attnrl__v1__token_detail__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__token_run__type(void) { return &attnrl__v1__token_run__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__top_logprobs__type(void) { return &attnrl__v1__top_logprobs__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__version_range__type(void) { return &attnrl__v1__version_range__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__capture_options__type(void) { return &attnrl__v1__capture_options__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__hidden_state_options__type(void) { return &attnrl__v1__hidden_state_options__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__layer_head__type(void) { return &attnrl__v1__layer_head__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__raw_rows_selection__type(void) { return &attnrl__v1__raw_rows_selection__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__step__type(void) { return &attnrl__v1__step__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__head_influence__type(void) { return &attnrl__v1__head_influence__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__trace__type(void) { return &attnrl__v1__trace__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__step_map_rows__type(void) { return &attnrl__v1__step_map_rows__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__hidden_states__type(void) { return &attnrl__v1__hidden_states__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__raw_attention_rows__type(void) { return &attnrl__v1__raw_attention_rows__descriptor; }

static inline const ProtobufCMessageDescriptor *attnrl__v1__judge_request__type(void) { return &attnrl__v1__judge_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__judge_item__type(void) { return &attnrl__v1__judge_item__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__judge_response__type(void) { return &attnrl__v1__judge_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__judgement__type(void) { return &attnrl__v1__judgement__descriptor; }

static inline const ProtobufCMessageDescriptor *attnrl__v1__tree__type(void) { return &attnrl__v1__tree__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__tree_rollout__type(void) { return &attnrl__v1__tree_rollout__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__tree_fork__type(void) { return &attnrl__v1__tree_fork__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__tree_step__type(void) { return &attnrl__v1__tree_step__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__tree_node__type(void) { return &attnrl__v1__tree_node__descriptor; }

static inline const ProtobufCMessageDescriptor *attnrl__v1__trace_input__type(void) { return &attnrl__v1__trace_input__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__trace_request__type(void) { return &attnrl__v1__trace_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__trace_response__type(void) { return &attnrl__v1__trace_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__ablate_request__type(void) { return &attnrl__v1__ablate_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__ablate_response__type(void) { return &attnrl__v1__ablate_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__ablation_started__type(void) { return &attnrl__v1__ablation_started__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__step_ablation__type(void) { return &attnrl__v1__step_ablation__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__forced_effect__type(void) { return &attnrl__v1__forced_effect__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__sampled_effect__type(void) { return &attnrl__v1__sampled_effect__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__answer_count__type(void) { return &attnrl__v1__answer_count__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__branch_options__type(void) { return &attnrl__v1__branch_options__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__suggest_branches_request__type(void) { return &attnrl__v1__suggest_branches_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__suggest_branches_response__type(void) { return &attnrl__v1__suggest_branches_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__branch_point__type(void) { return &attnrl__v1__branch_point__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__explore_request__type(void) { return &attnrl__v1__explore_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__verifier__type(void) { return &attnrl__v1__verifier__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__verify_request__type(void) { return &attnrl__v1__verify_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__verify_response__type(void) { return &attnrl__v1__verify_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__verified__type(void) { return &attnrl__v1__verified__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__get_viewer_request__type(void) { return &attnrl__v1__get_viewer_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__viewer__type(void) { return &attnrl__v1__viewer__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__explore_response__type(void) { return &attnrl__v1__explore_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__explore_started__type(void) { return &attnrl__v1__explore_started__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__explore_note__type(void) { return &attnrl__v1__explore_note__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__tree_nodes__type(void) { return &attnrl__v1__tree_nodes__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__explore_finished__type(void) { return &attnrl__v1__explore_finished__descriptor; }

static inline const ProtobufCMessageDescriptor *attnrl__v1__generate_request__type(void) { return &attnrl__v1__generate_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generate_response__type(void) { return &attnrl__v1__generate_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generation_started__type(void) { return &attnrl__v1__generation_started__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generated_tokens__type(void) { return &attnrl__v1__generated_tokens__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__step_closed__type(void) { return &attnrl__v1__step_closed__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generated_trace__type(void) { return &attnrl__v1__generated_trace__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generated_step_map__type(void) { return &attnrl__v1__generated_step_map__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generated_raw_rows__type(void) { return &attnrl__v1__generated_raw_rows__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generated_hidden_states__type(void) { return &attnrl__v1__generated_hidden_states__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generation_finished__type(void) { return &attnrl__v1__generation_finished__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__score_request__type(void) { return &attnrl__v1__score_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__score_response__type(void) { return &attnrl__v1__score_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__abort_request__type(void) { return &attnrl__v1__abort_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__abort_response__type(void) { return &attnrl__v1__abort_response__descriptor; }

static inline const ProtobufCMessageDescriptor *attnrl__v1__job_specification__type(void) { return &attnrl__v1__job_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__data_specification__type(void) { return &attnrl__v1__data_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__feedback_specification__type(void) { return &attnrl__v1__feedback_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__reward_specification__type(void) { return &attnrl__v1__reward_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__length_reward_specification__type(void) { return &attnrl__v1__length_reward_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__external_reward_specification__type(void) { return &attnrl__v1__external_reward_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__score_specification__type(void) { return &attnrl__v1__score_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__rollout_specification__type(void) { return &attnrl__v1__rollout_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__dynamic_sampling_specification__type(void) { return &attnrl__v1__dynamic_sampling_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__curriculum_specification__type(void) { return &attnrl__v1__curriculum_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__branching_specification__type(void) { return &attnrl__v1__branching_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__adaptive_specification__type(void) { return &attnrl__v1__adaptive_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__trees_specification__type(void) { return &attnrl__v1__trees_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__warm_start_specification__type(void) { return &attnrl__v1__warm_start_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__reward_model_specification__type(void) { return &attnrl__v1__reward_model_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__loss_specification__type(void) { return &attnrl__v1__loss_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__critic_specification__type(void) { return &attnrl__v1__critic_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__abstraction_specification__type(void) { return &attnrl__v1__abstraction_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__adapter_specification__type(void) { return &attnrl__v1__adapter_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__optimizer_specification__type(void) { return &attnrl__v1__optimizer_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__schedule_specification__type(void) { return &attnrl__v1__schedule_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__batch_specification__type(void) { return &attnrl__v1__batch_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__compute_specification__type(void) { return &attnrl__v1__compute_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__checkpoint_specification__type(void) { return &attnrl__v1__checkpoint_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__publish_specification__type(void) { return &attnrl__v1__publish_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__evaluation_specification__type(void) { return &attnrl__v1__evaluation_specification__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__limit_specification__type(void) { return &attnrl__v1__limit_specification__descriptor; }

static inline const ProtobufCMessageDescriptor *attnrl__v1__policy__type(void) { return &attnrl__v1__policy__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__policy_version__type(void) { return &attnrl__v1__policy_version__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__adapter_info__type(void) { return &attnrl__v1__adapter_info__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__list_policies_request__type(void) { return &attnrl__v1__list_policies_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__list_policies_response__type(void) { return &attnrl__v1__list_policies_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__get_policy_request__type(void) { return &attnrl__v1__get_policy_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__load_policy_request__type(void) { return &attnrl__v1__load_policy_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__unload_policy_request__type(void) { return &attnrl__v1__unload_policy_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__unload_policy_response__type(void) { return &attnrl__v1__unload_policy_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__switch_version_request__type(void) { return &attnrl__v1__switch_version_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__tokenize_request__type(void) { return &attnrl__v1__tokenize_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__tokenize_response__type(void) { return &attnrl__v1__tokenize_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__detokenize_request__type(void) { return &attnrl__v1__detokenize_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__detokenize_response__type(void) { return &attnrl__v1__detokenize_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__get_tokenizer_request__type(void) { return &attnrl__v1__get_tokenizer_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__tokenizer_info__type(void) { return &attnrl__v1__tokenizer_info__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__pause_request__type(void) { return &attnrl__v1__pause_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__resume_request__type(void) { return &attnrl__v1__resume_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__get_pause_state_request__type(void) { return &attnrl__v1__get_pause_state_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__pause_state__type(void) { return &attnrl__v1__pause_state__descriptor; }

static inline const ProtobufCMessageDescriptor *attnrl__v1__preference_pair__type(void) { return &attnrl__v1__preference_pair__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__add_pairs_request__type(void) { return &attnrl__v1__add_pairs_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__add_pairs_response__type(void) { return &attnrl__v1__add_pairs_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__refused_pair__type(void) { return &attnrl__v1__refused_pair__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__compare_request__type(void) { return &attnrl__v1__compare_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__preference_choice__type(void) { return &attnrl__v1__preference_choice__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__compare_response__type(void) { return &attnrl__v1__compare_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__choice_taken__type(void) { return &attnrl__v1__choice_taken__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__get_preferences_request__type(void) { return &attnrl__v1__get_preferences_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__compared_pair__type(void) { return &attnrl__v1__compared_pair__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__list_sets_request__type(void) { return &attnrl__v1__list_sets_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__list_sets_response__type(void) { return &attnrl__v1__list_sets_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__preference_set__type(void) { return &attnrl__v1__preference_set__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__delete_set_request__type(void) { return &attnrl__v1__delete_set_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__delete_set_response__type(void) { return &attnrl__v1__delete_set_response__descriptor; }

static inline const ProtobufCMessageDescriptor *attnrl__v1__job__type(void) { return &attnrl__v1__job__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__rank_share__type(void) { return &attnrl__v1__rank_share__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__create_job_request__type(void) { return &attnrl__v1__create_job_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__get_job_request__type(void) { return &attnrl__v1__get_job_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__list_jobs_request__type(void) { return &attnrl__v1__list_jobs_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__list_jobs_response__type(void) { return &attnrl__v1__list_jobs_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__cancel_job_request__type(void) { return &attnrl__v1__cancel_job_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__pause_job_request__type(void) { return &attnrl__v1__pause_job_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__resume_job_request__type(void) { return &attnrl__v1__resume_job_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__watch_job_request__type(void) { return &attnrl__v1__watch_job_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__job_event__type(void) { return &attnrl__v1__job_event__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__job_state_changed__type(void) { return &attnrl__v1__job_state_changed__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__job_step__type(void) { return &attnrl__v1__job_step__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__job_step__metrics_entry__type(void) { return &attnrl__v1__job_step__metrics_entry__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__job_evaluated__type(void) { return &attnrl__v1__job_evaluated__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__job_evaluated__metrics_entry__type(void) { return &attnrl__v1__job_evaluated__metrics_entry__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__checkpoint_saved__type(void) { return &attnrl__v1__checkpoint_saved__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__policy_published__type(void) { return &attnrl__v1__policy_published__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__job_note__type(void) { return &attnrl__v1__job_note__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__list_checkpoints_request__type(void) { return &attnrl__v1__list_checkpoints_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__list_checkpoints_response__type(void) { return &attnrl__v1__list_checkpoints_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__checkpoint__type(void) { return &attnrl__v1__checkpoint__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__export_checkpoint_request__type(void) { return &attnrl__v1__export_checkpoint_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__export_checkpoint_response__type(void) { return &attnrl__v1__export_checkpoint_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__feedback_request__type(void) { return &attnrl__v1__feedback_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__feedback_record__type(void) { return &attnrl__v1__feedback_record__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__rewarded_response__type(void) { return &attnrl__v1__rewarded_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__feedback_response__type(void) { return &attnrl__v1__feedback_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__refused_feedback__type(void) { return &attnrl__v1__refused_feedback__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__get_trees_request__type(void) { return &attnrl__v1__get_trees_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__get_trees_response__type(void) { return &attnrl__v1__get_trees_response__descriptor; }

static inline const ProtobufCMessageDescriptor *google__protobuf__duration__type(void) { return &google__protobuf__duration__descriptor; }

static inline const ProtobufCMessageDescriptor *google__rpc__error_info__type(void) { return &google__rpc__error_info__descriptor; }
static inline const ProtobufCMessageDescriptor *google__rpc__error_info__metadata_entry__type(void) { return &google__rpc__error_info__metadata_entry__descriptor; }
static inline const ProtobufCMessageDescriptor *google__rpc__retry_info__type(void) { return &google__rpc__retry_info__descriptor; }
static inline const ProtobufCMessageDescriptor *google__rpc__bad_request__type(void) { return &google__rpc__bad_request__descriptor; }
static inline const ProtobufCMessageDescriptor *google__rpc__bad_request__field_violation__type(void) { return &google__rpc__bad_request__field_violation__descriptor; }

static inline const ProtobufCMessageDescriptor *google__protobuf__any__type(void) { return &google__protobuf__any__descriptor; }

static inline const ProtobufCMessageDescriptor *google__rpc__status__type(void) { return &google__rpc__status__descriptor; }

static inline const ProtobufCMessageDescriptor *grpc__health__v1__health_check_request__type(void) { return &grpc__health__v1__health_check_request__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__health__v1__health_check_response__type(void) { return &grpc__health__v1__health_check_response__descriptor; }

static inline const ProtobufCMessageDescriptor *grpc__reflection__v1__server_reflection_request__type(void) { return &grpc__reflection__v1__server_reflection_request__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1__extension_request__type(void) { return &grpc__reflection__v1__extension_request__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1__server_reflection_response__type(void) { return &grpc__reflection__v1__server_reflection_response__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1__file_descriptor_response__type(void) { return &grpc__reflection__v1__file_descriptor_response__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1__extension_number_response__type(void) { return &grpc__reflection__v1__extension_number_response__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1__list_service_response__type(void) { return &grpc__reflection__v1__list_service_response__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1__service_response__type(void) { return &grpc__reflection__v1__service_response__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1__error_response__type(void) { return &grpc__reflection__v1__error_response__descriptor; }

static inline const ProtobufCMessageDescriptor *grpc__reflection__v1alpha__server_reflection_request__type(void) { return &grpc__reflection__v1alpha__server_reflection_request__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1alpha__extension_request__type(void) { return &grpc__reflection__v1alpha__extension_request__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1alpha__server_reflection_response__type(void) { return &grpc__reflection__v1alpha__server_reflection_response__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1alpha__file_descriptor_response__type(void) { return &grpc__reflection__v1alpha__file_descriptor_response__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1alpha__extension_number_response__type(void) { return &grpc__reflection__v1alpha__extension_number_response__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1alpha__list_service_response__type(void) { return &grpc__reflection__v1alpha__list_service_response__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1alpha__service_response__type(void) { return &grpc__reflection__v1alpha__service_response__descriptor; }
static inline const ProtobufCMessageDescriptor *grpc__reflection__v1alpha__error_response__type(void) { return &grpc__reflection__v1alpha__error_response__descriptor; }
