"""Model versions side by side: what differs in signature, needs, params, metrics and marks."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from venturi.records import ModelVersion
from venturi.registry.side_by_side import VersionDiff, compare_versions
from venturi.stores.registry import RegistryStore
from venturi_tui import messages, registry_messages
from venturi_tui.actions import Need, Where
from venturi_tui.loading import Loading
from venturi_tui.present.chart.styles import SeriesStyle
from venturi_tui.present.command_line import writing_command
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.version_diff import version_diff_rows
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.about_run import AboutRun
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.value import ValueScreen
from venturi_tui.widgets.bars import Footer, Standing
from venturi_tui.widgets.compare_table import CompareTable
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Prompt


class VersionDiffScreen(AboutRun[None]):
    """A comparison of versions, the first of which is the baseline at first.

    Args:
        loading: Reads their runs and files.
        standing: What the header says.
        versions: At least two.
    """

    def __init__(
        self, loading: Loading, standing: Standing, versions: Sequence[ModelVersion]
    ) -> None:
        super().__init__(loading, standing)
        self._versions = tuple(versions)
        self._diff: VersionDiff | None = None
        self._only_changed = True
        self._wanted = ""
        self._table = CompareTable()

    def compose(self) -> ComposeResult:
        """One table."""
        yield self.header
        yield self._table
        yield Footer()

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
        set_frame(self._table, self._title)
        number = exact_count(len(self._versions))
        self.header.show(
            Standing(
                address=self.standing.address,
                context=self.standing.context,
                access=self.loader.access,
                experiment="models",
                counts=f"{number} versions",
            )
        )
        self.set_focus(self._table)
        self._read()

    @property
    def _title(self) -> str:
        return f"Compare {exact_count(len(self._versions))} versions"

    def _read(self) -> None:
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

    def act_refresh(self) -> None:
        """Read them again."""
        self._read()

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
        changed, whole = diff.counted()
        which = "differences only" if self._only_changed else "everything"
        count = f"{exact_count(changed)} of {exact_count(whole)} rows differ"
        about = f" ─ {self._wanted}" if self._wanted else ""
        below = f"baseline {diff.names[diff.baseline]}"
        set_frame(self._table, f"{self._title} ─ {which}, {count}{about}", below)
        if not rows:
            self._table.set_notice(self._nothing())
        self.update_footer()

    def _nothing(self) -> Notice:
        if self._wanted:
            return Notice(Look.NONE, "no row is called that", "", (("esc", "show all"),))
        return Notice(Look.NONE, "nothing differs", "", (("x", "show everything"),))

    # Actions

    def act_left(self) -> None:
        """The version to the left."""
        self._table.choose(self._table.chosen - 1)

    def act_right(self) -> None:
        """The version to the right."""
        self._table.choose(self._table.chosen + 1)

    def act_differences(self) -> None:
        """Only what differs, or everything."""
        self._only_changed = not self._only_changed
        self._show()

    def act_baseline(self) -> None:
        """Compare with the cursor's version."""
        if self._diff is not None:
            self._diff = self._diff.against(self._table.chosen)
            self._show()

    def act_open(self) -> None:
        """Show the values of a row whole."""
        row = self._table.row
        if row is None or not row.cells or self._diff is None:
            self.say("this line has no values")
            return
        texts = [
            f"{name}: {'no value' if text is None else text}"
            for name, text in zip(self._diff.names, row.texts, strict=True)
        ]
        self.open(ValueScreen(row.key, "\n".join(texts)))

    def on_lines_opened(self, event: Lines.Opened) -> None:
        """A row was double-clicked."""
        event.stop()
        self.act_open()

    def act_filter(self, text: str | None = None) -> None:
        """Show only rows that hold these letters."""
        if text is None:
            self.ask_line("/", self._wanted, hint="a part of a key or section")
        else:
            self._narrow(text)

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Narrow as one types."""
        if prompt.sign == "/":
            self._narrow(text)

    def _narrow(self, text: str) -> None:
        self._wanted = text
        self._show()

    def act_back(self) -> None:
        """First show all rows again, then leave."""
        if self._wanted:
            self._narrow("")
        else:
            super().act_back()

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
