"""Scenario folders to start from: a mini market to check by hand, and a synthetic province of any size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.errors import GridsimError

if TYPE_CHECKING:
    import os

__all__ = ["DEFAULT_SEED", "DEFAULT_USERS", "MAX_USERS", "TEMPLATES", "TemplateError", "write_template"]

TEMPLATES = ("mini", "province")
DEFAULT_USERS = 2_000
MAX_USERS = 1_000_000
DEFAULT_SEED = 17


class TemplateError(GridsimError, ValueError):
    """A template that cannot be written: an unknown name, a folder in use, a size out of range."""


def write_template(
    directory: str | os.PathLike[str],
    template: str = "mini",
    users: int | None = None,
    seed: int | None = None,
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
    Every number in either template is synthetic. Above 20,000 users the large tables are Parquet, below they are
    CSV. The content never changes with machine or library versions; the bytes of a Parquet file may, with the
    version of pyarrow that writes it.
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

    folder = Path(directory)
    if folder.exists() and not folder.is_dir():
        raise TemplateError(f"{folder} is a file; a scenario is a folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise TemplateError(f"{folder} is not empty; a template is written into a new or an empty folder only")
    folder.mkdir(parents=True, exist_ok=True)

    if template == "mini":
        from gridsim.templates.mini import write_mini

        write_mini(folder)
    else:
        from gridsim.templates.province import write_province

        write_province(folder, count, chosen_seed)
    return folder
