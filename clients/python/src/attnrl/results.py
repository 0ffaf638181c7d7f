"""What a caller gets: generations, scores, traces, branch points, policies."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, overload

from .options import AblationMode, AnswerForm, LayerHead, Sampling, StepMapKind, StepSeparator

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class TopLogprobs:
    """The most probable tokens at one position, most probable first."""

    ids: list[int]
    logprobs: list[float]
    texts: list[bytes] = field(default_factory=list)
    """Each token's bytes, when asked for."""


@dataclass(frozen=True)
class TokenRun:
    """Consecutive tokens of one sequence.

    The lists of details are empty when they were not asked for, else as long as `ids`. Log-probabilities and
    entropies are in nats, of the model's own distribution (before temperature and truncation). The first token of
    a sequence has none: NaN stands there.
    """

    start: int
    """Position of the first token in the sequence, prompt included."""
    ids: list[int]
    text: str
    logprobs: list[float] = field(default_factory=list)
    entropies: list[float] = field(default_factory=list)
    top: list[TopLogprobs] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    """Each token's bytes: a token may hold part of a character."""

    @property
    def end(self) -> int:
        """Position after the last token."""
        return self.start + len(self.ids)


class FinishReason(str, Enum):
    """Why a response ended."""

    STOP = "stop"
    """An end-of-sequence token, a stop token or a stop text."""
    LENGTH = "length"
    """`max_tokens` or the end of the context."""
    CANCELLED = "cancelled"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True)
class VersionRange:
    """Tokens [start, end) were made by this version of the policy's weights."""

    start: int
    end: int
    version: int


class LowerTriangle:
    """Rows of a lower triangle: row i holds i + 1 values, for columns 0...i.

    `rows[i, k]` is one value and `rows.row(i)` one row; i counts from the triangle's top, also where the rows held
    begin at `first_row`. Values lie in an `array('f')`, row after row.
    """

    def __init__(self, first_row: int = 0, values: Sequence[float] | array[float] = ()) -> None:
        """Holds `values`, which must fill whole rows."""
        self.first_row = first_row
        self.values = values if isinstance(values, array) else array("f", values)
        self.end_row = _end_row(first_row, len(self.values))

    def __len__(self) -> int:
        """Rows held."""
        return self.end_row - self.first_row

    def _offset(self, row: int) -> int:
        if not self.first_row <= row < self.end_row:
            raise IndexError(f"row {row} is not among the rows held, {self.first_row} to {self.end_row - 1}")
        return _triangle(row) - _triangle(self.first_row)

    def row(self, row: int) -> array[float]:
        """Values of one row."""
        start = self._offset(row)
        return self.values[start : start + row + 1]

    def __getitem__(self, index: tuple[int, int]) -> float:
        """The value at (row, column)."""
        row, column = index
        start = self._offset(row)
        if not 0 <= column <= row:
            raise IndexError(f"column {column} is not in row {row}, which has columns 0 to {row}")
        return self.values[start + column]

    def to_lists(self) -> list[list[float]]:
        """Rows as lists of growing length."""
        return [list(self.row(row)) for row in range(self.first_row, self.end_row)]

    def to_numpy(self) -> NDArray[np.float32]:
        """A dense [rows, columns] array, NaN above the diagonal. Needs numpy."""
        import numpy as np

        dense = np.full((len(self), self.end_row), np.nan, dtype=np.float32)
        for index, row in enumerate(range(self.first_row, self.end_row)):
            dense[index, : row + 1] = self.row(row)
        return dense

    def __eq__(self, other: object) -> bool:
        """Whether kind, place and values are the same."""
        return type(other) is type(self) and vars(other) == vars(self)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Shape, without the values."""
        return f"{type(self).__name__}(rows {self.first_row} to {self.end_row - 1}, {len(self.values)} values)"


def _triangle(rows: int) -> int:
    """Values in the first `rows` rows."""
    return rows * (rows + 1) // 2


def _end_row(first_row: int, count: int) -> int:
    """The row after the last one when `count` values start with `first_row`."""
    total = _triangle(first_row) + count
    end = (math.isqrt(8 * total + 1) - 1) // 2
    if _triangle(end) != total or end < first_row:
        raise ValueError(f"{count} values from row {first_row} on do not end with a whole row")
    return end


class StepMap(LowerTriangle):
    """Attention from each step to itself and those before it.

    `map[j, k]` is the mean over the query tokens of step j and the key tokens of step k. Step 0 is the prompt.
    """

    def __init__(self, kind: StepMapKind, head: LayerHead | None, values: Sequence[float] | array[float] = ()) -> None:
        """A map of one kind; `head` says which head for `StepMapKind.HEADS`."""
        super().__init__(0, values)
        self.kind = kind
        self.head = head


class RawRows(LowerTriangle):
    """Rows of the softmax attention of one head; rows and columns are tokens of the sequence."""

    def __init__(self, head: LayerHead, first_row: int, values: Sequence[float] | array[float] = ()) -> None:
        """Rows from query token `first_row` on."""
        super().__init__(first_row, values)
        self.head = head


class HiddenStates:
    """Hidden states of one layer, as means over the tokens of each step and over those of the whole response."""

    def __init__(
        self,
        layer: int,
        width: int,
        response: Sequence[float] | array[float] = (),
        values: Sequence[float] | array[float] = (),
        steps_dropped: bool = False,
    ) -> None:
        """Holds `values`, `width` of them for each step from step 1 on."""
        if width < 1 or len(values) % width:
            raise ValueError(f"{len(values)} values are no rows of {width}")
        self.layer = layer
        """0 is the embedding, n what the nth layer ends with; the number of layers is the last one's output after the
        final norm."""
        self.width = width
        self.response = response if isinstance(response, array) else array("f", response)
        """The mean over the response's tokens; empty if it has none."""
        self.values = values if isinstance(values, array) else array("f", values)
        self.steps_dropped = steps_dropped
        """Whether the means of steps were left out, as there were too many."""

    def __len__(self) -> int:
        """Steps that have a mean: all but the prompt."""
        return len(self.values) // self.width

    def step(self, index: int) -> array[float]:
        """The mean of a step, numbered as in `Trace.steps`: from 1 on."""
        if not 1 <= index <= len(self):
            raise IndexError(f"step {index} is not among those with a mean, 1 to {len(self)}")
        return self.values[(index - 1) * self.width : index * self.width]

    def to_numpy(self) -> NDArray[np.float32]:
        """A [steps, width] array, whose first row is step 1. Needs numpy."""
        import numpy as np

        return np.array(self.values, dtype=np.float32).reshape(len(self), self.width)

    def __eq__(self, other: object) -> bool:
        """Whether layer and values are the same."""
        return type(other) is type(self) and vars(other) == vars(self)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Shape, without the values."""
        return f"{type(self).__name__}(layer {self.layer}, {len(self)} steps of {self.width} values)"


@dataclass(frozen=True)
class HeadInfluence:
    """How much of a step's influence one head sees."""

    head: LayerHead
    influence: float


@dataclass(frozen=True)
class Step:
    """One step of a response. Step 0 is the prompt."""

    index: int
    start: int
    end: int
    """Tokens [start, end) of the sequence."""
    text: str
    influence: float
    """The attention later steps pay to this one, maximum over layers and heads. A mean over its tokens, which favours
    short steps."""
    top_heads: list[HeadInfluence]
    """The heads that look back at it most, strongest first."""
    mean_logprob: float
    mean_entropy: float
    """Means over the step's tokens, in nats."""
    after_thinking: bool
    """Whether this step holds </think> or comes after it."""
    excess: float = 0.0
    """The attention later steps pay to all of its tokens together, above what uniform attention would. Does not favour
    short steps."""


@dataclass(frozen=True)
class Trace:
    """A response with its steps and the attention between them."""

    policy: str
    version: int
    prompt_tokens: int
    total_tokens: int
    separator: StepSeparator
    gap: int
    """D as used: steps skipped after a step before later attention to it counts."""
    layers: int
    heads: int
    steps: list[Step]
    step_maps: list[StepMap] = field(default_factory=list)
    raw_rows: list[RawRows] = field(default_factory=list)
    tokens: TokenRun | None = None
    """The response's tokens, where the call returned them."""
    maps_dropped: bool = False
    """Whether a step map was asked for and left out, as it would be too large for so many steps."""
    finish_reason: FinishReason | None = None
    """Why the response ended; None for one that was given."""
    stop_text: str = ""
    """The stop text that ended it, when one did."""
    stop_token_id: int | None = None
    hidden_states: HiddenStates | None = None
    """Where `Capture(hidden_states=...)` asked for them."""
    _fetch: Callable[[], Trace] | None = field(default=None, repr=False, compare=False)
    """Gets the same trace with its map, for answers that have none."""

    @property
    def influence(self) -> list[float]:
        """Influence of every step; index 0 is the prompt, which always has 0."""
        return [step.influence for step in self.steps]

    @property
    def step_map(self) -> StepMap:
        """The first step-to-step map, which is the only one unless several heads were chosen.

        Traces of the blocking client's `branches` and `ablate` come without one: it is fetched when first asked for.
        """
        dropped = self.maps_dropped
        if not self.step_maps and self._fetch is not None:
            later = self._fetch()
            if later.version != self.version:
                raise ValueError(f"the map is of version {later.version} now, and the trace of version {self.version}")
            self.step_maps.extend(later.step_maps)
            dropped = later.maps_dropped
        if dropped:
            raise ValueError("the trace has no step map: it would be too large for so many steps")
        if not self.step_maps:
            raise ValueError(
                "the trace has no step map: `trace` of the prompt and the response's ids returns one, as do "
                "`trace` and `generate` with Capture(step_map=...)"
            )
        return self.step_maps[0]

    def __getstate__(self) -> dict[str, Any]:
        """What is copied and pickled: all but the way back to the server."""
        return {**self.__dict__, "_fetch": None}


@dataclass(frozen=True)
class Generation:
    """One response."""

    index: int
    tokens: TokenRun
    finish_reason: FinishReason
    stop_text: str
    """The stop text that ended it, when one did."""
    stop_token_id: int | None
    completion_tokens: int
    versions: list[VersionRange]
    """Which version of the weights made which tokens."""
    first_token_seconds: float
    total_seconds: float
    """From the request's arrival at the server."""
    trace: Trace | None = None
    """Steps and influence, when `capture` was asked for."""

    @property
    def text(self) -> str:
        """The response's text."""
        return self.tokens.text

    @property
    def ids(self) -> list[int]:
        """The response's token ids."""
        return self.tokens.ids

    @property
    def logprobs(self) -> list[float]:
        """Per token, when asked for."""
        return self.tokens.logprobs

    @property
    def entropies(self) -> list[float]:
        """Per token, when asked for."""
        return self.tokens.entropies

    @property
    def texts(self) -> list[bytes]:
        """Each token's bytes, when asked for."""
        return self.tokens.texts


@dataclass(frozen=True)
class Generations(Sequence[Generation]):
    """The responses to one prompt, in the order of their index."""

    request_id: str
    policy: str
    version: int
    prompt_tokens: int
    cached_tokens: int
    """Prompt tokens found in the server's key/value cache."""
    sampling: Sampling
    """As resolved by the server, the seed included: `**generations.sampling` draws the same tokens again."""
    responses: list[Generation]
    prompt: TokenRun | None = None
    """The prompt's tokens, when `echo` was asked for."""
    thinking: bool = False
    """Whether the prompt ends inside a <think> block, so that responses begin with reasoning."""

    @property
    def only(self) -> Generation:
        """The response, where there is one; with `n` above 1, take them by index."""
        if len(self.responses) != 1:
            raise ValueError(f"there are {len(self.responses)} responses: take them by index or in a loop")
        return self.responses[0]

    @property
    def text(self) -> str:
        """Text of the only response."""
        return self.only.text

    @property
    def trace(self) -> Trace | None:
        """Trace of the only response."""
        return self.only.trace

    def __len__(self) -> int:
        """Responses."""
        return len(self.responses)

    @overload
    def __getitem__(self, index: int) -> Generation: ...
    @overload
    def __getitem__(self, index: slice) -> list[Generation]: ...
    def __getitem__(self, index: int | slice) -> Generation | list[Generation]:
        """The response with this index."""
        return self.responses[index]

    def __iter__(self) -> Iterator[Generation]:
        """Responses in order."""
        return iter(self.responses)


@dataclass(frozen=True)
class Score:
    """Log-probabilities of given tokens under a policy."""

    version: int
    prompt_tokens: int
    tokens: TokenRun
    """The response's tokens, or the prompt's where no response was given."""

    @property
    def logprobs(self) -> list[float]:
        """Per token, in nats; NaN for the first token of a sequence."""
        return self.tokens.logprobs

    @property
    def total(self) -> float:
        """Sum of the log-probabilities there are."""
        return math.fsum(value for value in self.logprobs if not math.isnan(value))


@dataclass(frozen=True)
class BranchPoint:
    """A step worth continuing differently from."""

    step: int
    """The step to generate again, from its start."""
    token: int
    """Its first token's index in the sequence: keep tokens [0, token)."""
    score: float
    fallback: bool
    """Whether it was taken as the earliest step left, for want of candidates."""
    reason: str


@dataclass(frozen=True)
class Branches(Sequence[BranchPoint]):
    """The branch points chosen, and how."""

    points: list[BranchPoint]
    threshold: float
    """The score a candidate had to reach."""
    min_gap_tokens: int
    note: str
    """Why there are fewer points than asked for, when there are."""
    trace: Trace
    response_ids: list[int]

    def kept_ids(self, point: BranchPoint) -> list[int]:
        """Response tokens to keep before a point: prompt ids + these continue from there."""
        return self.response_ids[: point.token - self.trace.prompt_tokens]

    def __len__(self) -> int:
        """Points."""
        return len(self.points)

    @overload
    def __getitem__(self, index: int) -> BranchPoint: ...
    @overload
    def __getitem__(self, index: slice) -> list[BranchPoint]: ...
    def __getitem__(self, index: int | slice) -> BranchPoint | list[BranchPoint]:
        """One point."""
        return self.points[index]

    def __iter__(self) -> Iterator[BranchPoint]:
        """Points in order."""
        return iter(self.points)


@dataclass(frozen=True)
class ForcedEffect:
    """How the distributions over a response's later tokens change when a step is hidden from them."""

    divergence: float
    """Mean of KL(p || p_hidden) over the later tokens but the first, in nats."""
    tokens: int
    """Tokens it is a mean over."""
    answer_divergence: float | None
    """The same over the answer's tokens; None where none of them come later."""
    answer_logprob_change: float | None
    """Sum over those tokens of ln p_hidden - ln p."""
    answer_tokens: int
    lower_bound: bool
    """Whether divergences are lower bounds: whole distributions would have taken too much memory."""


@dataclass(frozen=True)
class AnswerCount:
    """How often an answer was drawn with the step and without it."""

    answer: str | None
    """None: no answer was stated."""
    with_step: int
    without_step: int


@dataclass(frozen=True)
class SampledEffect:
    """Answers of drawn continuations with the step (base) and without (ablated)."""

    answers: list[AnswerCount]
    """The base's most frequent first."""
    total_variation: float
    """Half the sum of absolute differences of the two sets' shares, in [0, 1]."""
    divergence: float
    """KL(base || ablated) of the shares after adding one to each count, in nats."""
    changed: float
    """Share of ablated continuations whose answer is not the base's most frequent."""
    base_unfinished: int
    """Continuations that were cut at max_tokens or the context's end."""
    ablated_unfinished: int


@dataclass(frozen=True)
class StepAblation:
    """What ablating one step changes."""

    step: int
    influence: float
    """As in the trace, to compare effects with."""
    forced: ForcedEffect | None
    """Only where steps are hidden."""
    sampled: SampledEffect | None
    """None where no samples were asked for."""


@dataclass(frozen=True)
class Ablations(Sequence[StepAblation]):
    """Steps of one response taken away, one at a time."""

    steps: list[StepAblation]
    mode: AblationMode
    samples: int
    sampling: Sampling
    """As resolved, seed included."""
    answer: str
    """The given response's answer."""
    answer_form: AnswerForm
    answer_start: int
    """Tokens [answer_start, answer_end) of the sequence hold the answer."""
    answer_end: int
    trace: Trace
    response_ids: list[int]

    def __len__(self) -> int:
        """Steps ablated."""
        return len(self.steps)

    @overload
    def __getitem__(self, index: int) -> StepAblation: ...
    @overload
    def __getitem__(self, index: slice) -> list[StepAblation]: ...
    def __getitem__(self, index: int | slice) -> StepAblation | list[StepAblation]:
        """The ablation with this index; its `step` says which step it is of."""
        return self.steps[index]

    def __iter__(self) -> Iterator[StepAblation]:
        """Ablations in order."""
        return iter(self.steps)


@dataclass(frozen=True)
class Adapter:
    """An adapter (LoRA): each target's product x W^T gets scale (x A^T) B^T more."""

    rank: int
    alpha: float
    scale: float
    targets: list[str]
    """Projections of the layers, such as "q_proj"."""
    base_directory: str
    """Where the base's weights were read; empty if that is not known any more."""


@dataclass(frozen=True)
class PolicyVersion:
    """One loaded set of a policy's weights."""

    version: int
    directory: str
    loaded_at: float
    """Seconds since 1970."""
    weight_bytes: int
    """For an adapter, without those of its base."""
    adapter: Adapter | None = None
    """Set where the version is an adapter on weights it shares."""


@dataclass(frozen=True)
class Policy:
    """A model the server hosts."""

    name: str
    version: int
    """Version that new requests get."""
    versions: list[PolicyVersion]
    family: str
    precision: str
    weights: str
    """What matrices are kept in: the precision, or "q8_0"."""
    parameters: int
    layers: int
    heads: int
    key_value_heads: int
    hidden_size: int
    head_size: int
    feed_forward_size: int
    vocabulary: int
    context: int
    """Tokens that prompt and response may have together."""
    has_chat_template: bool
    untrained: bool
    """Whether its weights were never trained."""
    end_of_sequence: list[int]
    base_policy: str = ""
    """For an adapter under a name of its own: the policy whose memory it shares."""


@dataclass(frozen=True)
class Tokenization:
    """Text or a chat as tokens."""

    ids: list[int]
    texts: list[bytes]
    """Each token's bytes, when asked for: a token may hold part of a character."""
    rendered: str
    """The text that was tokenized, after the chat template."""


@dataclass(frozen=True)
class TokenizerInfo:
    """What a policy's tokenizer says of itself. Texts are empty where it has no such thing."""

    vocabulary: int
    """Tokens it knows; the policy may have more, which are padding."""
    bos_token: str
    eos_token: str
    pad_token: str
    unk_token: str
    adds_bos_token: bool
    """Whether texts get `bos_token` at their beginning."""
    chat_template: str
    template_knows_tools: bool
    """Whether chats can bring tools: whether the template reads them."""


class Health(str, Enum):
    """What the server's health service says."""

    SERVING = "serving"
    NOT_SERVING = "not_serving"
    SERVICE_UNKNOWN = "service_unknown"
    UNKNOWN = "unknown"
