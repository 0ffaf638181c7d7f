"""The jobs that are crashed: a few steps on a small model, which learns something in most of them."""

from __future__ import annotations

import json
from typing import Any

DATA = "graph:leaves=2-3,derived=5-6,need=7-9,distractors=0,constants=0.8,modulus=10"
STEPS = 8

GRPO: dict[str, Any] = {
    "kind": "grpo",
    "policy": "graph-model",
    "steps": STEPS,
    "data": {"train": DATA, "held_out": DATA},
    "reward": {"kind": "task", "requires_sound_steps": True},
    "rollout": {"group_size": 3, "max_tokens": 128},
    "batch": {"prompts_per_step": 2},
    "loss": {"kl_coefficient": 0},
    "optimizer": {"learning_rate": 5e-4},
    # Steps with a checkpoint, with a publication, with both and with neither, and more checkpoints than are kept.
    "checkpoints": {"every_steps": 2},
    "publish": {"every_steps": 3},
    "evaluation": {"every_steps": 4, "prompts": 2, "max_tokens": 96},
    "compute": {"threads": 1},
}
ATTNRL: dict[str, Any] = GRPO | {
    "kind": "attnrl",
    "branching": {"points": 1, "min_gap_fraction": 0.05},
    "adaptive": {"target_rows": 8, "max_prompts": 3, "branched_rollouts": 2},
    "trees": {"every_steps": 2, "per_step": 1},
}
KINDS = {"grpo": json.dumps(GRPO), "attnrl": json.dumps(ATTNRL)}

# Beside them, on tiny policies with random weights: a job that waits and collects feedback, and jobs that come and go.
COLLECTING = json.dumps(
    {
        "kind": "grpo",
        "policy": "side",
        "steps": 1000,
        "data": {"train": DATA},
        "reward": {"kind": "task"},
        "rollout": {"group_size": 2, "max_tokens": 4},
        "batch": {"prompts_per_step": 1},
        "feedback": {"enabled": True, "capacity": 1000000},
        "compute": {"threads": 1},
    }
)
PASSING = json.dumps(json.loads(COLLECTING) | {"policy": "other", "feedback": {"enabled": False}})
