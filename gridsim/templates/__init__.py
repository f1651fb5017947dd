"""Scenario folders to start from: a mini market to check by hand, and a synthetic province of any size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gridsim.errors import GridsimError
from gridsim.sentences import Lang

if TYPE_CHECKING:
    import os

Form = Literal["csv", "parquet", "xlsx"]
__all__ = ["DEFAULT_SEED", "DEFAULT_USERS", "MAX_USERS", "TEMPLATES", "TemplateError", "write_template"]

TEMPLATES = ("mini", "province")
DEFAULT_USERS = 2_000
MAX_USERS = 1_000_000
MAX_USERS_IN_XLSX = 29_127  # a sheet has 1,048,575 rows under its headings
FORMATS: tuple[Form, ...] = ("csv", "parquet", "xlsx")
DEFAULT_SEED = 17


class TemplateError(GridsimError, ValueError):
    """A template that cannot be written: an unknown name, a folder in use, a size out of range."""


def write_template(
    directory: str | os.PathLike[str],
    template: str = "mini",
    users: int | None = None,
    seed: int | None = None,
    form: Form | None = None,
    lang: Lang = "en",
) -> Path:
    """Write a scenario folder that gridsim can run as it is.

    Parameters
    ----------
    directory : path
        Where; made if it is missing, and refused unless it is empty.
    template : {'mini', 'province'}
        ``mini`` is always the same market of three generators, one retailer and six users. ``province`` is
        drawn at random.
    users : int, optional
        ``province`` only: how many users, from 1 to 1,000,000; 2,000 if not given.
    seed : int, optional
        ``province`` only: not negative; 17 if not given. The same seed and number of users give the same bytes.
    form : {'csv', 'parquet', 'xlsx'}, optional
        Of the tables. ``xlsx`` is one workbook, ``tables.xlsx``, with lists to choose from and a note on each heading.
        If not given: CSV, and Parquet for the large tables of more than 20,000 users.
    lang : {'en', 'zh'}
        Of the headings of CSV, and of the headings, sheets and notes of a workbook.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    TemplateError
        Nothing was written then.

    Notes
    -----
    Every number in either template is synthetic. The content never changes with machine or library versions; the bytes
    of a Parquet file may, with the version of pyarrow that writes it.
    """
    if template not in TEMPLATES:
        raise TemplateError(f"no template is called {template!r}; there are: {', '.join(TEMPLATES)}")
    if template == "mini":
        for name, value in (("users", users), ("seed", seed)):
            if value is not None:
                raise TemplateError(f"the mini template is always the same: {name} goes with the template province")
    count = DEFAULT_USERS if users is None else users
    if not 1 <= count <= MAX_USERS:
        raise TemplateError(f"users must be from 1 to {MAX_USERS:,}, not {count:,}")
    chosen_seed = DEFAULT_SEED if seed is None else seed
    if chosen_seed < 0:
        raise TemplateError(f"the seed must not be negative, but it is {chosen_seed}")

    _check_form(form, lang, count if template == "province" else 0)
    folder = Path(directory)
    if folder.exists() and not folder.is_dir():
        raise TemplateError(f"{folder} is a file; a scenario is a folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise TemplateError(f"{folder} is not empty; a template is written into a new or an empty folder only")
    folder.mkdir(parents=True, exist_ok=True)

    def write(target: Path, parquet: bool | None = False) -> None:
        if template == "mini":
            from gridsim.templates.mini import write_mini

            write_mini(target)
        else:
            from gridsim.templates.province import write_province

            write_province(target, count, chosen_seed, parquet)

    if form is None and lang == "en":
        write(folder, None)
    else:
        from gridsim.templates.forms import write_in_form

        write_in_form(folder, write, form or "csv", lang)
    return folder


def _check_form(form: Form | None, lang: Lang, users: int) -> None:
    if form not in (None, *FORMATS):
        raise TemplateError(f"no format is called {form!r}; there are: {', '.join(FORMATS)}")
    if lang not in ("en", "zh"):
        raise TemplateError(f"no language is called {lang!r}; there are: en, zh")
    if form == "parquet" and lang == "zh":
        raise TemplateError("Parquet is for programs: its columns have their English names, so leave the language out")
    if form == "xlsx" and users > MAX_USERS_IN_XLSX:
        raise TemplateError(
            f"a workbook holds at most {MAX_USERS_IN_XLSX:,} users (36 rows of meter each), not {users:,}"
        )
