"""Write what is made from data: pages, parts of pages, and the rule sets as JSON. Never edit those by hand.

``python docs/generate.py`` writes them, ``--check`` only says which are stale and what to run. The pages of rules lead
to worked cases and to steps of explanations, which are found by running all cases (`docs/rule_shown.py`): that comes
first, where a case or the value of a rule has changed since, and with ``--cases`` always. Tests do the same checks.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS), str(DOCS.parent)]  # the tree and the scripts beside this one, not some installed gridsim

from reference_pages import command_pages, error_pages, public_name_tables  # noqa: E402, after the path is set
from rule_links import SHOWN, is_current, shown, with_links  # noqa: E402
from schemas import schema_files  # noqa: E402

from gridsim.batch.kept import Kept  # noqa: E402, after the path is set
from gridsim.batch.tables import batch_tables as tables_of_batch  # noqa: E402
from gridsim.columns import Column, Table  # noqa: E402, after the path is set
from gridsim.market_tables import input_tables as inputs_of  # noqa: E402
from gridsim.market_tables import result_tables as results_of  # noqa: E402
from gridsim.result_columns import ASKED_TABLES  # noqa: E402, after the path is set
from gridsim.rules.ruleset import load  # noqa: E402
from gridsim.rules.shipped import FIRST, available, parsed  # noqa: E402
from gridsim.rules.show import page, page_name  # noqa: E402

SHAPE = load("henan-2021").shape  # the pages show its tables
INPUT_TABLES, RESULT_TABLES = inputs_of(SHAPE), results_of(SHAPE)

KINDS = {
    "id": "text, unique",
    "ref": "text",
    "text": "text",
    "enum": "one of",
    "bool": "`true`/`false`",
    "integer": "integer",
    "energy": "energy [MWh], 3 decimals",
    "power": "power [MW], 3 decimals",
    "apparent": "apparent power [kVA], 3 decimals",
    "demand": "power [kW], 3 decimals",
    "reactive": "reactive energy [Mvarh], 3 decimals",
    "per_apparent": "price [yuan/kVA a month], 3 decimals",
    "per_demand": "price [yuan/kW a month], 3 decimals",
    "ratio": "ratio, 4 decimals",
    "price": "price [yuan/MWh], 3 decimals",
    "money": "money [yuan], 6 decimals",
    "month": "month `YYYY-MM`",
    "day": "month `YYYY-MM`, or day `YYYY-MM-DD`",
    "delivery": "`YYYY-MM`, `YYYY`, or months that follow each other: `YYYY-H2`, `YYYY-Q2`, `YYYY-04/YYYY-05`",
    "date": "date",
    "time": "time, ISO 8601 without zone",
}


def markdown_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A GitHub table; a bar inside a cell is escaped."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _kind(column: Column, *, key: bool) -> str:
    text = KINDS["day" if column.has_days else column.kind]
    if column.finer == "always":
        text = "energy [MWh], any number of decimals"
    if column.kind == "id" and not key:
        text = "text"
    if column.kind == "enum":
        text += " " + ", ".join(f"`{value}`" for value in column.values)
    if column.refers:
        text += ", an id of " + " or ".join(f"`{table}`" for table in column.refers)
    if column.positive:
        text += ", above 0"
    if column.default is not None:
        text += f", default `{str(column.default).lower()}`"
    return text


def _heading(table: Table) -> str:
    is_input = table.name in INPUT_TABLES
    need = "" if table.required or not is_input else " (may be left out)"
    key = f" One row per {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
    return f"### `{table.name}` {table.zh}{need}\n\n{table.description[:1].upper()}{table.description[1:]}.{key}\n"


def input_tables() -> str:
    """The reference of every table of a scenario folder."""
    parts = []
    for table in INPUT_TABLES.values():
        rows = [
            [
                f"`{column.name}`" + ("?" if column.optional else ""),
                "、".join(column.zh),
                _kind(column, key=column.name in table.key and len(table.key) == 1),
                column.description,
            ]
            for column in table
        ]
        parts += [_heading(table), markdown_table(["column", "Chinese headings", "holds", "meaning"], rows), ""]
    return "\n".join(parts).rstrip()


def result_tables() -> str:
    """The reference of every table of results, with the names of its exact columns."""
    return _tables_of_results(RESULT_TABLES.values())


def asked_tables() -> str:
    """The same of the tables that a result is asked for."""
    return _tables_of_results(ASKED_TABLES.values())


def _tables_of_results(tables: Iterable[Table]) -> str:
    parts = []
    for table in tables:
        rows = [
            [
                f"`{column.name}`" + ("?" if column.optional else ""),
                column.zh[0],
                _kind(column, key=column.name in table.key and len(table.key) == 1),
                f"`{column.exact}`" if column.exact != column.name else "",
                column.description,
            ]
            for column in table
        ]
        head = ["column", "中文", "holds", "in `result.exact`", "meaning"]
        parts += [_heading(table), markdown_table(head, rows), ""]
    return "\n".join(parts).rstrip()


def batch_tables() -> str:
    """The reference of every table of a batch, with the quantiles that a plan has if it names none."""
    metrics, quantiles = ("cost_by_unit", "items", "deviation", "margins"), (500, 2500, 5000, 7500, 9500)
    kept = Kept(metrics, "full", quantiles, 9500, 1, load(FIRST).shape.items)
    of_positions = replace(kept, metrics=("positions",), quantiles=(500, 2500, 5000, 7500, 9000, 9500))
    parts = []
    for table in (tables_of_batch(of_positions) | tables_of_batch(kept)).values():
        rows = [
            [f"`{column.name}`", _kind(column, key=False), f"`{column.exact}`" if column.exact != column.name else "",
             column.description]
            for column in table
        ]  # fmt: skip
        parts += [_heading(table), markdown_table(["column", "holds", "in `batch.exact`", "meaning"], rows), ""]
    return "\n".join(parts).rstrip()


def column_words() -> str:
    """Every column's Chinese heading beside its English name, once."""
    words: dict[str, tuple[str, list[str]]] = {}
    for tables in (INPUT_TABLES, RESULT_TABLES, ASKED_TABLES):
        for table in tables.values():
            for column in table:
                places = words.setdefault(column.name, (column.zh[0], []))[1]
                if table.name not in places:
                    places.append(table.name)
    rows = [
        [f"`{name}`", zh, ", ".join(f"`{place}`" for place in places)] for name, (zh, places) in sorted(words.items())
    ]
    return markdown_table(["column", "中文", "in"], rows)


def table_words() -> str:
    """The tables' names in both languages."""
    rows = [
        [f"`{table.name}`", table.zh, table.description]
        for tables in (INPUT_TABLES, RESULT_TABLES, ASKED_TABLES)
        for table in tables.values()
    ]
    return markdown_table(["table", "中文", "what it holds"], rows)


def rule_pages() -> dict[Path, str]:
    """The page of every shipped rule set, in both languages."""
    return {
        DOCS / "rules" / page_name(rules, lang): with_links(page(rules, lang), rules, lang)
        for rules in map(load, available())
        for lang in ("en", "zh")
    }


def rule_data() -> dict[Path, str]:
    """Every shipped rule set as JSON, beside its YAML."""
    files = sorted((DOCS.parent / "gridsim" / "rules" / "data").glob("*.yaml"))
    return {file.with_suffix(".json"): parsed(file.read_bytes(), file.name) for file in files}


# What may stand between `<!-- generated: NAME -->` and `<!-- end -->` in a page.
PARTS: dict[str, Callable[[], str]] = {
    "input tables": input_tables,
    "result tables": result_tables,
    "asked tables": asked_tables,
    "batch tables": batch_tables,
    "column words": column_words,
    "table words": table_words,
    "public names": public_name_tables,
}
_MARKED = re.compile(r"(<!-- generated: (?P<name>[\w ]+) -->\n).*?(\n<!-- end -->)", re.DOTALL)


def pages() -> dict[Path, str]:
    """Every file with generated content, as it should be."""
    current = rule_data() | rule_pages() | command_pages() | error_pages() | schema_files()
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if "<!-- generated: " in text:
            current[path] = _MARKED.sub(lambda found: found[1] + "\n" + PARTS[found["name"]]() + "\n" + found[3], text)
    return current


def shown_pages() -> dict[Path, str]:
    """What the worked cases show, as it should be: this runs them all."""
    from rule_shown import found_now, found_pages

    return found_pages(found_now()[0])


def stale_of(current: dict[Path, str]) -> dict[Path, str]:
    """The pages whose file is not what it should be."""
    return {
        path: text for path, text in current.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def stale() -> list[Path]:
    """Every stale page, as far as it is seen without running the worked cases."""
    return list(stale_of(pages())) if is_current() else [SHOWN]  # of which the pages of rules are made


def write(todo: dict[Path, str]) -> None:
    """Write pages, and say which."""
    for path, text in todo.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"written: {path.relative_to(DOCS.parent)}")


def main(arguments: list[str]) -> int:
    """Write what is stale, or with ``--check`` only name it (exit code 1 if there is any)."""
    runs_cases, checks = "--cases" in arguments, "--check" in arguments
    if checks:
        todo = [*(stale_of(shown_pages()) if runs_cases else ()), *stale()]
        for path in dict.fromkeys(todo):
            print(f"stale: {path.relative_to(DOCS.parent)}")
        if not is_current():
            print(
                "(a worked case or a rule has changed: the pages of rules are made when the cases have been run again)"
            )
        if todo:
            print("run: python docs/generate.py" + (" --cases" if runs_cases else ""))
        return int(bool(todo))
    if runs_cases or not is_current():
        write(stale_of(shown_pages()))
        shown.cache_clear()
    write(stale_of(pages()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
