"""What a table of runs shows, without any widget: question, rows, columns and marks."""

from venturi_tui.browsing.layout import Fits, Layout, Plan
from venturi_tui.browsing.marks import Marks
from venturi_tui.browsing.view import Browsing, Order

__all__ = ["Browsing", "Fits", "Layout", "Marks", "Order", "Plan"]
