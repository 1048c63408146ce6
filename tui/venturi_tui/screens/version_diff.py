"""Model versions side by side: what differs in signature, needs, params, metrics and marks."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.records import ModelVersion
from venturi.registry.side_by_side import VersionDiff, compare_versions
from venturi.stores.registry import RegistryStore
from venturi_tui import messages, registry_messages
from venturi_tui.actions import Need, Where
from venturi_tui.loading import Loading
from venturi_tui.present.chart.styles import SeriesStyle
from venturi_tui.present.command_line import writing_command
from venturi_tui.present.notices import failed, loading
from venturi_tui.present.version_diff import version_diff_rows
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.side_by_side import SideBySide
from venturi_tui.widgets.bars import Standing
from venturi_tui.widgets.frame import set_frame


class VersionDiffScreen(SideBySide):
    """A comparison of versions, the first of which is the baseline at first.

    Args:
        loading: Reads their runs and files.
        standing: What the header says.
        versions: At least two.
    """

    searched = "a part of a key or section"

    def __init__(
        self, loading: Loading, standing: Standing, versions: Sequence[ModelVersion]
    ) -> None:
        super().__init__(loading, standing)
        self._versions = tuple(versions)
        self._diff: VersionDiff | None = None

    def places(self) -> tuple[Where, ...]:
        """One place."""
        return (Where.VERSION_DIFF, Where.FILTERED, *super().places())

    def facts(self) -> set[Need]:
        """What is there."""
        known = super().facts() | {Need.MODEL}
        return known | ({Need.ROWS} if self._diff is not None else set())

    # Reading

    def on_mount(self) -> None:
        """Read what the versions are."""
        set_frame(self._table, f"Compare {self._what}")
        self.header.show(
            Standing(
                address=self.standing.address,
                context=self.standing.context,
                access=self.loader.access,
                experiment="models",
                counts=self._what,
            )
        )
        self.set_focus(self._table)
        self.act_refresh()

    @property
    def _what(self) -> str:
        return f"{exact_count(len(self._versions))} versions"

    def act_refresh(self) -> None:
        """Read their runs and files."""
        connection = self.loader.connection
        if connection is None:
            return
        if self._diff is None:
            self._table.set_notice(loading("runs and MLmodel files"))
        baseline = 0 if self._diff is None else self._diff.baseline
        known = self._versions

        def read(registry: RegistryStore) -> registry_messages.VersionsCompared:
            now = [registry.get_version(each.name, each.version) for each in known]
            files = connection.version_files
            diff = compare_versions(now, registry, connection.tracking, files, baseline)
            return registry_messages.VersionsCompared(diff)

        self.loader.ask_registry(self, "diff", "diff", read)

    def on_versions_compared(self, event: registry_messages.VersionsCompared) -> None:
        """Show them side by side."""
        self._diff = event.diff
        self._show()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """Say why there is nothing to compare."""
        if self._diff is None:
            self._table.set_notice(failed(event.error))
        else:
            self.say_error(event.error)

    # What is shown

    def _show(self) -> None:
        diff = self._diff
        if diff is None:
            return
        rows = version_diff_rows(diff, only_changed=self._only_changed)
        letters = self._wanted.casefold()
        if letters:
            rows = [row for row in rows if letters in row.key.casefold()]
        styles = [SeriesStyle(at) for at in range(len(diff.names))]
        self._table.show(rows, list(diff.names), styles, diff.baseline)
        baseline = diff.names[diff.baseline]
        self._say_shown(self._what, diff.counted(), baseline, is_empty=not rows)

    def _names(self) -> Sequence[str]:
        return () if self._diff is None else self._diff.names

    # Actions

    def act_baseline(self) -> None:
        """Compare with the cursor's version."""
        if self._diff is not None:
            self._diff = self._diff.against(self._table.chosen)
            self._show()

    # Copying

    def act_copy_name(self) -> None:
        """Copy the name of the cursor's version."""
        name = self._versions[self._table.chosen].full_name
        self.copy(name, f"the name {safe(name)}")

    def act_copy_address(self) -> None:
        """Choose what to copy: the command that shows the same, or the values of the row."""
        connection, row = self.loader.connection, self._table.row
        if connection is None:
            return
        names = [version.full_name for version in self._versions]
        only = ["--only-changed"] if self._only_changed else []
        command = writing_command(connection.place, ["versions", "diff", *names, *only])
        choices = [Choice(command, "the command that compares them", "venturi versions diff")]
        if row is not None and row.texts:
            values = "\t".join("" if text is None else text for text in row.texts)
            choices.append(Choice(values, "the row, with tabs between"))

        def chosen(text: str | None) -> None:
            if text is not None:
                self.copy(text, next(each.words for each in choices if each.key == text))

        self.open(ChooseScreen("Copy", choices), chosen)
