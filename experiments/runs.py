"""What experiments share: jobs watched to their end, and their figures kept in files."""

from __future__ import annotations

import copy
import json
import statistics

import attnrl

KEPT = (
    "reward/mean", "tokens/generated", "time/step", "time/rollouts", "time/update", "rows", "rows_kept", "prompts",
    "tree_token_ratio", "branch/position", "branch/fallbacks", "policy/entropy", "policy/lag", "policy/clipped",
    "tokens_learnt", "rollout_calls", "solved_all", "solved_none",
)  # fmt: skip


def merged(base, changes):
    """Two specifications as one; the second counts where both say something."""
    result = copy.deepcopy(base)
    for name, value in changes.items():
        result[name] = merged(result.get(name, {}), value) if isinstance(value, dict) else value
    return result


def figures(client, job, kept=KEPT):
    """Waits for a job and returns its state, metrics of every step, and those of every evaluation."""
    steps, evaluations = {}, {}
    for event in client.jobs.watch(job):
        if isinstance(event, attnrl.JobStepDone):
            steps[event.step] = {name: round(event.metrics[name], 6) for name in kept if name in event.metrics}
        elif isinstance(event, attnrl.JobEvaluated):
            evaluations[event.step] = {name: round(value, 6) for name, value in event.metrics.items()}
    return {"state": client.jobs.wait(job).state.value, "steps": steps, "evaluations": evaluations}


def keep(file, run):
    """Writes the figures of a run down, and prints those of its last evaluation."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(run, separators=(",", ":")) + "\n")
    print(file.name, run["evaluations"][max(run["evaluations"])], flush=True)


def spread(values):
    """Mean and standard deviation over seeds, in percent."""
    mean = f"{100 * statistics.mean(values):.1f}"
    return mean if len(values) == 1 else f"{mean} ± {100 * statistics.stdev(values):.1f}"
