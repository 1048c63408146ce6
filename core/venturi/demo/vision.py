"""The experiment vision-sweep: a random search over image classifiers, two runs still going."""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass

from venturi.demo.datasets import IMAGES_TRAIN, IMAGES_VALID
from venturi.demo.names import PEOPLE, dice, hex_id, run_name
from venturi.demo.origin import origin_tags
from venturi.demo.shapes import Clock, Descent, stairs, system_curves, warm_cosine
from venturi.demo.vision_files import add_files
from venturi.demo.world import DAY, HOUR, MINUTE, SECOND, Curve, DemoExperiment, DemoRun

_RUNS = 34
_DIVERGED, _SPIKED, _OUT_OF_MEMORY, _KILLED = 7, 12, 18, 23
_RUNNING = {30: 12 * MINUTE, 31: 41 * MINUTE}  # and how long ago they began
_DELETED = (32, 33)
_WARMUP = 100

# What the loss comes down to, how many images a second, and the size of the network.
_MODELS = {
    "vit-b": (0.190, 1_480.0, 86_567_656),
    "vit-l": (0.150, 610.0, 304_326_632),
    "convnext-t": (0.235, 1_910.0, 28_589_128),
    "resnet50": (0.300, 2_650.0, 25_557_032),
}
_BEST_LR = {"adamw": 6e-4, "lion": 1.5e-4, "sgd": 6e-2}
_RATES = {
    "adamw": (1e-4, 3e-4, 6e-4, 1e-3, 3e-3),
    "lion": (3e-5, 1e-4, 3e-4, 1e-3),
    "sgd": (1e-2, 3e-2, 1e-1),
}


@dataclass(frozen=True)
class _Recipe:
    """What a run was asked to do, and when."""

    index: int
    model: str
    optimizer: str
    lr: float
    batch_size: int
    weight_decay: float
    dropout: float
    seed: int
    max_steps: int
    start: int

    @property
    def step_ms(self) -> float:
        return 1000 * self.batch_size / _MODELS[self.model][1] * 8

    @property
    def descent(self) -> Descent:
        away = abs(math.log10(self.lr / _BEST_LR[self.optimizer]))
        floor = _MODELS[self.model][0] * (1 + 0.55 * away**1.4) + 0.25 * abs(self.dropout - 0.1)
        pace = 42 * (1 + away) * (256 / self.batch_size) ** 0.4
        return Descent(2.31, floor, pace, power=1.25, noise=0.05 + 6 / self.batch_size)


def vision_sweep(now_ms: int) -> DemoExperiment:
    """The experiment with all its runs."""
    runs = [_run(_recipe(index, now_ms), now_ms) for index in range(_RUNS)]
    for run in sorted(runs, key=_accuracy)[-6:]:
        add_files(run)
    return DemoExperiment(
        experiment_id=1,
        name="vision-sweep",
        creation_time=now_ms - 7 * DAY,
        tags={
            "team": "vision",
            "mlflow.note.content": "Random search over four backbones.\n\n"
            "* metric to beat: **val/acc 0.93**\n* 1,500 steps at most, one GPU each",
        },
        runs=runs,
    )


def _accuracy(run: DemoRun) -> float:
    return run.last("val/acc") if run.status == "FINISHED" and not run.deleted_time else 0.0


def _recipe(index: int, now_ms: int) -> _Recipe:
    rng = dice("vision", index)
    optimizer = rng.choice(("adamw", "adamw", "adamw", "lion", "sgd"))
    model = rng.choice(list(_MODELS))
    lr = rng.choice(_RATES[optimizer])
    if index == _DIVERGED:
        optimizer, model, lr = "sgd", "vit-l", 1.0
    # One every four hours or so, until this morning.
    ago = _RUNNING.get(index) or (_RUNS - index) * 4.1 * HOUR + rng.uniform(0, HOUR)
    return _Recipe(
        index=index,
        model=model,
        optimizer=optimizer,
        lr=lr,
        batch_size=rng.choice((128, 256, 256, 512)),
        weight_decay=rng.choice((0.0, 0.01, 0.05)),
        dropout=rng.choice((0.0, 0.1, 0.1, 0.2, 0.3)),
        seed=rng.randrange(10),
        max_steps=rng.choice((1_000, 1_200, 1_500)),
        start=now_ms - int(ago),
    )


def _run(recipe: _Recipe, now_ms: int) -> DemoRun:
    index = recipe.index
    rng = dice("vision run", index)
    name, user = run_name("vision", index), PEOPLE[index % 3]
    status, steps = _fate(recipe, now_ms)
    clock = Clock(recipe.start + 9 * SECOND, recipe.step_ms)
    if index in _RUNNING:
        clock = Clock(clock.start, (now_ms - 3 * SECOND - clock.start) / (steps - 1))
    end = None if index in _RUNNING else clock.at([steps])[0] + 4 * SECOND
    run = DemoRun(
        run_id=hex_id("vision", index),
        name=name,
        user=user,
        status=status,
        start_time=recipe.start,
        end_time=end,
        params=_params(recipe),
        tags=_tags(recipe, name, user),
        curves=_curves(rng, recipe, clock, steps),
        datasets=[(IMAGES_TRAIN, "train"), (IMAGES_VALID, "eval")],
        files={"config.json": _config(recipe)},
    )
    run.curves += system_curves(rng, clock, end or now_ms, MINUTE, gpus=1)
    if status == "FINISHED":
        last = [steps - 1]
        run.curves.append(clock.curve("test/acc", last, [run.last("val/acc") - rng.random() / 90]))
    if index in _DELETED:
        run.deleted_time = (end or now_ms) + HOUR
    if index == _OUT_OF_MEMORY:
        run.files["traceback.txt"] = _TRACEBACK.encode()
    return run


def _fate(recipe: _Recipe, now_ms: int) -> tuple[str, int]:
    """How a run ended, and how many steps it made."""
    ends = {_DIVERGED: ("FAILED", 980), _OUT_OF_MEMORY: ("FAILED", 212), _KILLED: ("KILLED", 640)}
    if recipe.index in _RUNNING:
        made = int((now_ms - recipe.start - 12 * SECOND) / recipe.step_ms)
        return "RUNNING", max(120, min(made, recipe.max_steps - 150))
    return ends.get(recipe.index, ("FINISHED", recipe.max_steps))


def _params(recipe: _Recipe) -> dict[str, str]:
    lion = recipe.optimizer == "lion"
    optim: dict[str, object] = {"betas": [0.9, 0.99 if lion else 0.999], "eps": 1e-8}
    if recipe.optimizer == "sgd":
        optim = {"momentum": 0.9, "nesterov": True}
    return {
        "model": recipe.model,
        "optimizer": recipe.optimizer,
        "lr": str(recipe.lr),
        "batch_size": str(recipe.batch_size),
        "weight_decay": str(recipe.weight_decay),
        "dropout": str(recipe.dropout),
        "seed": str(recipe.seed),
        "max_steps": str(recipe.max_steps),
        "scheduler": "stairs" if recipe.optimizer == "sgd" else "cosine",
        "image_size": "224",
        "precision": "bf16",
        "optim": json.dumps(optim),
        "augment": str({"mixup": recipe.dropout, "cutmix": 1.0, "randaug": {"n": 2, "m": 9}}),
        "parameters": str(_MODELS[recipe.model][2]),
    }


def _tags(recipe: _Recipe, name: str, user: str) -> dict[str, str]:
    tags = origin_tags(name, user, "train.py", "vision", "tuning")
    tags |= {"env.torch": "2.6.0" if recipe.index > 9 else "2.5.1", "sweep": "vision-2"}
    notes = {
        _DIVERGED: "Learning rate far too high: **loss is NaN** from step 812 on.",
        _SPIKED: "One bad shard at step 640, recovered by itself.",
        _OUT_OF_MEMORY: "Out of memory with the larger batch; try gradient accumulation.",
        _KILLED: "Stopped by hand: flat since step 400.",
    }
    if recipe.index in notes:
        tags["mlflow.note.content"] = notes[recipe.index]
    return tags


def _config(recipe: _Recipe) -> bytes:
    return json.dumps(_params(recipe), indent=2).encode()


def _curves(rng: random.Random, recipe: _Recipe, clock: Clock, steps: int) -> list[Curve]:
    each, tenth, now_and_then = range(steps), range(0, steps, 10), range(0, steps, 20)
    descent = recipe.descent
    train = descent.sample(rng, each)
    valid = [
        value * 1.03 + 0.02 + 1.2e-5 * step * (0.35 - recipe.dropout)
        for step, value in zip(
            now_and_then,
            Descent(descent.start, descent.floor, descent.pace, descent.power, 0.015).sample(
                rng, now_and_then
            ),
            strict=True,
        )
    ]
    norms = [(0.4 + descent.mean(step)) * rng.lognormvariate(0, 0.25) for step in tenth]
    if recipe.index == _SPIKED:
        train[640:664] = [value + 5.5 * 0.85**n for n, value in enumerate(train[640:664])]
        norms[64:66] = [38.2, 11.7]
    accuracy = [min(0.995, 1 / (1 + (loss / 0.85) ** 2)) for loss in valid]
    if recipe.index == _DIVERGED:
        train, valid = _blow_up(train, 1), _blow_up(valid, 20)
        norms = _blow_up(norms, 10)
        # Better than chance only while there is a loss.
        accuracy = [acc if loss < 2.5 else 0.1 for loss, acc in zip(valid, accuracy, strict=True)]
    rate = stairs(recipe.lr, recipe.max_steps, tenth)
    if recipe.optimizer != "sgd":
        rate = warm_cosine(recipe.lr, _WARMUP, recipe.max_steps, tenth)
    speed = _MODELS[recipe.model][1] / 8
    return [
        clock.curve("train/loss", each, train),
        clock.curve("val/loss", now_and_then, valid),
        clock.curve("val/acc", now_and_then, accuracy),
        clock.curve("lr", tenth, rate),
        clock.curve("grad_norm", tenth, norms),
        clock.curve("throughput", tenth, [speed * rng.uniform(0.93, 1.02) for _ in tenth]),
    ]


def _blow_up(values: list[float], stride: int) -> list[float]:
    """What is left of a curve when training diverges: a steep rise, infinity, then no number."""
    first, infinite, nan = 760, 808, 812
    return [
        value
        if step < first
        else value * 1.06 ** (step - first)
        if step < infinite
        else math.inf
        if step < nan
        else math.nan
        for step, value in ((n * stride, value) for n, value in enumerate(values))
    ]


_TRACEBACK = """\
Traceback (most recent call last):
  File "train.py", line 214, in <module>
    main(parse())
  File "train.py", line 171, in main
    loss = step(batch)
  File "train.py", line 98, in step
    loss.backward()
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.16 GiB. GPU 0 has a total \
capacity of 79.15 GiB of which 402.88 MiB is free.
"""
