/* Made by protos/generate from the .proto files. Changes belong there. */
#pragma once

#include "message_arena.h"
#include "message_merge.h"
#include "message_scan.h"
#include "proto_files.h"
#include "attnrl/v1/common.pb-c.h"
#include "attnrl/v1/analysis.pb-c.h"
#include "attnrl/v1/generation.pb-c.h"
#include "attnrl/v1/policy.pb-c.h"
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
static inline const ProtobufCMessageDescriptor *attnrl__v1__layer_head__type(void) { return &attnrl__v1__layer_head__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__raw_rows_selection__type(void) { return &attnrl__v1__raw_rows_selection__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__step__type(void) { return &attnrl__v1__step__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__head_influence__type(void) { return &attnrl__v1__head_influence__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__trace__type(void) { return &attnrl__v1__trace__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__step_map_rows__type(void) { return &attnrl__v1__step_map_rows__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__raw_attention_rows__type(void) { return &attnrl__v1__raw_attention_rows__descriptor; }

static inline const ProtobufCMessageDescriptor *attnrl__v1__trace_input__type(void) { return &attnrl__v1__trace_input__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__trace_request__type(void) { return &attnrl__v1__trace_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__trace_response__type(void) { return &attnrl__v1__trace_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__branch_options__type(void) { return &attnrl__v1__branch_options__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__suggest_branches_request__type(void) { return &attnrl__v1__suggest_branches_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__suggest_branches_response__type(void) { return &attnrl__v1__suggest_branches_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__branch_point__type(void) { return &attnrl__v1__branch_point__descriptor; }

static inline const ProtobufCMessageDescriptor *attnrl__v1__generate_request__type(void) { return &attnrl__v1__generate_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generate_response__type(void) { return &attnrl__v1__generate_response__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generation_started__type(void) { return &attnrl__v1__generation_started__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generated_tokens__type(void) { return &attnrl__v1__generated_tokens__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__step_closed__type(void) { return &attnrl__v1__step_closed__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generated_trace__type(void) { return &attnrl__v1__generated_trace__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generated_step_map__type(void) { return &attnrl__v1__generated_step_map__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generated_raw_rows__type(void) { return &attnrl__v1__generated_raw_rows__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__generation_finished__type(void) { return &attnrl__v1__generation_finished__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__score_request__type(void) { return &attnrl__v1__score_request__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__score_response__type(void) { return &attnrl__v1__score_response__descriptor; }

static inline const ProtobufCMessageDescriptor *attnrl__v1__policy__type(void) { return &attnrl__v1__policy__descriptor; }
static inline const ProtobufCMessageDescriptor *attnrl__v1__policy_version__type(void) { return &attnrl__v1__policy_version__descriptor; }
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
