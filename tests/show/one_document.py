"""One document of every kind of block, for all writers."""

from __future__ import annotations

from gridsim.show.document import Folded, Heading, ListItem, Text, grid

TABLE = grid(
    ("item", "MWh", "yuan"),
    [("合同电费", "1,000.000", "370,000.00"), ("shortfall fee", "0.500", "5.00")],
    foot=("all", "", "370,005.00"),
    title="Who paid whom",
    note="rounded",
)


DOCUMENT = [
    Heading("A title", note="beside it"),
    "A paragraph with *stars* and <tags>.",
    Text.of("value = ", ("1.05", "strong"), ("\nwhat it means", "quiet"), (" by the notice", "source")),
    ListItem("one", ("more of it",)),
    ListItem("two", ()),
    TABLE,
    Folded("2 warnings", ("first", "second")),
]
