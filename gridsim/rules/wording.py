"""What a rule set says in both languages: a name or a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from gridsim.rules.model_faults import RefusedError
from gridsim.words import Lang, Sentence, both

__all__ = ["Words"]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in two languages; in a file ``{en, zh}``."""

    en: str
    zh: str

    def in_(self, lang: Lang) -> str:
        """The sentence in one of them."""
        return self.zh if lang == "zh" else self.en

    @property
    def sentence(self) -> Sentence:
        """The same as a sentence that knows its Chinese."""
        return both(self.en, self.zh)

    @classmethod
    def of(cls, raw: object) -> Words:
        """Read the words of a file.

        Raises
        ------
        RefusedError
            They are no map of ``en`` and ``zh`` to a text each.
        """
        if isinstance(raw, cls):
            return raw
        if (
            isinstance(raw, Mapping)
            and set(raw) == {"en", "zh"}
            and all(isinstance(t, str) and t for t in raw.values())
        ):
            return cls(raw["en"], raw["zh"])
        raise RefusedError(Sentence("words are needed in both languages"), Sentence("en and zh, a sentence each"))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.of)
