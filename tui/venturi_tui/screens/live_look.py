"""Following what is running: what a look asks for, how often, and what it changes on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

from textual.timer import Timer

from venturi.browse import read_runs
from venturi.connection import Connection
from venturi.records import Experiment, Run, View
from venturi.stores.base import ExperimentQuery
from venturi.watching.arrivals import Arrivals
from venturi.watching.health import Pulse, read_pulse
from venturi.watching.pace import Pace
from venturi_tui import messages
from venturi_tui.loading import Loading, all_experiments
from venturi_tui.present.cells import Moment
from venturi_tui.screens.following import clamped, no_seconds, seconds_between
from venturi_tui.screens.run_writing import RunWriting
from venturi_tui.state import Remembered
from venturi_tui.widgets.bars import Standing

SELDOM = 5
"""So many times as long it takes while the terminal is not looked at, or the store is silent."""

_SHARE = 10
"""A look that took long is followed by a pause of so many times as long."""

_EXPERIMENTS_EVERY = 5
"""Experiments are listed with every so-manieth look."""

_MOST_LISTED = 100
"""So many experiments are named to a server; with more, only those that are shown."""

_PULSES_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class _Look:
    """What to look at; `places` are the experiments of what is running, where all are known."""

    running: tuple[str, ...]
    places: tuple[str, ...]
    unknown: tuple[Run, ...]
    arrivals: Arrivals
    experiments: bool


class LiveLook(RunWriting):
    """A screen that follows what is running.

    A look reads the running runs that are in view again (one question; to a server older than
    MLflow 2.3 one request for each), asks for runs that began since (see Arrivals), and for the
    points that drawn curves are missing. Nothing is asked while another screen lies above, and
    seldom while the terminal has lost the focus: it may still be seen beside another. A look takes
    at most a tenth of the time, however slow the store is.
    """

    def __init__(self, loading: Loading, remembered: Remembered, standing: Standing) -> None:
        super().__init__(loading, remembered, standing)
        self._every = loading.live_every
        self.pulses: dict[str, Pulse] = {}
        self._arrivals: Arrivals | None = None
        self._timer: Timer | None = None
        self._looking = False
        self._not_before = 0.0
        self._looks = 0
        self._unanswered = False

    # How often

    def look_every(self, seconds: float) -> None:
        """Look so often once it begins; never when 0."""
        self.live = self.loader.live = seconds > 0
        if seconds:
            self.loader.live_every = clamped(seconds)

    def begin_live(self) -> None:
        """Look from now on, again and again."""
        if self._timer is not None:
            self._timer.stop()
        else:
            self.watch(self.host, "app_focus", self._focus_changed, init=False)
        self._every = self.live_every
        self._timer = self.set_interval(self._every, self._look_at_live)

    @property
    def live_every(self) -> float:
        """Seconds between two looks, on this screen and those above it."""
        return self.loader.live_every

    @property
    def live_words(self) -> str:
        """What the header says of it."""
        if not self.live:
            return "live off"
        if self._unanswered:
            return "no answer"
        seldom = 1 if self.host.app_focus else SELDOM
        return f"live {self.live_every * seldom:g}s"

    def act_live(self, seconds: str | None = None) -> None:
        """Follow what is running, on and off, or look every so many seconds."""
        if seconds is None:
            self.live = self.loader.live = not self.live
        else:
            every = seconds_between(seconds)
            if every is None:
                self.say(no_seconds(seconds))
                return
            self.look_every(every)
            self.begin_live()
        self.say_standing()

    def _focus_changed(self, focused: bool) -> None:
        """The terminal is looked at again, or no longer: it may still be seen beside another."""
        self._not_before = 0.0 if focused else self._not_before
        if focused:
            self._look_at_live()
        self.say_standing()

    # Looking

    def _look_at_live(self) -> None:
        """Ask for news of what is running and can be seen; nothing else."""
        self.remembered.save()
        if self._every != self.live_every:  # another screen was told
            self.begin_live()
            self.say_standing()
        if not self.live or self.host.screen is not self or self.loader.connection is None:
            return
        self.curves.follow()
        if (
            not self._looking
            and monotonic() >= self._not_before
            and self.table.browsing.experiments
        ):
            self._looking = True
            look = self._next_look(self.loader.connection)
            self.loader.ask(self, "look", "look", partial(_looked, look))

    def _next_look(self, connection: Connection) -> _Look:
        ids = self._experiments_to_watch(connection)
        if self._arrivals is None or self._arrivals.experiment_ids != ids:
            self._arrivals = Arrivals(connection.tracking, ids)
        running = self.table.watched
        unknown = [
            run
            for run_id in running
            if run_id not in self.pulses and (run := self.table.browsing.rows.run(run_id))
        ]
        self._looks += 1
        listed = self._looks % _EXPERIMENTS_EVERY == 0
        places = self._places_of(running)
        return _Look(running, places, tuple(unknown[:_PULSES_AT_ONCE]), self._arrivals, listed)

    def _places_of(self, run_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Experiments that hold these runs; none when one of them is not known."""
        browsing = self.table.browsing
        found: set[str] = set()
        for run_id in run_ids:
            run = browsing.rows.run(run_id)
            place = browsing.experiment_id if run is None else run.experiment_id
            if place is None:
                return ()
            found.add(place)
        return tuple(sorted(found))

    def _experiments_to_watch(self, connection: Connection) -> tuple[str, ...] | None:
        """A server has to be told each of them; other stores know what is active."""
        browsing = self.table.browsing
        if connection.tracking.info.kind != "http":
            return None
        if len(browsing.experiments) <= _MOST_LISTED:
            return tuple(sorted(browsing.experiments))
        return browsing.whole_query.experiment_ids

    def on_live_seen(self, event: messages.LiveSeen) -> None:
        """Show what is new, where it is."""
        self._answered(event.took_s)
        self.pulses.update(event.pulses)
        for run in event.runs:
            if run.run_id in self.pulses:
                self.pulses[run.run_id].see(run)
        self.table.update_runs(event.run_ids, event.runs)
        if event.experiments is not None:
            self._list_experiments(event.experiments)
        if event.arrivals:
            self.table.arrived(event.arrivals)
            self.loader.experiment_counts(self, self.table.browsing.view)
            self.table.count_again()
        if event.run_ids:
            self._tell_time(event.run_ids)

    def _tell_time(self, run_ids: tuple[str, ...]) -> None:
        self.table.tell_time(self.moment)
        here = self.table.run
        if here is not None and here.run_id in run_ids and here.run_id == self.shown_run:
            self.show_detail(here)

    def show_detail(self, run: Run) -> None:
        """Show a run in the pane of details."""

    def _list_experiments(self, experiments: tuple[Experiment, ...]) -> None:
        browsing = self.table.browsing
        if tuple(browsing.experiments.values()) == experiments or browsing.view is not View.ACTIVE:
            return
        known = {each.experiment_id for each in experiments}
        if browsing.experiment_id is not None and browsing.experiment_id not in known:
            return  # somebody deleted the one that is shown: r reads all again
        browsing.experiments = {each.experiment_id: each for each in experiments}
        self.show_experiments(experiments, browsing.experiment_id)
        self.say_standing()

    def show_experiments(self, experiments: tuple[Experiment, ...], chosen: str | None) -> None:
        """List experiments, one of which is open."""

    @property
    def moment(self) -> Moment:
        """This moment, with what is known of the runs that are running."""
        now = self.table.now_ms()
        gaps: dict[str, int] = {}
        for run_id, pulse in self.pulses.items():
            gap = pulse.gap_ms
            if gap is not None:
                gaps[run_id] = gap
        return replace(self.table.browsing.moment, now_ms=now, gaps=gaps, paces=self._paces(now))

    def _paces(self, now_ms: int) -> Mapping[str, Pace]:
        here = self.table.run
        pulse = None if here is None else self.pulses.get(here.run_id)
        pace = None if here is None or pulse is None else pulse.pace(here, now_ms)
        return {} if here is None or pace is None else {here.run_id: pace}

    def _answered(self, took_s: float) -> None:
        self._looking = False
        seldom = 1 if self.host.app_focus else SELDOM
        pause = max(took_s * _SHARE, self.live_every * (seldom - 0.5))
        self._not_before = monotonic() + (pause if seldom > 1 else took_s * _SHARE)
        if self._unanswered:
            self._unanswered = False
            self.say_standing()

    def was_looking(self, event: messages.QuestionFailed) -> bool:
        """Say once that there is no answer, when it is a look that failed, and look again later."""
        if event.question != "look":
            return False
        self._looking = False
        self._not_before = monotonic() + self.live_every * SELDOM
        if not self._unanswered:
            self._unanswered = True
            self.say_error(event.error)
            self.say_standing()
        return True


def _looked(look: _Look, connection: Connection) -> messages.LiveSeen:
    begun, store = monotonic(), connection.tracking
    running = look.running
    runs = tuple(read_runs(store, running, experiment_ids=look.places)) if running else ()
    pulses = {run.run_id: read_pulse(store, run) for run in look.unknown}
    arrivals = look.arrivals.look()
    listed = tuple(all_experiments(store, ExperimentQuery())) if look.experiments else None
    return messages.LiveSeen(look.running, runs, arrivals, listed, pulses, monotonic() - begun)
