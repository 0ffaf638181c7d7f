"""A job whose server is killed again and again at random moments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from life import Life
from outcome import Outcome, compare
from served import Place

# A server is ready after about 0.1 s, and a job of 8 steps takes 1 to 2 s.
LONGEST_LIFE = 1.2
MOST_KILLS = 12


def run(place: Place, kind: str, wanted: Outcome, folder: Path, random: Random, count: Callable[[], None]) -> str:
    """One job, killed up to `MOST_KILLS` times.

    Args:
        place: Program and policies.
        kind: The job's.
        wanted: What an uninterrupted run leaves.
        folder: To work in.
        random: Decides on the moments.
        count: Called for each kill.
    """
    life = Life(place, kind, folder, has_company=True)
    kills = 0
    while kills < MOST_KILLS:
        # Often while it starts, or soon after.
        longest = random.choice([0.15, 0.5, LONGEST_LIFE])
        if life.run(kill_after=random.uniform(0.01, longest)) and life.job and life.job.state.is_final:
            break
        kills += 1
        count()
    compare(wanted, life.finish())
    return f"{kills} kills"
