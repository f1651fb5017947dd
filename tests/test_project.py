"""What must hold of the project as a whole: its files, its words, its layers."""

from __future__ import annotations

import ast
import fnmatch
import importlib.util
import itertools
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import gridsim

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
SCENARIOS = sorted(path.parent for path in (ROOT / "scenarios").glob("*/scenario.yaml"))
UNTRACKED = {".git", ".venv", "__pycache__", "out", "build", "dist"}


def tracked() -> list[Path]:
    """The files under version control; of an unpacked sdist, all."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True, text=True, encoding="utf-8",
        ).stdout  # fmt: skip
        paths = [ROOT / name for name in listed.split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not UNTRACKED & set(path.relative_to(ROOT).parts)]
    return [path for path in paths if path.is_file()]


def texts(pattern: str = "*") -> Iterator[tuple[Path, str]]:
    for path in tracked():
        if path.match(pattern):
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a table in Parquet, or in another encoding on purpose


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def requirements() -> list[Requirement]:
    project = PROJECT["project"]
    extras = [text for extra in project["optional-dependencies"].values() for text in extra]
    return [Requirement(text) for text in [*project["dependencies"], *extras]]


# ---- words -----------------------------------------------------------------------------------------------------------


def commands(text: str) -> set[str]:
    """The commands in a page's code blocks, without what stands behind a #."""
    blocks = "\n".join(re.findall(r"^```(?:console|sh|bash|bat|powershell)\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    lines = (line.split("#")[0].strip() for line in blocks.splitlines())
    return {line for line in lines if line}


def python_blocks(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_readme_and_its_twin_name_the_same_commands() -> None:
    english, chinese = (commands(path.read_text(encoding="utf-8")) for path in READMES)
    assert english == chinese
    assert {"make run", "make test"} <= english


def test_the_readme_and_its_twin_show_the_same_python() -> None:
    trees = [
        [ast.dump(ast.parse(block)) for block in python_blocks(path.read_text(encoding="utf-8"))] for path in READMES
    ]
    assert trees[0] == trees[1]
    assert trees[0]


def test_the_changelog_has_the_version() -> None:
    version = PROJECT["project"]["version"]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_links_between_pages_lead_somewhere() -> None:
    dead = [
        f"{path.relative_to(ROOT)}: {target}"
        for path, text in texts("*.md")
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text)
        if not (path.parent / target).exists()
    ]
    assert not dead


def test_generated_pages_are_current() -> None:
    assert not script("generate").stale(), "run `make docs`"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_shows_what_is_shown_today(lang: str) -> None:
    picture = script("picture")
    result = gridsim.run(gridsim.load(ROOT / picture.SCENARIO))
    drawn, kept = picture.draw(result, lang), picture.PICTURES[lang].read_text(encoding="utf-8")
    texts_of = re.compile(r"<text[^>]*>([^<]*)<")
    assert texts_of.findall(drawn) == texts_of.findall(kept), "run `make docs`"


@pytest.mark.slow
def test_the_pictures_of_the_market_say_what_is_so_today() -> None:
    texts_of = re.compile(r"<text[^>]*>([^<]*)<")
    for path, drawn in script("market_pictures").drawn().items():
        assert texts_of.findall(drawn) == texts_of.findall(path.read_text(encoding="utf-8")), "run `make docs`"


def test_nothing_names_a_machine_or_a_registry() -> None:
    places = "work|farm|home|root|Users"
    hosts = "|".join([r"pypi\.org" + "/simple", "files" + r"\.pythonhosted", "index" + "-url"])
    leak = re.compile(rf"(?<![\w.:<}}-])/({places})/|{hosts}")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in texts()
        if path != Path(__file__)
        for match in leak.finditer(text)
    ]
    assert not found


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_a_shipped_scenario_says_that_it_is_synthetic(scenario: Path) -> None:
    marks = {"README.md": "synthetic", "README.zh.md": "合成", "scenario.yaml": "synthetic", "tariffs.csv": "synthetic"}
    for name, mark in marks.items():
        assert mark in (scenario / name).read_text(encoding="utf-8-sig").lower(), name


def test_scenarios_are_shipped() -> None:
    assert {path.name for path in SCENARIOS} >= {"henan-2021-mini", "henan-2021"}


# ---- layers and libraries --------------------------------------------------------------------------------------------


@cache
def import_nodes(path: Path) -> list[ast.Import | ast.ImportFrom]:
    """Every import of a file, anywhere in it."""
    whole = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [node for node in whole if isinstance(node, ast.Import | ast.ImportFrom)]


def imported(path: Path) -> set[str]:
    """Top-level names of the modules that a file imports."""
    names = set()
    for node in import_nodes(path):
        names |= {alias.name for alias in node.names} if isinstance(node, ast.Import) else {node.module or ""}
    return names


def test_the_core_imports_numba_numpy_and_itself_alone() -> None:
    for path in sorted((ROOT / "gridsim" / "core").rglob("*.py")):
        foreign = {
            name
            for name in imported(path)
            if name.split(".")[0] not in {"numba", "numpy", *sys.stdlib_module_names}
            and not name.startswith("gridsim.core")
        }
        assert not foreign, path


@pytest.mark.slow
def test_no_module_is_imported_by_what_it_imports() -> None:
    """Also not in types, nor when a function is first called: what a thing holds stands below what is asked of it."""
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / "gridsim").rglob("*.py")
    }
    leads: dict[str, set[str]] = {name: set() for name in files}
    for name, path in files.items():
        for node in import_nodes(path):
            if isinstance(node, ast.ImportFrom) and node.module:
                inside = {f"{node.module}.{alias.name}" for alias in node.names}
                leads[name] |= inside & files.keys() or {node.module} & files.keys()
            elif isinstance(node, ast.Import):
                leads[name] |= {alias.name for alias in node.names} & files.keys()
    while ends := {name for name, above in leads.items() if not above}:  # those that lead nowhere are in no circle
        leads = {name: above - ends for name, above in leads.items() if name not in ends}
    assert not leads, f"in circles, or above one: {sorted(leads)}"


@pytest.mark.slow
def test_every_library_that_is_imported_is_declared() -> None:
    distributions = {"ruamel": "ruamel-yaml", "pydantic_core": "pydantic", "chinese_calendar": "chinesecalendar"}
    declared = {canonicalize_name(requirement.name) for requirement in requirements()}
    known = {*sys.stdlib_module_names, "gridsim"}
    used = {name.split(".")[0] for path in (ROOT / "gridsim").rglob("*.py") for name in imported(path)} - known
    assert {canonicalize_name(distributions.get(name, name)) for name in used} <= declared


def test_the_tested_set_satisfies_the_floors() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    tested = {}
    for line in lines:
        if line and not line.startswith("#"):
            pin = Requirement(line)
            assert pin.url is None, "a version, not an address"
            tested[canonicalize_name(pin.name)] = next(iter(pin.specifier)).version
    for requirement in requirements():
        if requirement.name == "gridsim":  # one extra that asks for others
            continue
        assert tested[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_every_lint_ignore_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("\nignore = [", 1)[1].split("\n]", 1)[0]
    assert not [line for line in block.splitlines() if line.strip() and "#" not in line]


# ---- tests -----------------------------------------------------------------------------------------------------------

BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.Match, ast.comprehension)
SOME_LOGIC = 5
"""So many branches and loops in its functions, and a module has a test file of its own name."""

PROVEN_ELSEWHERE = {
    # Modules by the tests that prove them, where a file for each would say less: why stands beside.
    "analysis/charts/test_marks.py": ["analysis/charts/matplotlib", "analysis/charts/plotly"],  # side by side
    "analysis/charts/test_money_flows.py": ["analysis/charts/named_flows", "analysis/charts/narrowed"],  # its parts
    "analysis/cover/test_terms.py": [
        "analysis/cover/contract",
        "analysis/cover/position_terms",
        "settlement/linear",
    ],  # the contracts that these terms are of
    "benchmarks/test_bench.py": ["bench/*"],  # the command's short form of the benchmarks, against their long one
    "analysis/attribution/test_asked.py": [
        "analysis/attribution/attribute",
        "analysis/attribution/held",
        "analysis/attribution/tables",
        "analysis/attribution/users_of_units",
    ],  # what a result is asked, through all that answers it
    "analysis/test_what_if.py": ["analysis/what_if_view", "what_if_command"],  # what is asked, and what is shown of it
    "analysis/attribution/test_netting.py": ["analysis/attribution/netting_prices"],
    "analysis/attribution/test_explained.py": ["analysis/attribution/explained_steps"],  # an explanation, step by step
    "analysis/test_compare.py": ["analysis/compared"],  # what a comparison holds, by what it answers
    "market/test_market.py": ["market/*"],  # what its steps are made of, through them
    "settlement/test_billing.py": ["settlement/levies"],  # what no power factor adjusts, in bills that are worked out
    "settlement/test_ledger_tail.py": ["settlement/year"],  # what stands behind all that it settles
    "explain/test_bill.py": ["explain/billed"],  # what it tells is what that derives
    "analysis/test_notebook.py": ["scenario/notebook"],  # everything that a notebook shows
    # Batches: points against single runs; folders that were broken off, damaged, grown; plans by their faults.
    "batch/test_engine.py": [
        *("batch/drawn_load", "batch/items", "batch/market", "batch/meter_draws", "batch/packed"),
        *("batch/prepared", "batch/worker"),
    ],
    "batch/test_shapes.py": [
        "batch/priced",
        "core/draws/arrays",
        "core/draws/over",
        "core/draws/pay",
    ],  # random markets against settlement
    "core/draws/test_program.py": ["batch/programs"],
    "batch/test_store.py": [
        "batch/manifest",
        "batch/parts",
        "batch/recorder",
        "batch/stored",
        "batch/reduced",
        "batch/tables",
    ],
    "batch/test_charts.py": ["batch/plots"],
    "batch/test_plan.py": ["batch/sweep"],
    "batch/test_points.py": ["batch/designs", "batch/point_ids"],
    "batch/test_spread.py": ["batch/statistics", "core/draws/sums"],
    "batch/test_positions.py": ["batch/position_rows", "batch/spread_tally", "core/draws/apart"],
    "batch/test_margins.py": ["batch/user_risk", "batch/user_shares"],
    "batch/test_tasks.py": ["batch/pools"],
    "core/draws/test_draw.py": ["core/draws/position"],  # one position of a draw, against the same in plain Python
    "core/matching/test_match.py": ["core/matching/*"],  # all ways of the one function, against the rulebook
    "core/test_warmth.py": ["core/keeping"],  # what is kept is seen by a second process only
    "rules/test_period_sets.py": ["rules/period_sets_file"],  # the sets, and what is wrong with them
    "explain/test_every_number.py": ["explain/*"],  # each number of each explanation is worked out again
    "faults/test_forged_results.py": ["integrity/*"],  # a hundred forgeries, each told by its words
    "faults/test_inputs.py": [  # hundreds of faulty inputs by the place of their fault, each told in both languages
        *("scenario/checks_bounds", "scenario/checks_changes", "scenario/checks_deals", "scenario/checks_ids"),
        *("scenario/checks_sessions", "scenario/checks_tariffs"),
        *("scenario/draft", "scenario/largest_prices"),
        *("tables/allowed", "tables/frames", "tables/raw", "tables/read", "tables/read_table"),
        *("io/settings", "io/sources"),
    ],
    "faults/test_outputs.py": ["io/outputs"],  # every command's every output
    "faults/test_saves.py": ["io/safe_write", "io/whole_folder", "io/journal"],  # killed after each of their steps
    "faults/test_stored.py": ["io/results", "io/stored_manifest"],  # damaged, mixed and forged folders
    "importing/test_forged.py": ["importing/*"],  # exports in every layout, from a load that is known
    "integration/test_changes.py": [
        "tables/user_changes",
        "scenario/rows_of_users",
    ],  # a changing user through all of it
    "integration/test_tariff_within_month.py": [
        *("io/load_parts", "scenario/checks_parts", "scenario/month_parts"),
    ],  # a month split by load, through all of it
    "integration/test_commands.py": ["cli", "month_commands"],  # as a user runs them
    "integration/test_parts.py": [
        "io/named_frames",
        "io/table_files",
        "io/table_sets",
    ],  # a result in parts, against the whole one
    "integration/test_result.py": ["summary", "summary_view"],  # what a run gives back
    "io/test_formats.py": ["io/assemble"],  # every format, through it
    "properties/test_against_oracle.py": [  # random markets, against the rulebook in plain Python
        *("compliance/cover", "compliance/performance"),
        *(
            "settlement/ledger",
            "settlement/ledger_parts",
            "settlement/prices",
            "settlement/tables",
            "settlement/tariffs",
        ),
        "trading/units",
    ],
    "properties/test_transfers.py": ["contracts/concluded", "contracts/transfers"],  # random ones, against the rulebook
    "settlement/test_settle.py": [  # markets of any shape, with kernels and in columns, against the rulebook
        *("settlement/band_table", "settlement/clauses", "settlement/closing", "settlement/fees"),
        *("settlement/figures", "settlement/meter", "settlement/monthly", "settlement/position_prices"),
        *("settlement/cell_price", "settlement/sellers"),
        *("settlement/unitless", "settlement/ways", "core/settlement/in_order"),
    ],
    "trading/test_market.py": [  # random markets of any shape, against the rulebook in plain Python
        *("contracts/filling", "settlement/month_prices"),
        *("trading/bounds", "trading/mechanisms", "trading/terms"),
    ],
    "test_market_tables.py": ["rules/market_prices"],  # which tables a market has, by its expressions
    "test_settled_market.py": ["remembered"],  # variants one after the other, against each afresh
    "reconcile/test_forged.py": ["reconcile/*"],  # statements in every layout, with known changes
    "report/test_report.py": ["report/page/*"],  # one page, read back whole
    "report/test_statements.py": ["report/statement_*"],  # one workbook, read back cell for cell
    # Rule sets: every fault of a file told by its line, every value shown, every statement of the rulebook a field.
    "rules/test_load.py": [
        *("rules/entries", "rules/kinds", "rules/loader", "rules/reading", "rules/rule_file"),
        *("rules/stages", "rules/yamltext"),
    ],
    "rules/test_overrides.py": ["rules/calendar_kinds"],
    "rules/test_rulebook.py": ["rules/schema"],
    "rules/test_ruleset.py": ["rules/content", "rules/plain_rules", "rules/plain_values"],  # by what a rule set answers
    # the lists of a market: every fault of a file by its line, odd things in every place, whatever lists there are
    "rules/test_shape_file.py": [
        *("rules/cited_shape", "rules/day_hours", "rules/definitions", "rules/expression", "rules/expression_kinds"),
        *("rules/given_shape", "rules/shape_checks", "rules/shape_keys", "rules/shape_pieces", "rules/value_checks"),
    ],
    "rules/test_clauses.py": ["rules/citations", "rules/clause_reading"],  # what cites which clause
    "rules/test_shown.py": ["rules/display", "rules/show"],
    # a market whose every name is another than Henan's, from its tables to its faults
    # Extensions: one of each kind in a market, and broken ones.
    "extensions/test_whole.py": [
        "batch/extended",
        "explain/closing",
        "report/statement_closing",
        "rules/extended_shape",
    ],
    "extensions/test_broken.py": [
        "compliance/extended",
        "rules/expression_extended",
        "settlement/extended_items",
        "settlement/extended_prices",
        "trading/extended",
    ],
    "contracts/test_changed.py": ["scenario/changes"],  # random changes, by hand, checked and explained
    "scenario/test_vary.py": ["scenario/again", "scenario/scaling"],  # records called again, and ratios
    "reproduction/test_remaking.py": ["reproduction/made", "reproduction/view"],
    "scenario/test_five_periods.py": ["rules/hours", "scenario/checks_market", "tables/tariff_rows"],
    "show/test_workbook.py": ["show/workbook_document"],
    "templates/test_province.py": ["templates/province_*"],  # one province, whatever its size
    "templates/test_workbook.py": ["templates/forms"],  # every form of one scenario
    "test_rules_commands.py": ["rules/beginning", "rules/difference"],  # a file's beginning, and what it changes
    "test_words.py": ["catalogue", "errors"],  # all that is said, in both languages
}


def in_functions(node: ast.AST) -> Iterator[ast.AST]:
    """All that stands in functions below a node, once each."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield from ast.walk(child)
        elif isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from in_functions(child)


def modules_with_logic() -> set[str]:
    """Their paths below gridsim/, without the ending."""
    found = set()
    for path in (ROOT / "gridsim").rglob("*.py"):
        branches = sum(isinstance(node, BRANCHES) for node in in_functions(ast.parse(path.read_text("utf-8"))))
        if branches >= SOME_LOGIC and path.stem != "__init__":
            found.add(path.relative_to(ROOT / "gridsim").with_suffix("").as_posix())
    return found


@pytest.mark.slow
def test_a_module_with_logic_has_a_test_file_of_its_name() -> None:
    tests = ROOT / "tests"
    unnamed = {
        name for name in modules_with_logic() if not (tests / name).with_name(f"test_{Path(name).name}.py").exists()
    }
    assert [proof for proof in PROVEN_ELSEWHERE if not (tests / proof).is_file()] == []
    excused: set[str] = set()
    for pattern in itertools.chain.from_iterable(PROVEN_ELSEWHERE.values()):
        matched = set(fnmatch.filter(unnamed, pattern))
        assert matched, f"{pattern}: there is no such module without a test file of its own"
        excused |= matched
    assert unnamed == excused, "each of these needs a test file of its own"
