"""Comparisons: what is sent, and what becomes of the answers."""

from __future__ import annotations

import pytest
from both import Caller
from fake_server import FakeServer

from attnrl import ComparedPair, PreferencePair, PreferenceSet, Preferred
from attnrl import _methods as methods
from attnrl._proto.attnrl.v1 import preference_pb2


def pair(name: str) -> preference_pb2.PreferencePair:
    return preference_pb2.PreferencePair(id=name, prompt="p", first="a", second="b")


def test_pairs_are_added(server: FakeServer, client: Caller) -> None:
    server.answer(
        methods.ADD_PAIRS,
        preference_pb2.AddPairsResponse(taken=1, refused=[preference_pb2.RefusedPair(index=1, reason="r")]),
    )
    answer = client.call("add_pairs", "s", [PreferencePair("x", "p", "a", "b"), PreferencePair("", "p", "a", "b")])
    assert (answer.taken, answer.refused[0].index, answer.refused[0].reason) == (1, 1, "r")


def test_open_pairs_are_handed_out(server: FakeServer, client: Caller) -> None:
    part = preference_pb2.CompareResponse
    server.answer(methods.COMPARE, part(pair=pair("x")), part(pair=pair("y")))
    assert client.call("open_pairs", "s", count=2) == [PreferencePair(name, "p", "a", "b") for name in "xy"]


def test_choices_are_sent_and_refusals_come_back(server: FakeServer, client: Caller) -> None:
    part, taken = preference_pb2.CompareResponse, preference_pb2.ChoiceTaken
    server.answer(methods.COMPARE, part(taken=taken(pair="x")), part(taken=taken(pair="y", refused="why")))
    assert client.call("choose", "s", {"x": "first", "y": Preferred.NEITHER}) == {"y": "why"}
    with pytest.raises(ValueError, match="third"):
        client.call("choose", "s", {"x": "third"})


def test_what_was_chosen_comes_back(server: FakeServer, client: Caller) -> None:
    compared = preference_pb2.ComparedPair
    server.answer(
        methods.GET_PREFERENCES,
        compared(pair=pair("x"), preferred=preference_pb2.PREFERRED_SECOND, labeller="anna"),
        compared(pair=pair("y")),
    )
    x, y = (PreferencePair(name, "p", "a", "b") for name in "xy")
    assert client.call("preferences", "s") == [
        ComparedPair(x, Preferred.SECOND, "anna"), ComparedPair(y, None, ""),
    ]  # fmt: skip


def test_sets_are_listed(server: FakeServer, client: Caller) -> None:
    sets = [preference_pb2.PreferenceSet(name="a", pairs=3, chosen=2), preference_pb2.PreferenceSet(name="b", pairs=1)]
    server.answer(methods.LIST_SETS, preference_pb2.ListSetsResponse(sets=sets))
    assert client.call("list_sets") == [PreferenceSet("a", 3, 2), PreferenceSet("b", 1, 0)]


def test_a_set_is_deleted(server: FakeServer, client: Caller) -> None:
    server.answer(methods.DELETE_SET, preference_pb2.DeleteSetResponse(pairs=3))
    assert client.call("delete_set", "s") == 3
