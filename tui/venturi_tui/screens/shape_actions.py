"""What one can do with a picture over runs: move along its bars, open them, copy it."""

from __future__ import annotations

from venturi.records import Run
from venturi_tui.present.chart import drawing_text
from venturi_tui.present.command_line import listed_picture_command, picture_command
from venturi_tui.present.run_columns import value_of
from venturi_tui.present.run_picture import BarsSight, PictureKind, RunPicture
from venturi_tui.present.words import safe
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.shape_choices import ShapeChoices


class ShapeActions(ShapeChoices):
    """The keys of a picture that is drawn."""

    # The cursor over bars

    @property
    def run_here(self) -> Run | None:
        """The run whose bar the cursor is on."""
        picture = self.picture
        if picture is None or picture.wish.kind is not PictureKind.BARS or not picture.runs:
            return None
        return picture.runs[min(self.sight.cursor, len(picture.runs) - 1)]

    def go(self, place: int) -> None:
        """Move the cursor to a bar, and bring that into sight."""
        if self.picture is None or self.kind is not PictureKind.BARS:
            return
        count, rows = len(self.picture.runs), max(self.pane.room[1], 1)
        moved = BarsSight(self.sight.first, place).within(count, rows)
        if moved != self.sight:
            self.sight = moved
            self.draw()

    def _move(self, lines: int) -> None:
        self.go(self.sight.cursor + lines)

    def _move_pages(self, pages: float) -> None:
        self.go(self.sight.cursor + int(self.pane.room[1] * pages))

    def act_top(self) -> None:
        """First bar."""
        self.go(0)

    def act_bottom(self) -> None:
        """Last bar."""
        self.go(len(self.picture.runs) - 1 if self.picture else 0)

    def act_open(self) -> None:
        """Open the run of the bar."""
        from venturi_tui.screens.run import RunScreen

        run = self.run_here
        if run is not None:
            moment = self.asked.moment
            self.open(RunScreen(self.loader, self.standing, run, moment, self.key))

    # Copying

    def act_copy_picture(self) -> None:
        """Copy the id of the run under the cursor, or else the picture."""
        run = self.run_here
        if run is not None:
            self.copy(run.run_id, f"the id of {safe(run.run_name)}")
        elif self.pane.drawing is not None:
            self.copy(drawing_text(self.pane.drawing, color=False), "the picture as text")

    def act_copy_shape(self) -> None:
        """Choose what to copy."""
        choices = self._copies()

        def chosen(text: str | None) -> None:
            if text is not None:
                self.copy(text, next(each.words for each in choices if each.key == text))

        self.open(ChooseScreen("Copy", choices), chosen)

    def _copies(self) -> list[Choice]:
        choices: list[Choice] = []
        if self.loader.connection is not None:
            command = self.command_line
            choices.append(
                Choice(command, "the command that draws the same", "venturi metrics plot")
            )
        if self.pane.drawing is not None:
            text = drawing_text(self.pane.drawing, color=False)
            choices.append(Choice(text, "the picture as text"))
        if self.picture is not None:
            columns = self.picture.wish.columns
            choices.append(Choice(self._values(self.picture), "its values, with tabs between",
                                  ", ".join(columns)))  # fmt: skip
            ids = "\n".join(run.run_id for run in self.picture.runs)
            choices.append(Choice(ids, "ids of its runs", "one a line"))
        return choices

    @property
    def command_line(self) -> str:
        """The command that draws the same."""
        connection = self.loader.connection
        if connection is None:
            return ""
        place, wish, asked = connection.place, self.wish, self.asked
        words = ["-m", wish.key, "--kind", wish.kind.value]
        words += [word for name in wish.columns[:-1] for word in ("--against", name)]
        if asked.run_ids:
            return picture_command(place, asked.run_ids, words)
        query = asked.query
        limit = len(self.runs) if self.is_cut else 0
        return listed_picture_command(
            place, asked.experiment, asked.filter_text, query, limit, words
        )

    def _values(self, picture: RunPicture) -> str:
        columns = picture.wish.columns
        lines = ["\t".join(("run_id", "run_name", *map(safe, columns)))]
        for run in picture.runs:
            found = (value_of(run, name) for name in columns)
            cells = ("" if value is None else safe(str(value)) for value in found)
            lines.append("\t".join((run.run_id, safe(run.run_name), *cells)))
        return "\n".join(lines)
