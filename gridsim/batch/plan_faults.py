"""Collecting what is wrong with a plan, in words that help."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from gridsim.errors import Fault
from gridsim.rules.reading import Report, allowed_name
from gridsim.suggest import nearest
from gridsim.units import RATIO_DECIMALS, fixed_point

__all__ = ["PlanReport"]

_MESSAGES = {
    "missing": "missing key",
    "greater_than_equal": "out of bounds",
    "less_than_equal": "out of bounds",
    "string_too_short": "empty value",
    "too_short": "empty list",
    "float_parsing": "not a number",
    "float_type": "not a number",
    "dict_type": "not a map of names to values",
    "model_type": "not a map of keys to values",
    "model_attributes_type": "not a map of keys to values",
    "literal_error": "unknown name",
}


class PlanReport(Report):
    """The faults of one plan."""

    def unknown_key(self, place: tuple[str | int, ...], keys: object, what: str = "keys") -> None:
        """A key that is none of `keys`, with the nearest right one."""
        known = [str(key) for key in keys]  # type: ignore[attr-defined]
        guess = nearest(str(place[-1]), known)
        self.add(place, None, "unknown key", allowed_name(f"{what}: " + ", ".join(known), guess))

    def ratio(self, value: object, place: tuple[str | int, ...], allowed: str) -> int | None:
        """A decimal as an integer of 10⁻⁴; None, and a fault, if it is none."""
        try:
            if not isinstance(value, str | int | float | Decimal):
                raise ValueError("not a number")
            return fixed_point(value.strip() if isinstance(value, str) else value, RATIO_DECIMALS)
        except ValueError as error:
            self.add(place, value, str(error), f"{allowed}, at most {RATIO_DECIMALS} decimals")
            return None

    def add_all(self, error: ValidationError, data: Mapping[str, object], fields: Mapping[str, Any]) -> None:
        """Pydantic's faults of the top keys, in our words."""
        for detail in error.errors():
            key = str(detail["loc"][0])
            if detail["type"] == "extra_forbidden":
                self.unknown_key((key,), fields)
                continue
            place = tuple(detail["loc"])
            value = data.get(key)
            for part in place[1:]:
                value = value[part] if isinstance(value, list) and isinstance(part, int) else value
            allowed = fields[key].description or ""
            if detail["type"] == "literal_error":
                names = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
                allowed = allowed_name(", ".join(names), nearest(str(value), names))
            message = _MESSAGES.get(detail["type"], "wrong type")
            if value is None and key in data:
                message = "empty value"
            self.add(place, None if detail["type"] == "missing" else value, message, allowed)

    def add_inside(self, key: str, error: ValidationError, data: object, model: type[BaseModel]) -> None:
        """Pydantic's faults of what stands under a key, in our words."""
        for detail in error.errors():
            inner = tuple(part for part in detail["loc"] if not str(part).startswith("function-"))
            place = (key, *inner)
            if detail["type"] == "extra_forbidden":
                self.unknown_key(place, _fields_at(model, inner[:-1]))
                continue
            allowed = ""
            if detail["type"] == "literal_error":
                names = str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
                allowed = allowed_name(", ".join(names), nearest(str(detail["input"]), names))
            value = None if detail["type"] == "missing" else detail["input"]
            message = _MESSAGES.get(detail["type"], detail["msg"].removeprefix("Value error, "))
            self.add(place, value if not isinstance(value, Mapping) else None, message, allowed)

    def in_order(self) -> list[Fault]:
        """The faults as the file is read, each once."""
        unique = dict.fromkeys(self.faults)
        return sorted(unique, key=lambda fault: (fault.row is not None, fault.row or 0))


def _fields_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand at a place below a model."""
    current: Any = model
    for part in place:
        field = current.model_fields.get(str(part)) if hasattr(current, "model_fields") else None
        if field is None:
            return []
        options = [kind for kind in get_args(field.annotation) or (field.annotation,) if isinstance(kind, type)]
        current = next((kind for kind in options if issubclass(kind, BaseModel)), None)
    return list(current.model_fields) if current is not None else []
