"""Draw the pictures of docs/market, in both languages: bands by the rule sets, and charts of the small scenarios.

As SVG whose words are words: small, sharp, and a test compares what they say with what is drawn today.
"""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))  # the tree beside this script, not some installed gridsim

import gridsim  # noqa: E402, after the path is set
from gridsim.rules.expression import Expression  # noqa: E402
from gridsim.rules.ruleset import RuleSet, load  # noqa: E402
from gridsim.words import Lang  # noqa: E402

FOLDER = DOCS / "images" / "market"
SVG = {"svg.fonttype": "none", "svg.hashsalt": "gridsim", "font.sans-serif": ["Noto Sans CJK SC", "DejaVu Sans"]}
RULES = {"henan-2021": "2021-05", "jiangsu-2023": "2023-05"}  # a month in which the bands hold
WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "title": "Where energy belongs, by what a unit metered",
        "axis": "metered / contracted [%]",
        "under": "below the edge",
        "in": "in band",
        "over": "beyond the edge",
    },
    "zh": {
        "title": "实际用电量落在何处",
        "axis": "实际用电量 / 合同电量 [%]",
        "under": "低于下限",
        "in": "范围之内",
        "over": "超出上限",
    },
}
NAMES: dict[str, dict[Lang, str]] = {
    "henan-2021": {"en": "Henan 2021", "zh": "河南2021"},
    "jiangsu-2023": {"en": "Jiangsu 2023", "zh": "江苏2023"},
}
COLOURS = {"under": "#e3b341", "in": "#8db3d9", "over": ("#d9897f", "#c0504d")}
FROM, TO = 85.0, 115.0  # percent that the picture shows


def edges(rules: RuleSet, edge: Expression, month: str) -> float:
    """An edge of a band in percent of the contract."""
    value: Any = rules.at(month)
    for name in edge.arguments[0].split("."):
        value = getattr(value, name)
    return int(value) / 100


def bands(lang: Lang) -> Any:
    """The bands of every mode of the shipped rule sets, side by side."""
    from matplotlib.figure import Figure

    words = WORDS[lang]
    rows = [(name, mode) for name in RULES for mode in load(name).shape.modes]
    figure = Figure(figsize=(8.2, 0.9 + 0.62 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    labels = []
    for row, (name, mode) in enumerate(rows):
        rules, month = load(name), RULES[name]
        lower = [edges(rules, band.edge, month) for band in mode.under]
        upper = [edges(rules, band.edge, month) for band in mode.over]
        marks = [FROM, *lower, *upper, TO]
        fills = [COLOURS["under"]] * len(lower) + [COLOURS["in"], *COLOURS["over"][-len(upper) :]]
        for (start, end), fill in zip(itertools.pairwise(marks), fills, strict=True):
            axes.barh(row, end - start, left=start, height=0.62, color=fill, edgecolor="white")
        for mark in (*lower, *upper):
            axes.text(mark, row + 0.46, f"{mark:g}", ha="center", va="center", fontsize=8)
        said = rules.shape.words["modes"][mode.id].in_(lang)
        labels.append(f"{NAMES[name][lang]}\n{said}")
    for key, place in {"under": FROM + 4, "in": 100.0, "over": TO - 4}.items():
        axes.text(place, -0.62, words[key], ha="center", va="center", fontsize=9)
    axes.set_yticks(range(len(rows)), labels, fontsize=9)
    axes.set_ylim(len(rows) - 0.3, -0.9)
    axes.set_xlim(FROM, TO)
    axes.set_xlabel(words["axis"], fontsize=9)
    axes.set_title(words["title"], loc="left", fontsize=11, fontweight="bold")
    axes.spines[["top", "right", "left"]].set_visible(False)
    return figure


def pictures(lang: Lang) -> Iterator[tuple[str, Any]]:
    """Each picture by its name."""
    henan = gridsim.run(DOCS.parent / "scenarios" / "henan-2021-mini")
    jiangsu = gridsim.run(DOCS.parent / "scenarios" / "jiangsu-2023-mini")
    options = {"backend": "matplotlib", "lang": lang}
    yield "book", henan.plot.supply_demand("M-2021-04", "total", **options).figure
    yield "unit", henan.plot.contract_and_metered("R1/conventional", **options).figure
    yield "flows-henan", henan.plot.money_flows(**options).figure
    yield "flows-jiangsu", jiangsu.plot.money_flows(**options).figure
    yield "bands", bands(lang)


def drawn() -> dict[Path, str]:
    """Every picture's file as it should be."""
    import matplotlib as mpl

    files = {}
    for lang in ("en", "zh"):
        with mpl.rc_context(SVG):
            for name, figure in pictures(lang):
                svg = io.StringIO()
                figure.savefig(svg, format="svg", metadata={"Date": None})
                text = "\n".join(line.rstrip() for line in svg.getvalue().splitlines()) + "\n"
                files[FOLDER / f"{name}{'' if lang == 'en' else '.zh'}.svg"] = text
    return files


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in drawn().items():
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"written: {path.relative_to(DOCS.parent)}")
