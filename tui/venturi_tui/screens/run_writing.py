"""What one can write on the home screen: to runs, to experiments, and back again."""

from __future__ import annotations

from functools import partial
from time import time as clock
from typing import TYPE_CHECKING

from venturi.errors import UsageError
from venturi.records import Experiment, Run, RunStatus
from venturi_tui.actions import Need
from venturi_tui.loading import Loading
from venturi_tui.present.run_card import DESCRIPTION
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.run_confirming import RunConfirming
from venturi_tui.screens.written_lines import one_line, several_lines, tags_in, tags_line
from venturi_tui.state import Remembered
from venturi_tui.widgets.bars import Standing
from venturi_tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from venturi_tui.screens.run_wishes import Chosen

_TAGS, _NAME, _DESCRIPTION, _NEW = "#", ">", "=", "+"
_ENDS = (RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED)


class RunWriting(RunConfirming):
    """The actions of the home screen that write; each is confirmed once, most can be undone.

    Something is wished for the experiment under the cursor while the experiments have the focus,
    else for the marked runs, or for the run under the cursor when none is marked.
    """

    def __init__(self, loading: Loading, remembered: Remembered, standing: Standing) -> None:
        super().__init__(loading, remembered, standing)
        self._meant: Chosen | Experiment | None = None

    def facts(self) -> set[Need]:
        """What is there."""
        known = super().facts()
        if self._experiment_here or (self.focused is not self.experiments and self._ids):
            known.add(Need.SUBJECT)
        return known

    # What is meant

    @property
    def _ids(self) -> tuple[str, ...]:
        here = self.table.run_id
        return self.table.browsing.marks.ids or (() if here is None else (here,))

    @property
    def _experiment_here(self) -> Experiment | None:
        """The experiment under the cursor, while its pane has the focus."""
        if self.focused is not self.experiments:
            return None
        found = self.experiments.id_under(self.experiments.cursor)
        return None if found is None else self.table.browsing.experiments.get(found)

    def _runs(self) -> Chosen:
        from venturi_tui.screens.run_wishes import Chosen

        browsing, ids = self.table.browsing, self._ids
        one = self._run_of(ids[0]) if len(ids) == 1 else None
        inside = browsing.experiment_id is not None and all(
            browsing.rows.row_of(each) is not None for each in ids
        )
        place = browsing.experiment_name if inside else ""
        return Chosen(ids, "" if one is None else one.run_name, place)

    def _run_of(self, run_id: str) -> Run | None:
        return self.table.browsing.rows.run(run_id) or self.marked_runs.get(run_id)

    # Runs and experiments

    def act_tag(self, text: str | None = None) -> None:
        """Set tags, or remove them."""
        self._meant = self._experiment_here or self._runs()
        if text is not None:
            self._wish_for_tags(text)
            return
        run = self._run_of(self._ids[0]) if len(self._ids) == 1 else None
        held = self._experiment_here or run
        tags = {} if held is None else dict(held.tags)
        own = {key: tag for key, tag in tags.items() if not key.startswith("mlflow.")}
        hint = f"tags of {self._words}: KEY=VALUE sets one, -KEY removes it"
        self.ask_line(_TAGS, past=tags_line(own), hint=safe(hint))

    @property
    def _words(self) -> str:
        """What is meant, in words."""
        held = self._meant
        if held is None:
            return ""
        return held.name if isinstance(held, Experiment) else held.words

    def _wish_for_tags(self, text: str) -> None:
        from venturi_tui.screens.experiment_wishes import tag_experiment_wish
        from venturi_tui.screens.run_wishes import tag_wish

        try:
            tags = tags_in(text)
        except UsageError as error:
            self.say_error(error)
            return
        held = self._meant
        if isinstance(held, Experiment):
            self.confirm_write(tag_experiment_wish(held, tags))
        elif held is not None and tags:
            self.confirm_write(tag_wish(held, tags))

    def act_rename(self, name: str | None = None) -> None:
        """Give a run or an experiment another name."""
        self._meant = held = self._experiment_here or self._runs()
        if not isinstance(held, Experiment) and len(held.ids) > 1:
            self.say(f"{held.words} cannot have one name: u takes the marks away")
        elif name is not None:
            self._wish_for_name(name)
        else:
            self.ask_line(_NAME, held.name, hint=safe(f"the new name of {self._words}"))

    def _wish_for_name(self, name: str) -> None:
        from venturi_tui.screens.experiment_wishes import rename_experiment_wish
        from venturi_tui.screens.run_wishes import rename_wish

        held = self._meant
        if isinstance(held, Experiment):
            self.confirm_write(rename_experiment_wish(held, name))
        elif held is not None:
            self.confirm_write(rename_wish(held, name))

    def act_describe(self, text: str | None = None) -> None:
        """Write what the runs are."""
        self._meant = runs = self._runs()
        if text is not None:
            self._wish_for_description(text)
            return
        run = self._run_of(runs.ids[0]) if len(runs.ids) == 1 else None
        before = "" if run is None else run.tags.get(DESCRIPTION, "")
        hint = f"what {runs.words} is; \\n begins a new line"
        self.ask_line(_DESCRIPTION, one_line(before), hint=safe(hint))

    def _wish_for_description(self, text: str) -> None:
        from venturi_tui.screens.run_wishes import describe_wish

        if self._meant is not None and not isinstance(self._meant, Experiment):
            self.confirm_write(describe_wish(self._meant, several_lines(text)))

    def act_delete(self) -> None:
        """Put runs or an experiment into the trash."""
        from venturi_tui.screens.experiment_wishes import delete_experiment_wish
        from venturi_tui.screens.run_wishes import delete_wish

        held = self._experiment_here
        if held is None:
            self.confirm_write(delete_wish(self._runs()))
            return
        counts = self.experiments.counts
        number = counts.get(held.experiment_id, 0) if counts else None
        self.confirm_write(delete_experiment_wish(held, number))

    def act_restore(self) -> None:
        """Bring runs or an experiment back from the trash."""
        from venturi_tui.screens.experiment_wishes import restore_experiment_wish
        from venturi_tui.screens.run_wishes import restore_wish

        held = self._experiment_here
        if held is None:
            self.confirm_write(restore_wish(self._runs()))
        else:
            self.confirm_write(restore_experiment_wish(held))

    def act_finish(self, status: str | None = None) -> None:
        """Say that runs are over, and how they ended."""
        runs = self._runs()
        self._choose_end(f"Finish {runs.words} as", status, partial(self._wish_for_end, runs))

    def _wish_for_end(self, runs: Chosen, status: RunStatus) -> None:
        from venturi_tui.screens.run_wishes import finish_wish

        self.confirm_write(finish_wish(runs, status, int(clock() * 1000)))

    def act_end_stale(self, status: str | None = None) -> None:
        """Mark runs that nobody writes to any more as failed or killed."""
        self._choose_end(
            "End runs that nobody writes to any more as",
            status,
            partial(self._wish_for_stale),
            ends=(RunStatus.FAILED, RunStatus.KILLED),
        )

    def _wish_for_stale(self, status: RunStatus) -> None:
        from venturi_tui.screens.stale_wishes import stale_wish

        browsing, marked = self.table.browsing, self.table.browsing.marks.ids
        here = f"in {browsing.experiment_name}"
        place = f"among {exact_count(len(marked))} marked" if marked else here
        wish = stale_wish(
            status,
            place,
            browsing.whole_query.experiment_ids,
            marked,
            browsing.moment.gaps,
            int(clock() * 1000),
        )
        self.confirm_write(wish)

    def _choose_end(
        self, title: str, word: str | None, then: partial[None], *, ends: tuple[RunStatus, ...] = ()
    ) -> None:
        """Let a status be chosen, when none is given, and go on with it."""
        known = ends or _ENDS
        if word is None:
            choices = [Choice(each.value, each.value) for each in known]
            self.open(
                ChooseScreen(safe(title), choices),
                lambda chosen: None if chosen is None else then(RunStatus(chosen)),
            )
        elif word.upper() in [each.value for each in known]:
            then(RunStatus(word.upper()))
        else:
            self.say(f"{word!r} is no end: {', '.join(each.value for each in known)}")

    def act_create_experiment(self, name: str | None = None) -> None:
        """Make an experiment."""
        if name is None:
            self.ask_line(_NEW, hint="the name of the new experiment")
        else:
            self._wish_for_experiment(name)

    def _wish_for_experiment(self, name: str) -> None:
        from venturi_tui.screens.experiment_wishes import create_experiment_wish

        self.confirm_write(create_experiment_wish(name))

    # The prompt

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Say at once what tags may not be."""
        if prompt.sign not in (_TAGS, _NAME, _DESCRIPTION, _NEW):
            super().line_typed(prompt, text)
            return
        try:
            if prompt.sign == _TAGS:
                tags_in(text)
            prompt.approve()
        except UsageError as error:
            prompt.complain(error.message, len(text))

    def line_entered(self, prompt: Prompt, text: str) -> None:
        """Ask for what was typed to be confirmed."""
        if prompt.sign == _DESCRIPTION:
            self.close_prompt()
            self._wish_for_description(text)
        elif prompt.sign in (_TAGS, _NAME, _NEW):
            self.close_prompt()
            if not text.strip():
                return
            wishes = {
                _TAGS: self._wish_for_tags,
                _NAME: self._wish_for_name,
                _NEW: self._wish_for_experiment,
            }
            wishes[prompt.sign](text.strip())
        else:
            super().line_entered(prompt, text)
