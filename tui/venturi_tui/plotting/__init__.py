"""What charts show: the points read so far, how they are looked at, and one metric's chart."""

from venturi_tui.plotting.bundles import ALL, Bundle, bundles_of, ways_to_bundle
from venturi_tui.plotting.histories import Histories
from venturi_tui.plotting.plot import Plotting, place_words
from venturi_tui.plotting.sight import SMOOTHINGS, Looks, Range, Sight, is_system

MOST_LINES = 24
"""More curves than this in one picture tell nothing."""

__all__ = [
    "ALL",
    "MOST_LINES",
    "SMOOTHINGS",
    "Bundle",
    "Histories",
    "Looks",
    "Plotting",
    "Range",
    "Sight",
    "bundles_of",
    "is_system",
    "place_words",
    "ways_to_bundle",
]
