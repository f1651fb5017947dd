"""Names of a package that load their module when they are first used, so that importing the package costs nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["lazy_names"]


def lazy_names(package: str, home: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """What a package needs as its ``__getattr__`` and ``__dir__`` (PEP 562).

    Parameters
    ----------
    package : str
        Its ``__name__``.
    home : mapping of str to str
        The module, within the package, that each name comes from.

    Examples
    --------
    ``__getattr__, __dir__ = lazy_names(__name__, {"load": "loader"})``
    """

    def get(name: str) -> Any:
        if name not in home:
            from gridsim.wrong_call import no_attribute

            raise no_attribute(f"module {package!r}", name, home)
        value = getattr(import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home})

    return get, names
