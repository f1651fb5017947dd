"""Charts on a dark page: for each colour that charts are drawn in, the one that stands for it there.

A page draws the figure that it was given, by day as it is and by night in these; what is printed or saved is day.
"""

from __future__ import annotations

from collections.abc import Mapping

from gridsim.analysis.charts import style

__all__ = ["NIGHT"]

NIGHT: Mapping[str, str] = {
    style.WHITE: "#1a2027",
    style.INK: "#e3e8ed",
    style.GREY: "#a3aeb9",
    style.ZERO: "#6b7783",
    style.LIGHT: "#4a5561",
    style.PALE: "#3a444e",
    style.GRID: "#2a323b",
    style.BLUE: "#6aa5e3",
    style.ORANGE: "#f0a160",
    style.TEAL: "#45c2bb",
    style.RED: "#ef7272",
    style.AMBER: "#e8c052",
    style.GREEN: "#7cc576",
    style.VIOLET: "#ae94dd",
    style.BROWN: "#c48e69",
    style.PINK: "#df97b9",
    style.SLATE: "#a0adba",
    style.STEEL: "#8fa3b8",
    # The scales of heat maps: from dark in their middle, or at their foot, to light at their ends.
    style.NEUTRAL: "#252d36",
    "#8a5a12": "#e6b455",
    "#dcb45c": "#8d6a24",
    "#e58b83": "#96403f",
    "#9c1f2e": "#f28a86",
    "#f0c9a8": "#5b3a2c",
    "#d9705e": "#b5513f",
    "#8c1a2b": "#f4907c",
}
"""By the colour of the day."""
