"""Asks for the runs around a run and for the models that it logged."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget

from venturi.browse.kin import kin_of
from venturi.connection import Connection
from venturi.records import Run
from venturi.stores.base import NamesLoggedModels
from venturi_tui import messages
from venturi_tui.loading import Loading


def ask_around(loading: Loading, asker: Widget, run: Run) -> None:
    """Ask; the answer is KinRead."""

    def read(connection: Connection) -> Message:
        store = connection.tracking
        models = store.logged_model_names(run) if isinstance(store, NamesLoggedModels) else []
        return messages.KinRead(run.run_id, kin_of(store, run), tuple(models))

    loading.ask(asker, "around", ("around", run.run_id), read)
