"""The experiment llm-pretrain: a few long runs of language models, one going, one queued."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from venturi.demo.datasets import HELD_OUT_TEXT, WEB_TEXT
from venturi.demo.names import PEOPLE, dice, hex_id, run_name
from venturi.demo.origin import origin_tags
from venturi.demo.shapes import Clock, Descent, system_curves, warm_cosine
from venturi.demo.world import DAY, MINUTE, SECOND, Curve, DemoExperiment, DemoRun

_CHECKPOINT_EVERY = 1_000


@dataclass(frozen=True)
class _Plan:
    """One run: how large, how long, how it went."""

    size: str
    layers: int
    width: int
    lr: float
    floor: float
    steps: int
    made: int
    step_s: float
    days_ago: float
    status: str = "FINISHED"
    stage: str = "ablation"


_PLANS = (
    _Plan("60m", 8, 512, 1e-3, 3.21, 2_000, 2_000, 3.1, 20.2),
    _Plan("60m", 8, 512, 3e-3, 3.24, 2_000, 2_000, 3.1, 20.0),
    _Plan("60m", 8, 512, 6e-4, 3.27, 2_000, 1_110, 3.2, 19.7, "KILLED"),
    _Plan("160m", 12, 768, 6e-4, 2.88, 3_000, 3_000, 5.9, 15.1),
    _Plan("160m", 12, 768, 1e-3, 2.86, 3_000, 3_000, 5.9, 14.6),
    _Plan("410m", 24, 1_024, 3e-4, 2.59, 5_000, 5_000, 11.8, 9.3, stage="scaling"),
    _Plan("1b", 24, 2_048, 2e-4, 2.31, 6_000, 2_900, 13.4, 0.45, "RUNNING", stage="scaling"),
    _Plan("1b", 24, 2_048, 3e-4, 2.31, 6_000, 0, 13.4, 0.2, "SCHEDULED", stage="scaling"),
)


def llm_pretrain(now_ms: int) -> DemoExperiment:
    """The experiment with all its runs."""
    return DemoExperiment(
        experiment_id=2,
        name="llm-pretrain",
        creation_time=now_ms - 21 * DAY,
        tags={
            "team": "language",
            "mlflow.note.content": "Small models first, one recipe for all sizes.",
        },
        runs=[_run(index, plan, now_ms) for index, plan in enumerate(_PLANS)],
    )


def _run(index: int, plan: _Plan, now_ms: int) -> DemoRun:
    name, user = run_name("llm", index), PEOPLE[(index // 3) % len(PEOPLE)]
    start = now_ms - int(plan.days_ago * DAY)
    clock, end = _clock(plan, start, now_ms)
    run = DemoRun(
        run_id=hex_id("llm", index),
        name=name,
        user=user,
        status=plan.status,
        start_time=start,
        end_time=end,
        params=_params(plan, seed=index),
        tags=origin_tags(name, user, "pretrain/main.py", "language", plan.stage),
        datasets=[(WEB_TEXT, "train"), (HELD_OUT_TEXT, "eval")],
    )
    run.tags |= {"env.torch": "2.6.0", "env.cuda": "12.6"}
    if plan.made:
        run.curves = _curves(index, plan, clock)
        run.curves += system_curves(
            dice("llm system", index), clock, end or now_ms, 10 * MINUTE, gpus=2
        )
        _add_checkpoints(run, plan)
    return run


def _clock(plan: _Plan, start: int, now_ms: int) -> tuple[Clock, int | None]:
    """When its steps happened, and when it ended; a run still going made its last just now."""
    first = start + 95 * SECOND
    if plan.status == "RUNNING":
        return Clock(first, (now_ms - 6 * SECOND - first) / (plan.made - 1)), None
    clock = Clock(first, plan.step_s * SECOND)
    over = plan.status != "SCHEDULED"
    return clock, clock.at([plan.made])[0] + 20 * SECOND if over else None


def _params(plan: _Plan, seed: int) -> dict[str, str]:
    shape = {"layers": plan.layers, "width": plan.width, "heads": plan.width // 64}
    return {
        "model": plan.size,
        "lr": str(plan.lr),
        "batch_tokens": "524288",
        "max_steps": str(plan.steps),
        "warmup": "200",
        "weight_decay": "0.1",
        "context": "2048",
        "optimizer": "adamw",
        "optim": json.dumps({"betas": [0.9, 0.95], "eps": 1e-8, "clip": 1.0}),
        "shape": json.dumps(shape),
        "tokenizer": "bpe-50k",
        "seed": str(seed),
    }


def _curves(index: int, plan: _Plan, clock: Clock) -> list[Curve]:
    rng = dice("llm curves", index)
    each, tenth, seldom = (range(0, plan.made, stride) for stride in (1, 10, 100))
    pace = 260 * (6e-4 / plan.lr) ** 0.2
    descent = Descent(10.9, plan.floor - 0.12, pace, power=1.55, noise=0.012)
    calm = Descent(descent.start, descent.floor + 0.015, pace, power=1.55, noise=0.002)
    valid = calm.sample(rng, seldom)
    speed = 524_288 / plan.step_s
    return [
        clock.curve("train/loss", each, descent.sample(rng, each)),
        clock.curve("val/loss", seldom, valid),
        clock.curve("val/perplexity", seldom, [math.exp(loss) for loss in valid]),
        clock.curve("lr", tenth, warm_cosine(plan.lr, 200, plan.steps, tenth)),
        clock.curve(
            "grad_norm",
            tenth,
            [(0.25 + 40 / (step + 40)) * rng.lognormvariate(0, 0.2) for step in tenth],
        ),
        clock.curve("throughput", tenth, [speed * rng.uniform(0.97, 1.01) for _ in tenth]),
        clock.curve("tokens", tenth, [524_288.0 * (step + 1) for step in tenth]),
    ]


def _add_checkpoints(run: DemoRun, plan: _Plan) -> None:
    """The files of each checkpoint; weights are elsewhere, their address is here."""
    config = json.dumps({"vocab": 50_257, "layers": plan.layers, "width": plan.width}, indent=2)
    for step in range(_CHECKPOINT_EVERY, plan.made + 1, _CHECKPOINT_EVERY):
        folder = f"checkpoints/step-{step:05d}"
        weights = {"uri": f"s3://language-checkpoints/{run.run_id}/{step}.safetensors"}
        run.files[f"{folder}/config.json"] = config.encode()
        run.files[f"{folder}/weights.json"] = json.dumps(weights).encode()
    run.files["samples.md"] = _SAMPLES.format(name=run.name, step=plan.made).encode()
    run.files["launch.sh"] = b"torchrun --nproc-per-node 2 pretrain/main.py --config run.toml\n"


_SAMPLES = """\
# Samples of {name} at step {step:,}

> **The tide** comes in twice a day, and each time it brings the boats a little closer to the
> wall, which is why the harbour master keeps a second book.

> **To boil an egg** you first fill a pan with water, then wait until the water has forgotten
> that it was cold.
"""
