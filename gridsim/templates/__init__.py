"""Scenario folders to start from: a mini market to check by hand, and a synthetic province of any size."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.errors import SentenceError
from gridsim.io.example import READY
from gridsim.rules.market_meant import SUFFIXES
from gridsim.spoken import spoken_lang
from gridsim.templates.market import RULES
from gridsim.templates.naming import name_of, renamed
from gridsim.words import Lang, Sentence, listed, named

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from gridsim.templates.forms import Form

__all__ = ["DEFAULT_SEED", "DEFAULT_USERS", "MAX_USERS", "TEMPLATES", "TemplateError", "write_template"]

TEMPLATES = ("mini", "retailer", "province")
DEFAULT_USERS = 2_000
MAX_USERS = 1_000_000
MAX_USERS_IN_XLSX = 29_127  # a sheet has 1,048,575 rows under its headings
FORMATS: tuple[Form, ...] = ("csv", "parquet", "xlsx")
DEFAULT_SEED = 17
_LAST = "scenario.yaml"  # a folder whose writing broke off has none, so nothing takes it for a scenario


class TemplateError(SentenceError, ValueError):
    """A template that cannot be written: an unknown name, a folder in use, a size out of range."""


def write_template(
    directory: str | os.PathLike[str],
    template: str = "mini",
    users: int | None = None,
    seed: int | None = None,
    form: Form | None = None,
    lang: Lang | None = None,
    rules: str = RULES,
    *,
    name: str | None = None,
    empty: bool = False,
) -> Path:
    """Write a scenario folder: one that gridsim can run as it is, or headings to write one's own under.

    Parameters
    ----------
    directory : path
        Where; made if it is missing, and refused unless it is empty.
    template : {'mini', 'retailer', 'province'}
        ``mini`` is always the same market of three generators, one retailer and six users. ``retailer``, always the
        same too, is what a retailer of thirty users has: deals, retail contracts, bills, and in ``exports/`` an export
        of a meter system and a statement of an exchange. ``province`` is drawn at random.
    users : int, optional
        ``province`` only: how many users, from 1 to 1,000,000; 2,000 if not given.
    seed : int, optional
        ``province`` only: not negative; 17 if not given. The same seed and number of users give the same bytes.
    form : {'csv', 'parquet', 'xlsx'}, optional
        Of the tables. ``xlsx`` is one workbook, ``tables.xlsx``, with lists to choose from and a note on each heading.
        If not given: CSV, and Parquet for the large tables of more than 20,000 users.
    lang : {"en", "zh"}, optional
        Of the headings of CSV and of what stands in lists (periods, modes, yes and no); of a workbook also of sheets
        and notes; if left out, that of ``GRIDSIM_LANG``, else English. Parquet has the English
        names in either.
    rules : {'henan-2021', 'jiangsu-2023'} or path
        The rule set of the market; with `empty` also a YAML file, which then lies in the folder.
    name : str, optional
        What the scenario is called; as its folder if not given.
    empty : bool
        Headings alone of the tables that ``mini`` or ``retailer`` has, or that the market of a rule file asks for, and
        a page that says what each column holds.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    TemplateError
        Nothing was written then.
    ResultError
        The folder cannot be made or written to; nothing was written then.
    ScenarioError
        Every fault of the rule file; nothing was written then.

    Notes
    -----
    Every number in either template is synthetic. The content never changes with machine or library versions; the bytes
    of a Parquet file may, with the version of pyarrow that writes it.
    """
    lang = spoken_lang(lang)
    if template not in TEMPLATES:
        raise TemplateError(_none_called(Sentence("no template is called {name!r}", name=template), TEMPLATES))
    if template in READY:
        for option, value in (("users", users), ("seed", seed)):
            if value is not None:
                raise TemplateError(
                    Sentence(
                        "the template {template} is always the same: {name} goes with the template province",
                        template=template,
                        name=option,
                    )
                )
    elif empty:
        raise TemplateError(
            Sentence("a province is drawn; headings alone there are of: {templates}", templates=named(READY))
        )
    own = None
    if rules.endswith(SUFFIXES):
        if not empty or template != "mini":
            message = Sentence("{file} is no rule set that ships: there are headings alone of it (--empty)", file=rules)
            raise TemplateError(message)
        from gridsim.templates.empty import market_of_file

        own = market_of_file(Path(rules))
        outside = [each for each in own.files if Path(each).name != each]
        if outside:
            raise TemplateError(Sentence("{file} does not lie beside the rule file that extends it", file=outside[0]))
    known = READY.get(template, READY["mini"])
    if own is None and rules not in known:
        missing = Sentence("the template {template} is not of the rule set {name!r}", template=template, name=rules)
        raise TemplateError(_none_called(missing, tuple(known)))
    count = DEFAULT_USERS if users is None else users
    if not 1 <= count <= MAX_USERS:
        raise TemplateError(Sentence("users must be from 1 to {most:,}, not {count:,}", most=MAX_USERS, count=count))
    chosen_seed = DEFAULT_SEED if seed is None else seed
    if chosen_seed < 0:
        raise TemplateError(Sentence("the seed must not be negative, but it is {seed}", seed=chosen_seed))

    _check_form(form, count if template == "province" else 0)
    folder = Path(directory)
    if folder.exists() and not folder.is_dir():
        raise TemplateError(Sentence("{path} is a file; a scenario is a folder", path=folder))
    called = name_of(folder) if name is None else name

    def write(target: Path, parquet: bool | None = False) -> None:
        if template in READY:
            _write_ready(target, READY[template][rules], called)
        else:
            from gridsim.templates.province import write_province

            write_province(target, called, count, chosen_seed, parquet, rules)

    def write_asked(target: Path) -> None:
        if empty:
            from gridsim.templates.empty import market_of_template, write_empty

            market = own or market_of_template(READY[template][rules], rules)
            write_empty(target, called, market, form or "csv", lang)
        elif form is None and lang == "en":
            write(target, None)
        else:
            from gridsim.templates.forms import write_in_form

            write_in_form(target, write, form or "csv", lang, rules)

    from gridsim.io.whole_folder import hold
    from gridsim.templates.writing import SCENARIO_FILES

    with hold(folder, SCENARIO_FILES) as held:
        if not held.is_empty():
            raise TemplateError(
                Sentence("{path} is not empty; a template is written into a new or an empty folder only", path=folder)
            )
        held.replace(write_asked)
    return folder


def _write_ready(target: Path, ready: Path, name: str) -> None:
    """A template that is always the same, under the name of its scenario."""
    # File by file: a whole tree takes over the rights of its folders, which may be for reading alone.
    for path in sorted(filter(Path.is_file, ready.rglob("*")), key=lambda path: path.name == _LAST):
        to = target / path.relative_to(ready)
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.name == _LAST:
            to.write_bytes(renamed(path.read_text(encoding="utf-8"), name).encode("utf-8"))
        else:
            shutil.copyfile(path, to)


def _check_form(form: Form | None, users: int) -> None:
    if form not in (None, *FORMATS):
        raise TemplateError(_none_called(Sentence("no format is called {name!r}", name=form), FORMATS))
    if form == "xlsx" and users > MAX_USERS_IN_XLSX:
        raise TemplateError(
            Sentence(
                "a workbook holds at most {most:,} users (36 rows of meter each), not {count:,}",
                most=MAX_USERS_IN_XLSX,
                count=users,
            )
        )


def _none_called(what: Sentence, right: Iterable[str]) -> Sentence:
    return listed(what, Sentence("there are: {names}", names=named(right)))
