"""What one can look at from the models screen: gates, the journal, differences, inputs, a form."""

from __future__ import annotations

from venturi_tui.screens.model_actions import ModelActions


class ModelLooking(ModelActions):
    """The actions of the models screen that show more, and write nothing."""
