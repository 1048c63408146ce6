"""What came of a wish to write to runs: asked once, told, remembered, shown, and taken back."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from venturi.records import View
from venturi_tui import messages
from venturi_tui.actions import Need
from venturi_tui.loading import Loading
from venturi_tui.present.words import exact_count
from venturi_tui.screens.run_actions import RunActions
from venturi_tui.state import Remembered
from venturi_tui.widgets.bars import Standing

if TYPE_CHECKING:
    from venturi.changes.undo import Deeds
    from venturi_tui.screens.run_wishes import Agreed, RunWish

_SEEN = {
    View.ACTIVE: "active runs",
    View.DELETED: "deleted runs; U brings them back",
    View.ALL: "active and deleted runs",
}


class RunConfirming(RunActions):
    """A screen that writes to runs and experiments, each time after one window that asks."""

    def __init__(self, loading: Loading, remembered: Remembered, standing: Standing) -> None:
        super().__init__(loading, remembered, standing)
        self.writing = ""
        self._of = 0

    def facts(self) -> set[Need]:
        """What is there."""
        known = super().facts()
        if not self.loader.read_only:
            known.add(Need.WRITING)
        if self._has_written and self.deeds.to_undo is not None:
            known.add(Need.UNDO)
        if self._has_written and self.deeds.to_redo is not None:
            known.add(Need.REDO)
        return known

    @cached_property
    def deeds(self) -> Deeds:
        """What was written here, and what was taken back."""
        from venturi.changes.undo import Deeds

        return Deeds()

    @property
    def _has_written(self) -> bool:
        return "deeds" in self.__dict__

    @property
    def access(self) -> str:
        """What the header says of writing: how far it is while something is being written."""
        return self.writing or self.loader.access

    # Back and again

    def act_undo(self) -> None:
        """Take the last write back."""
        from venturi_tui.screens.run_wishes import undo_wish

        deed = self.deeds.to_undo
        if deed is not None:
            self.confirm_write(undo_wish(deed, self.deeds.further))

    def act_redo(self) -> None:
        """Write again what was undone."""
        from venturi_tui.screens.run_wishes import redo_wish

        deed = self.deeds.to_redo
        if deed is not None:
            self.confirm_write(redo_wish(deed))

    # Writing

    def confirm_write(self, wish: RunWish) -> None:
        """Ask for a wish to be confirmed, and write it when it is."""
        from venturi_tui.screens.run_confirm import RunConfirmScreen

        if self.writing:
            self.say(f"still {self.writing}")
            return
        self.open(RunConfirmScreen(self.loader, wish), self._agreed)

    def _agreed(self, agreed: Agreed | None) -> None:
        from venturi_tui.screens.run_wishes import written

        if agreed is None:
            return
        self._of = len(agreed.planned.plans)
        self._say_progress(0)

        def tell(done: int) -> None:
            self.post_message(messages.WritingWent(done))

        self.loader.ask(self, "writing", agreed, partial(written, agreed, tell))

    def _say_progress(self, done: int) -> None:
        many = f" {exact_count(done)} of {exact_count(self._of)}" if self._of > 1 else ""
        self.writing = f"writing{many}"
        self.say_standing()

    def on_writing_went(self, event: messages.WritingWent) -> None:
        """Say how far it is."""
        if self.writing:
            self._say_progress(event.done)

    def on_runs_written(self, event: messages.RunsWritten) -> None:
        """Say what was done, remember it, and show it."""
        from venturi_tui.screens.run_wishes import Agreed

        self.writing = ""
        self.loader.has_written = True
        agreed = event.question
        if not isinstance(agreed, Agreed):
            return
        self._note(agreed, event)
        self._tell(agreed, event)
        self.table.rewritten(event.run_ids, event.runs)
        held = self.marked_runs
        held.update((run.run_id, run) for run in event.runs if run.run_id in held)
        if any(change.kind == "experiment" for change in event.deed.changes):
            self.table.ask(keep=True)
        self.read_experiments()
        self.say_standing()
        self.update_footer()

    def _note(self, agreed: Agreed, event: messages.RunsWritten) -> None:
        if agreed.wish.undoes is None:
            self.deeds.note(event.deed)
        elif agreed.wish.again:
            self.deeds.wrote_again(event.deed.changes)
        else:
            self.deeds.took_back(event.deed.changes)

    def _tell(self, agreed: Agreed, event: messages.RunsWritten) -> None:
        from venturi_tui.screens.run_wishes import counted

        wish, plans = agreed.wish, agreed.planned.plans
        written = {(change.kind, change.target) for change in event.deed.changes}
        noun = wish.noun if wish.undoes is None else "change"
        if event.failure is not None:
            of = counted(len(plans), noun)
            self.say(f"{exact_count(len(written))} of {of} {wish.done}, then it failed")
            self.say_error(event.failure)
            return
        words = wish.words if wish.undoes is not None else plans[0].name or plans[0].identity[:8]
        many = len(plans) > 1 and wish.undoes is None
        said = f"{counted(len(written), noun) if many else words}: {wish.done}"
        self.say(said if wish.undoes is not None else f"{said}; z takes it back")

    def was_writing(self, event: messages.QuestionFailed) -> bool:
        """Say why nothing was written, when it is that which failed."""
        from venturi_tui.screens.run_wishes import Agreed

        if not isinstance(event.question, Agreed):
            return False
        self.writing = ""
        self.say_error(event.error)
        self.say_standing()
        return True

    def act_quit(self) -> None:
        """Leave Venturi, but not in the middle of a write."""
        if self.writing:
            self.say(f"still {self.writing}; q leaves when that is done")
        else:
            super().act_quit()

    def act_view(self, word: str | None = None) -> None:
        """Show active runs, deleted ones, or both."""
        views = list(View)
        if word is None:
            at = views.index(self.table.browsing.view)
            view = views[(at + 1) % len(views)]
        elif word.lower() in [each.value for each in views]:
            view = View(word.lower())
        else:
            self.say(f"{word!r} is no view: {', '.join(each.value for each in views)}")
            return
        self.table.show_view(view)
        self.read_experiments()
        self.say(_SEEN[view])

    def read_experiments(self) -> None:
        """Read the experiments again, and how many runs each has."""
        self.loader.experiments(self, self.table.browsing.view)
