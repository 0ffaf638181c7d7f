"""What the clients can do with comparisons, each thing once: arguments, request, and what becomes of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from . import _methods as methods
from ._arguments import checked
from ._operations import Operation, once
from ._proto.attnrl.v1 import preference_pb2
from .preferences import AddedPairs, ComparedPair, PreferencePair, PreferenceSet, Preferred, RefusedPair


@checked
def add_pairs(
    set_name: str, pairs: Sequence[PreferencePair], *, timeout: float | None = None
) -> Operation[preference_pb2.AddPairsResponse, AddedPairs]:
    """Adds pairs to a set of comparisons, which the first one makes. Those that are there are left as they are.

    Args:
        set_name: 1 to 64 letters, digits, "-" and "_".
        pairs: At most 10000.
        timeout: Seconds for the whole call. Default: the client's.
    """
    request = preference_pb2.AddPairsRequest(
        set=set_name,
        pairs=[
            preference_pb2.PreferencePair(id=pair.id, prompt=pair.prompt, first=pair.first, second=pair.second)
            for pair in pairs
        ],
    )

    def added(answer: preference_pb2.AddPairsResponse) -> AddedPairs:
        return AddedPairs(answer.taken, [RefusedPair(item.index, item.reason) for item in answer.refused])

    return Operation(methods.ADD_PAIRS, request, once(added), timeout)


@checked
def open_pairs(
    set_name: str, *, count: int = 1, timeout: float | None = None
) -> Operation[preference_pb2.CompareResponse, list[PreferencePair]]:
    """Returns pairs of a set that nobody has chosen from, the earliest first.

    Args:
        set_name: The set.
        count: 1 to 1000; there may be fewer.
        timeout: Seconds for the whole call. Default: the client's.
    """
    request = preference_pb2.CompareRequest(set=set_name, window=count)

    def pairs(answers: Iterable[preference_pb2.CompareResponse]) -> list[PreferencePair]:
        return [_pair(answer.pair) for answer in answers if answer.WhichOneof("part") == "pair"]

    return Operation(methods.COMPARE, request, pairs, timeout)


@checked
def choose(
    set_name: str,
    choices: Mapping[str, Preferred | str],
    *,
    labeller: str = "",
    replace: bool = False,
    timeout: float | None = None,
) -> Operation[preference_pb2.CompareResponse, dict[str, str]]:
    """Says which response of some pairs is better. Returns why those that were refused were, by the pairs' ids.

    Args:
        set_name: The set.
        choices: "first", "second" or "neither", by the pairs' ids; at most 1000.
        labeller: Who chooses, for the record.
        replace: Take choices although others were made before; otherwise these are refused.
        timeout: Seconds for the whole call. Default: the client's.
    """
    request = preference_pb2.CompareRequest(
        set=set_name,
        labeller=labeller,
        choices=[
            preference_pb2.PreferenceChoice(
                pair=pair, preferred=f"PREFERRED_{Preferred(preferred).name}", replace=replace
            )
            for pair, preferred in choices.items()
        ],
    )

    def refused(answers: Iterable[preference_pb2.CompareResponse]) -> dict[str, str]:
        taken = [answer.taken for answer in answers if answer.WhichOneof("part") == "taken"]
        return {item.pair: item.refused for item in taken if item.refused}

    return Operation(methods.COMPARE, request, refused, timeout)


@checked
def preferences(
    set_name: str, *, timeout: float | None = None
) -> Operation[preference_pb2.ComparedPair, list[ComparedPair]]:
    """Returns all pairs of a set, in the order in which they were added, with what was chosen.

    Args:
        set_name: The set.
        timeout: Seconds for the whole call. Default: the client's.
    """
    request = preference_pb2.GetPreferencesRequest(set=set_name)

    def pairs(answers: Iterable[preference_pb2.ComparedPair]) -> list[ComparedPair]:
        return [ComparedPair(_pair(item.pair), _preferred(item.preferred), item.labeller) for item in answers]

    return Operation(methods.GET_PREFERENCES, request, pairs, timeout)


@checked
def list_sets(*, timeout: float | None = None) -> Operation[preference_pb2.ListSetsResponse, list[PreferenceSet]]:
    """Returns all sets, in order of their names.

    Args:
        timeout: Seconds for the whole call. Default: the client's.
    """

    def sets(answer: preference_pb2.ListSetsResponse) -> list[PreferenceSet]:
        return [PreferenceSet(item.name, item.pairs, item.chosen) for item in answer.sets]

    return Operation(methods.LIST_SETS, preference_pb2.ListSetsRequest(), once(sets), timeout)


@checked
def delete_set(
    set_name: str, *, timeout: float | None = None
) -> Operation[preference_pb2.DeleteSetResponse, int]:
    """Deletes a set with all that was chosen of it, unless a job that is not over reads it. Returns how many pairs it had.

    Args:
        set_name: The set.
        timeout: Seconds for the whole call. Default: the client's.
    """
    request = preference_pb2.DeleteSetRequest(set=set_name)

    def pairs(answer: preference_pb2.DeleteSetResponse) -> int:
        return answer.pairs

    return Operation(methods.DELETE_SET, request, once(pairs), timeout)


def _pair(message: preference_pb2.PreferencePair) -> PreferencePair:
    return PreferencePair(message.id, message.prompt, message.first, message.second)


def _preferred(number: preference_pb2.Preferred) -> Preferred | None:
    names = {preference_pb2.Preferred.Value(f"PREFERRED_{item.name}"): item for item in Preferred}
    return names.get(number)
