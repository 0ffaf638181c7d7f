"""What a caller asks for: prompts, sampling, attention capture, branch strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, TypeAlias, TypedDict


@dataclass(frozen=True)
class Message:
    """One turn of a chat."""

    role: str
    content: str
    reasoning_content: str = ""
    """The text between <think> and </think> of an earlier turn, where a template wants it apart."""
    tool_calls: str | Sequence[Mapping[str, Any]] = ()
    """The functions that an assistant's turn called, in OpenAI's form: `[{"id": ..., "type": "function", "function":
    {"name": ..., "arguments": ...}}]`, or such a list as JSON text."""
    tool_call_id: str = ""
    """Of a tool's turn: which call it answers."""
    name: str = ""
    """Of a tool's turn: the tool's name."""


class ControlTokens(str, Enum):
    """What special tokens, such as "<|im_end|>", are that are written out in a prompt."""

    RECOGNIZED = "recognized"
    """Those tokens."""
    AS_TEXT = "as_text"
    """The characters they consist of: whoever wrote the text cannot end a turn or begin another."""


@dataclass(frozen=True)
class Chat:
    """Messages with a say in how the policy's chat template renders them."""

    messages: Sequence[Message | Mapping[str, Any]]
    add_generation_prompt: bool | None = None
    """Whether the rendering ends with the opening of an assistant turn. Server's default: yes."""
    enable_thinking: bool | None = None
    """Passed to the template when set."""
    control_tokens: ControlTokens | str | None = None
    """What special tokens are that are written out in messages. Those that the template writes are tokens all the
    same. Server's default: recognized."""
    tools: Sequence[Mapping[str, Any]] | None = None
    """The functions that the model may call, in OpenAI's form: `[{"type": "function", "function": {"name": ...,
    "description": ..., "parameters": ...}}]`. An error where the template does not know tools."""
    template_arguments: Mapping[str, Any] | None = None
    """What the template is given beside, `chat_template_kwargs` elsewhere."""
    continue_final_message: bool = False
    """Whether the last message, the assistant's, is the beginning of the response: the rendering ends with it, and its
    turn stays open."""


@dataclass(frozen=True)
class Text:
    """Text with a say in how it is tokenized."""

    text: str
    add_special_tokens: bool | None = None
    """Whether the tokenizer adds a leading <s> and the like; one that the text starts with is not added again.
    Server's default: yes."""
    control_tokens: ControlTokens | str | None = None
    """What special tokens are that are written out in the text. Server's default: recognized."""


Prompt: TypeAlias = str | Text | Chat | Sequence[int] | Sequence[Message | Mapping[str, Any]]
"""Text, a chat, token ids, or messages (`{"role": ..., "content": ...}` will do, with other fields of `Message`)."""

Response: TypeAlias = str | Sequence[int]
"""A response to look at: text, tokenized apart from the prompt as one that goes on, or token ids."""


class Sampling(TypedDict, total=False):
    """How tokens are drawn.

    What is left out takes the policy's generation_config.json value, or else the default named here. `Started`
    returns this dictionary as the server resolved it, so `**started.sampling` draws the same tokens again.
    """

    temperature: float
    """0 is greedy. Default: 1."""
    top_p: float
    """Keep the smallest set of tokens whose probability reaches this. In (0, 1]. Default: 1."""
    top_k: int
    """Keep the k most probable tokens; 0 keeps all. Default: 0."""
    min_p: float
    """Keep tokens at least this fraction as probable as the best one. In [0, 1]. Default: 0."""
    repetition_penalty: float
    """Divides positive and multiplies negative logits of tokens already seen. Above 0. Default: 1."""
    frequency_penalty: float
    """Taken from the logits of tokens that the response has, so much for each time it has them. In [-2, 2].
    Default: 0."""
    presence_penalty: float
    """Taken from the logits of tokens that the response has. In [-2, 2]. Default: 0."""
    max_tokens: int
    """Tokens to generate at most. Default: whatever the context still holds."""
    min_tokens: int
    """Nothing that ends the response is drawn before this many tokens. Default: 0."""
    stop: str | Sequence[str]
    """Texts that end the response; they are not part of the returned text."""
    stop_token_ids: Sequence[int]
    """Tokens that end the response, beside the policy's end-of-sequence tokens."""
    seed: int
    """Default: drawn by the server and reported in `Started`."""
    ignore_eos: bool
    """Go on after end-of-sequence tokens. Default: no."""
    logit_bias: Mapping[int, float]
    """Added to the logits of these tokens before anything else."""


class Priority(str, Enum):
    """Interactive requests are computed before batch ones."""

    INTERACTIVE = "interactive"
    BATCH = "batch"


class PauseMode(str, Enum):
    """What becomes of the responses that are being computed when the server pauses."""

    KEEP = "keep"
    """They rest, and go on when the pause is over, with the weights they began with."""
    WAIT = "wait"
    """They are finished first. What waits for a place goes on waiting."""
    ABORT = "abort"
    """All requests end: their callers get a `CancelledError`."""


class StepMapKind(str, Enum):
    """Which step-to-step attention map to return."""

    NONE = "none"
    MEAN = "mean"
    """Mean over all layers and heads."""
    MAX = "max"
    """Maximum over all layers and heads."""
    HEADS = "heads"
    """One map for each of the heads chosen."""


class StepSeparator(str, Enum):
    """Where the steps of a response end: with the token that completes one of these."""

    BLANK_LINE = "blank_line"
    LINE = "line"
    """A newline."""
    TOKEN = "token"
    """Every token is a step."""
    SENTENCE = "sentence"
    """The end of a sentence, or a newline."""
    TEXT = "text"
    """A text of one's own."""
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True, order=True)
class LayerHead:
    """One attention head: a layer and a query head in it, both from 0."""

    layer: int
    head: int


@dataclass(frozen=True)
class RawRowsRange:
    """Rows of the softmax attention of one head: query tokens [query_start, query_end)."""

    layer: int
    head: int
    query_start: int
    query_end: int


@dataclass(frozen=True)
class Capture:
    """What attention to capture. What is None takes the server's default."""

    gap: int | None = None
    """D: steps skipped after a step before later attention to it counts. At least 1. Default: 4."""
    step_map: StepMapKind | str | None = None
    """Default: the mean map, or one map per head when `heads` are given."""
    heads: Sequence[LayerHead | tuple[int, int]] = ()
    """Layers and heads to return a map of, at most 64."""
    top_heads: int | None = None
    """For each step, this many heads that look back at it most. Default: 4."""
    include_after_thinking: bool = False
    """Score steps from the one holding </think> on as well."""
    separator: StepSeparator | str | None = None
    """Where steps end. Default: at blank lines; if none separates anything, at newlines; if none of those does either,
    every token is a step."""
    separator_text: str = ""
    """The text of `StepSeparator.TEXT`, at most 64 bytes."""
    raw_rows: Sequence[RawRowsRange] = ()
    """Raw attention rows to return, at most 4 Mi values in all."""
    hidden_states: int | Literal["last"] | None = None
    """Hidden states of this layer to return, as means over each step: 0 is the embedding, n what the nth layer ends
    with, "last" what the last one's output is after the final norm. Default: none."""


class AblationMode(str, Enum):
    """How a step is taken away."""

    HIDE = "hide"
    """Later tokens cannot attend to the step."""
    RESAMPLE = "resample"
    """The step and all that follows are drawn again, from where it begins."""


class AnswerForm(str, Enum):
    """What counts as the answer of a response."""

    BOXED = "boxed"
    """The content of the last box."""
    LAST_LINE = "last_line"
    """The last line that is not blank."""


class BranchStrategy(str, Enum):
    """How branch points are chosen among the steps of a response."""

    ATTENTION = "attention"
    """Steps whose influence reaches a quantile, earliest first."""
    EXCESS = "excess"
    """The same by excess of attention, which does not favour short steps."""
    FIRST_STEPS = "first_steps"
    FIXED_SEGMENT = "fixed_segment"
    """Steps at equal distances."""
    TOKEN_ENTROPY = "token_entropy"
    """Steps that hold the tokens of highest entropy."""
    LOW_PROBABILITY = "low_probability"
    """Steps that hold the tokens of lowest probability."""
    SENTENCE_ENTROPY = "sentence_entropy"
    """Steps of highest mean entropy."""
    KURTOSIS = "kurtosis"
    """Steps that receiver heads look back at most."""
    LATR = "latr"
    """Steps that nearly began with another token; what goes on alike is pruned. For jobs alone."""
    PIVOT = "pivot"
    """Steps drawn by their depth; jobs also learn where wrong responses recover."""
    RANDOM = "random"


class RewardKind(str, Enum):
    """How a response is judged."""

    MATH = "math"
    """Mathematical equality of what the last box holds."""
    EXACT = "exact"
    """Equality of the text behind </think>, white space aside."""
    REGEX = "regex"
    """Equality of what a pattern captures."""
    TASK = "task"
    """The checker of a built-in task, which reads the prompt."""
