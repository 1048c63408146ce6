"""What workers tell screens: what happened, each with the question it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from venturi.browse import RunIds, RunPage
from venturi.browse.forest import Forest
from venturi.browse.nesting import Best
from venturi.connection import Connection
from venturi.errors import VenturiError
from venturi.filters.tree import Entity, OrderKey
from venturi.records import Artifact, Experiment, Run
from venturi.stores.base import RunKeys, RunQuery

if TYPE_CHECKING:
    from pathlib import Path

    from venturi.artifacts.preview import Preview
    from venturi.browse.curves import Curve
    from venturi.browse.kin import Kin
    from venturi.changes.undo import Deed
    from venturi.compare import Row
    from venturi.watching.health import Pulse
    from venturi_tui.brush import Painted
    from venturi_tui.present.chart.drawing import Drawing
    from venturi_tui.present.metric_rows import Sketch
    from venturi_tui.present.run_card import CardLine


@dataclass(eq=False, repr=False)
class StoreOpened(Message, bubble=False):
    """The store is open."""

    connection: Connection


@dataclass(eq=False, repr=False)
class ExperimentsRead(Message, bubble=False):
    """All active experiments, in the store's order."""

    experiments: tuple[Experiment, ...]


@dataclass(eq=False, repr=False)
class ExperimentsCounted(Message, bubble=False):
    """Number of active runs by experiment id; those without runs left out."""

    counts: Mapping[str, int]


@dataclass(eq=False, repr=False)
class PageRead(Message, bubble=False):
    """Runs that a table wished for."""

    query: RunQuery
    page: RunPage


@dataclass(eq=False, repr=False)
class IdsRead(Message, bubble=False):
    """All ids of an answer."""

    query: RunQuery
    ids: RunIds


@dataclass(eq=False, repr=False)
class TreeRead(Message, bubble=False):
    """All ids of an answer, and how its runs are nested."""

    query: RunQuery
    ids: RunIds
    forest: Forest


@dataclass(eq=False, repr=False)
class BestChildrenRead(Message, bubble=False):
    """The best value among the children of runs."""

    query: RunQuery
    best: Best


@dataclass(eq=False, repr=False)
class CurvesSketched(Message, bubble=False):
    """Curves in a few characters, by run id and metric; `steps` says up to where they were read."""

    lane: int
    steps: Mapping[tuple[str, str], int]
    curves: Mapping[tuple[str, str], str]


@dataclass(eq=False, repr=False)
class ReadSoFar(Message, bubble=False):
    """How many runs were read of an answer that is read whole."""

    query: RunQuery
    count: int


@dataclass(eq=False, repr=False)
class RunsCounted(Message, bubble=False):
    """Number of runs that match; None when the store cannot say."""

    query: RunQuery
    count: int | None


@dataclass(eq=False, repr=False)
class BestFound(Message, bubble=False):
    """The best value of a metric among the runs that match; None when no run has it."""

    query: RunQuery
    order: OrderKey
    value: float | None


@dataclass(eq=False, repr=False)
class RunsRead(Message, bubble=False):
    """Runs that were asked for by id; those that are gone are left out."""

    run_ids: tuple[str, ...]
    runs: tuple[Run, ...]


@dataclass(eq=False, repr=False)
class KeysRead(Message, bubble=False):
    """The keys that the runs of a store use."""

    keys: RunKeys


@dataclass(eq=False, repr=False)
class ValuesRead(Message, bubble=False):
    """Some values of a param or tag."""

    entity: Entity
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class CurveWish:
    """Points of one metric of one run; from a step on when only the news is wanted.

    `within` two steps when a long curve is to be seen closer there.
    """

    run_id: str
    key: str
    from_step: int | None = None
    within: tuple[int, int] | None = None


@dataclass(eq=False, repr=False)
class HistoryRead(Message, bubble=False):
    """Points of a curve; of a long one what they amount to, better each time until the last."""

    wish: CurveWish
    history: Curve
    is_last: bool = True


@dataclass(eq=False, repr=False)
class ChartDrawn(Message, bubble=False):
    """A chart as text. `number` says which drawing it is; older ones come too late.

    `painted` holds the picture that is seen through the text; None where there is none.
    """

    number: int
    drawing: Drawing
    painted: Painted | None = None


@dataclass(eq=False, repr=False)
class RunsPlanned(Message, bubble=False):
    """What a wish for runs or an experiment would change as things are now."""

    question: object
    planned: object


@dataclass(eq=False, repr=False)
class WritingWent(Message, bubble=False):
    """So many of a wish are written."""

    done: int


@dataclass(eq=False, repr=False)
class RunsWritten(Message, bubble=False):
    """What was written to runs or an experiment, also when a later one failed.

    `run_ids` were written to, `runs` is how they are now; those that are gone are left out.
    """

    question: object
    deed: Deed
    run_ids: tuple[str, ...]
    runs: tuple[Run, ...]
    failure: VenturiError | None = None


@dataclass(eq=False, repr=False)
class LiveSeen(Message, bubble=False):
    """What a look at what is running found.

    Args:
        run_ids: Runs that were read again.
        runs: How they are now; those that are gone are left out.
        arrivals: Runs that began since the last look.
        experiments: All of them; None when they were not looked at.
        pulses: Pulses that were read for the first time, by run id.
        took_s: Seconds that it took.
    """

    run_ids: tuple[str, ...]
    runs: tuple[Run, ...]
    arrivals: tuple[Run, ...]
    experiments: tuple[Experiment, ...] | None
    pulses: Mapping[str, Pulse]
    took_s: float


class RedrawWanted(Message):
    """The screen is to be sent again, whatever the terminal shows."""


@dataclass(eq=False, repr=False)
class QuestionFailed(Message, bubble=False):
    """A question that could not be answered, and why.

    `question` is what the other messages carry: a wish, a query, or the name of what was read.
    """

    question: object
    error: VenturiError


@dataclass(eq=False, repr=False)
class BesideRuns(Message, bubble=False):
    """What is known of compared runs beside their records.

    `environment` has versions by package. `apart` says for each run at which step its curve of the
    metric `key` leaves that of the run at `baseline`; None where it never does, or where one has no
    curve.
    """

    run_ids: tuple[str, ...]
    environment: Mapping[str, Row]
    baseline: int
    key: str
    apart: tuple[int | None, ...]
    problem: str = ""


@dataclass(eq=False, repr=False)
class MetricSketched(Message, bubble=False):
    """What the points of a metric come to, drawn small."""

    key: str
    sketch: Sketch


@dataclass(eq=False, repr=False)
class KinRead(Message, bubble=False):
    """The runs around a run, and the names of the models of MLflow 3 that it logged."""

    run_id: str
    kin: Kin
    models: tuple[str, ...]


@dataclass(frozen=True)
class FileQuestion:
    """What is asked of a file or folder of a run: `folder`, `preview` or `download`."""

    kind: str
    path: str


@dataclass(eq=False, repr=False)
class ArtifactsListed(Message, bubble=False):
    """What is directly in a folder of a run's files."""

    folder: str
    entries: tuple[Artifact, ...]


@dataclass(eq=False, repr=False)
class PreviewRead(Message, bubble=False):
    """What a file or folder holds."""

    preview: Preview


@dataclass(eq=False, repr=False)
class PreviewLaid(Message, bubble=False):
    """A preview as lines. `number` says which laying out it is; older ones come too late."""

    number: int
    card: list[CardLine]


@dataclass(eq=False, repr=False)
class DownloadWent(Message, bubble=False):
    """How far a download is, in words."""

    words: str


@dataclass(eq=False, repr=False)
class Downloaded(Message, bubble=False):
    """A file or folder is here; `target` is None when the download was stopped."""

    path: str
    target: Path | None
