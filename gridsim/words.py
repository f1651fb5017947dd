"""What gridsim says, in two languages: English as it stands in the code, Chinese from the catalogue of words.

Faults and errors take no other text than a `Sentence` (the type checker sees to it). Everything that is said is
written out in English where it is said, and ``gridsim/locale/zh/LC_MESSAGES/gridsim.po`` has its Chinese; a test holds
the two together: none passes without its Chinese, or with other blanks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self, TypeAlias

from gridsim.calendar import delivery_months
from gridsim.catalogue import CONTEXT, is_known, translation

__all__ = [
    "KVA",
    "KW",
    "LANGS",
    "LANGUAGE_VARIABLE",
    "LISTED",
    "MVARH",
    "MW",
    "MWH",
    "NOTHING",
    "YUAN",
    "YUAN_PER_KVA",
    "YUAN_PER_KW",
    "YUAN_PER_MWH",
    "Lang",
    "Language",
    "Sentence",
    "as_data",
    "both",
    "enumerated",
    "environment_lang",
    "listed",
    "msg",
    "named",
    "of_data",
    "on_lines",
    "verbatim",
    "within",
]

Lang = Literal["en", "zh"]
"""A language of what is shown."""

LANGS: tuple[Lang, ...] = ("en", "zh")

LANGUAGE_VARIABLE = "GRIDSIM_LANG"
"""The environment variable that says which language is spoken where none is asked for."""

_Chinese: TypeAlias = "str | list[Sentence] | tuple[str, Mapping[str, object]]"
"""The Chinese itself; or what it is made of: other sentences, or a template with its blanks."""

_SPACE = "\0"
_SPACE_AT_PUNCTUATION = re.compile(r"(?<=[，。；：、（）【】“”])\0|\0(?=[，。；：、（）【】“”])")


def environment_lang(otherwise: Lang = "en") -> Lang:
    """The language that the environment names (`LANGUAGE_VARIABLE`), or the other one where it names none."""
    asked = os.environ.get(LANGUAGE_VARIABLE)
    return next((lang for lang in LANGS if lang == asked), otherwise)


def msg(template: str) -> str:
    """A text that is said elsewhere, as gettext's ``N_``: marked here, so that the catalogue has it."""
    return template


def within(context: str, template: str) -> str:
    """A text whose Chinese depends on where it stands, as gettext's ``pgettext``.

    Parameters
    ----------
    context : str
        Tells a translator which of its meanings is meant.
    template : str
    """
    return f"{context}{CONTEXT}{template}"


class Sentence(str):
    """An English text that knows its Chinese.

    Parameters
    ----------
    template : str
        English, with blanks as `str.format` has them; written out where the sentence is made, so that it is found.
    **blanks : object
        What fills them; a blank that is a Sentence itself is told in the language of the whole.

    Examples
    --------
    >>> sentence = Sentence("duplicate id: row {row} has the same", row=3)
    >>> sentence
    'duplicate id: row 3 has the same'
    >>> sentence.zh
    '编号重复：与第 3 行相同'
    """

    __slots__ = ("_chinese",)
    _chinese: _Chinese

    def __new__(cls, template: str, /, **blanks: object) -> Self:
        made = super().__new__(cls, template.rpartition(CONTEXT)[2].format(**blanks))
        made._chinese = template, blanks
        return made

    @classmethod
    def of(cls, template: str, /, **blanks: object) -> Self:
        """A sentence whose text is written out elsewhere, as `msg` gives it."""
        return cls(template, **blanks)

    @property
    def zh(self) -> str:
        """The same in Chinese."""
        if isinstance(self._chinese, str):
            return self._chinese
        if isinstance(self._chinese, list):
            return "；".join(part.zh for part in self._chinese)
        template, blanks = self._chinese
        return _chinese_text(template, blanks)

    @property
    def template(self) -> str:
        """The English with its blanks, by which two sentences that say the same of other things are alike."""
        if isinstance(self._chinese, str):
            return str(self)
        if isinstance(self._chinese, list):
            return "; ".join(part.template for part in self._chinese)
        return self._chinese[0]

    def blank(self, name: str) -> object:
        """What fills a blank; None if there is none of that name."""
        return self._chinese[1].get(name) if isinstance(self._chinese, tuple) else None

    def told(self, lang: Lang) -> str:
        """The sentence in one language."""
        return self.zh if lang == "zh" else str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (str(self), self._chinese)  # faults travel between processes


class Language:
    """Says things in one language.

    Parameters
    ----------
    lang : {"en", "zh"}
    names : mapping of str to str
        What codes are called: a text for each, as `msg` or `within` give it.
    """

    def __init__(self, lang: Lang, names: Mapping[str, str] | None = None) -> None:
        self.lang: Lang = lang
        self._names: Mapping[str, str] = names or {}

    def say(self, template: str, /, **blanks: object) -> str:
        """A text with its blanks filled; the text is written out in English where it is said."""
        if self.lang == "zh":
            return _chinese_text(template, blanks)
        return template.rpartition(CONTEXT)[2].format(**blanks)

    def fill(self, english: str, chinese: str, **blanks: object) -> str:
        """A text that is no text of gridsim's, such as one of a rule set, with its blanks filled.

        Parameters
        ----------
        english, chinese : str
            With blanks; one that nothing fills stays as it is.
        **blanks : object
        """
        return _filled(chinese, blanks) if self.lang == "zh" else english.format_map(_Blanks(blanks))

    def template(self, template: str) -> str:
        """A text whose blanks another program fills."""
        return translation(template, "zh") if self.lang == "zh" else template.rpartition(CONTEXT)[2]

    def name(self, code: str) -> str:
        """What a code is called; an id stays as it is."""
        template = self._names.get(code)
        return code if template is None else self.say(template)

    def named(self, who: str, name: str | None) -> str:
        """An id with its name behind it, if it has one."""
        return self.say("{id} ({name})", id=who, name=name) if name and name != who else who

    def listed(self, items: Iterable[str]) -> str:
        """Texts one after the other."""
        return ("、" if self.lang == "zh" else ", ").join(items)

    def parted(self, items: Iterable[str]) -> str:
        """Longer texts one after the other."""
        return ("；" if self.lang == "zh" else "; ").join(items)

    def sentences(self, *parts: str) -> str:
        """Sentences behind each other, the empty ones left out; Chinese has no space between them."""
        return ("" if self.lang == "zh" else " ").join(part for part in parts if part)

    def month(self, month: str) -> str:
        """A month ``YYYY-MM``."""
        return self.say("{year}-{month}", year=month[:4], month=self._number(month))

    def short_month(self, month: str) -> str:
        """A month ``YYYY-MM`` where its year is plain."""
        return self.say("{month}", month=self._number(month))

    def _number(self, month: str) -> str:
        """A month's number: in Chinese without an idle zero."""
        return str(int(month[5:])) if self.lang == "zh" else month[5:]

    def delivery(self, delivery: str) -> str:
        """A year, some months of it, or one."""
        if len(delivery) == len("YYYY"):
            return self.say("the year {year}", year=delivery)
        if delivery.endswith("-H2"):
            return self.say("July to December {year}", year=delivery[:4])
        first, *_, last = delivery_months(delivery, int(delivery[:4])) * 2
        if first == last:
            return self.month(delivery)
        return self.say("{first} to {last}", first=self.month(first), last=self.month(last))


def both(english: str, chinese: str) -> Sentence:
    """A text whose Chinese is at hand, such as the name of a table."""
    return _made(english, chinese)


def verbatim(text: object) -> Sentence:
    """What is the same in both languages: names of columns and values, or what another program has said."""
    return both(str(text), str(text))


def listed(*parts: Sentence | None) -> Sentence:
    """Several parts behind each other; those that are None or empty are left out."""
    kept = [part for part in parts if part]
    return _made("; ".join(kept), kept)


def enumerated(parts: Iterable[Sentence]) -> Sentence:
    """Several things, named one after the other."""
    kept = list(parts)
    return both(", ".join(kept), "、".join(part.zh for part in kept))


def on_lines(parts: Iterable[Sentence]) -> Sentence:
    """Several sentences, each on a line of its own."""
    kept = list(parts)
    return both("\n".join(kept), "\n".join(part.zh for part in kept))


def named(names: Iterable[object], most: int | None = None) -> Sentence:
    """Names, one after the other, the same in both languages if they are no sentences; beyond `most` they are counted.

    Examples
    --------
    >>> named(["R1/conventional", "R1/tou", "U7/tou"], most=2)
    'R1/conventional, R1/tou and 1 more'
    """
    every = [name if isinstance(name, Sentence) else verbatim(name) for name in names]
    shown = enumerated(every[:most])
    more = 0 if most is None else len(every) - most
    return Sentence("{names} and {more:,} more", names=shown, more=more) if more > 0 else shown


def as_data(value: object) -> Any:
    """What tells a sentence in any language, as JSON has it: to stand beside its English where that is stored."""
    if isinstance(value, Sentence):
        made = value._chinese
        if isinstance(made, str):
            return {"en": str(value), "zh": made}
        if isinstance(made, list):
            return [as_data(part) for part in made]
        template, blanks = made
        return {"text": template, "blanks": {name: as_data(blank) for name, blank in blanks.items()}}
    return value if isinstance(value, int | float | str) else str(value)


def of_data(data: object, english: str) -> Sentence:
    """The sentence that `as_data` tells of; what does not tell of this one is the English alone.

    Parameters
    ----------
    data : object
        As it was read; it may have been made by anybody.
    english : str
        What was stored.
    """
    try:
        sentence = _of_data(data)
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError):
        return verbatim(english)
    return sentence if isinstance(sentence, Sentence) and sentence == english else verbatim(english)


def _of_data(data: Any) -> object:
    if isinstance(data, list):
        return listed(*(_of_data(part) for part in data))  # type: ignore[arg-type]
    if not isinstance(data, dict):
        return data
    if "text" not in data:
        return both(str(data["en"]), str(data["zh"]))
    if not is_known(data["text"], "zh"):  # a text from outside is no template: its blanks could ask for anything
        raise KeyError(data["text"])
    return Sentence.of(data["text"], **{name: _of_data(blank) for name, blank in data["blanks"].items()})


def _made(english: str, chinese: _Chinese) -> Sentence:
    made = str.__new__(Sentence, english)
    made._chinese = chinese
    return made


def _chinese_text(template: str, blanks: Mapping[str, object]) -> str:
    """A text of the catalogue with its blanks filled.

    Chinese has a space between its own and other signs, but none beside its punctuation: which of the two a blank
    begins with shows only when it is filled. Spaces inside of what fills it stay.
    """
    chinese = translation(template, "zh")
    return _filled(chinese, blanks) if blanks else chinese.format()


def _filled(chinese: str, blanks: Mapping[str, object]) -> str:
    """A Chinese text with its blanks filled."""
    told = {name: blank.zh if isinstance(blank, Sentence) else blank for name, blank in blanks.items()}
    text = chinese.replace(" ", _SPACE).format_map(_Blanks(told))
    return _SPACE_AT_PUNCTUATION.sub("", text).replace(_SPACE, " ")


class _Blanks(dict[str, object]):
    """What fills the blanks of a text; one that nothing fills stays."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


LISTED = 12
"""At most so many names does a message list; `named` counts the others."""

NOTHING = verbatim("")
"""No text at all."""

MW, MWH, YUAN_PER_MWH, YUAN = Sentence("MW"), Sentence("MWh"), Sentence("yuan/MWh"), Sentence("yuan")
KVA, KW, MVARH = Sentence("kVA"), Sentence("kW"), Sentence("Mvarh")
YUAN_PER_KVA, YUAN_PER_KW = Sentence("yuan/kVA"), Sentence("yuan/kW")
"""Units of the outside."""
