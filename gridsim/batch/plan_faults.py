"""Collecting what is wrong with a plan, in words that help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from gridsim.errors import Fault, WrongValueError
from gridsim.io.settings import described
from gridsim.rules.reading import Report, allowed_name
from gridsim.suggest import nearest
from gridsim.units import RATIO_DECIMALS, fixed_point
from gridsim.words import NOTHING, Sentence, verbatim

__all__ = ["PlanReport"]

_MESSAGES = {
    "missing": Sentence("missing key"),
    "greater_than_equal": Sentence("out of bounds"),
    "less_than_equal": Sentence("out of bounds"),
    "string_too_short": Sentence("empty value"),
    "too_short": Sentence("empty list"),
    "float_parsing": Sentence("not a number"),
    "float_type": Sentence("not a number"),
    "dict_type": Sentence("not a map of names to values"),
    "model_type": Sentence("not a map of keys to values"),
    "model_attributes_type": Sentence("not a map of keys to values"),
    "literal_error": Sentence("unknown name"),
}


class PlanReport(Report):
    """The faults of one plan."""

    def unknown_key(self, place: tuple[str | int, ...], keys: Iterable[str]) -> None:
        """A key that is none of `keys`, with the nearest right one."""
        known = list(keys)
        keys_in_words = Sentence("keys: {codes}", codes=", ".join(known))
        self.add(
            place, None, Sentence("unknown key"), lambda: allowed_name(keys_in_words, nearest(str(place[-1]), known))
        )

    def ratio(self, value: object, place: tuple[str | int, ...], allowed: Sentence) -> int | None:
        """A decimal as an integer of 10⁻⁴; None, and a fault, if it is none."""
        try:
            if not isinstance(value, str | int | float | Decimal):
                raise WrongValueError(Sentence("not a number"))
            return fixed_point(value.strip() if isinstance(value, str) else value, RATIO_DECIMALS)
        except WrongValueError as error:
            exactly = Sentence("{what}, at most {decimals} decimals", what=allowed, decimals=RATIO_DECIMALS)
            self.add(place, value, error.sentence, exactly)
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
            allowed = described(fields[key])
            if detail["type"] == "literal_error":
                names = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
                allowed = allowed_name(verbatim(", ".join(names)), nearest(str(value), names))
            message = _MESSAGES.get(detail["type"], Sentence("wrong type"))
            if value is None and key in data:
                message = Sentence("empty value")
            self.add(place, None if detail["type"] == "missing" else value, message, allowed)

    def add_inside(self, key: str, error: ValidationError, data: object, model: type[BaseModel]) -> None:
        """Pydantic's faults of what stands under a key, in our words."""
        for detail in error.errors():
            inner = tuple(part for part in detail["loc"] if not str(part).startswith("function-"))
            place = (key, *inner)
            if detail["type"] == "extra_forbidden":
                self.unknown_key(place, _fields_at(model, inner[:-1]))
                continue
            allowed = NOTHING
            if detail["type"] == "literal_error":
                names = str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
                allowed = allowed_name(verbatim(", ".join(names)), nearest(str(detail["input"]), names))
            value = None if detail["type"] == "missing" else detail["input"]
            message = _MESSAGES.get(detail["type"]) or _own_words(detail)
            self.add(place, value if not isinstance(value, Mapping) else None, message, allowed)

    def in_order(self) -> list[Fault]:
        """The faults as the file is read, each once."""
        unique = dict.fromkeys(self.faults)
        return sorted(unique, key=lambda fault: (fault.count > 1, fault.row is not None, fault.row or 0))


def _own_words(detail: Any) -> Sentence:
    """What a model's own check says, or else pydantic in its English."""
    error = detail.get("ctx", {}).get("error")
    return error.sentence if isinstance(error, WrongValueError) else verbatim(detail["msg"])


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
