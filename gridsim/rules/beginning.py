"""The file of a rule set of one's own, to begin with: all that may be changed, in comments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gridsim.rules.display import other_values, unit_text, value_text
from gridsim.rules.entries import VALUE
from gridsim.rules.shape_text import shape_yaml
from gridsim.rules.show import headings
from gridsim.words import Language, msg

if TYPE_CHECKING:
    from gridsim.rules.content import RuleContent
    from gridsim.rules.entries import Entry
    from gridsim.rules.kinds import Plain
    from gridsim.words import Lang

__all__ = ["beginning_of_a_file"]

_LEAD = (
    msg("A rule set of your own. It takes everything from {base}; below stands what may be changed."),
    msg(
        "Take away the # before a value and write yours. If it does not say where it comes from, it counts as other and"
    ),
    msg("unverified; the line below shows how a value says it."),
    msg("`gridsim rules check FILE` tells what is wrong, `gridsim rules diff {base} FILE` what you have changed."),
)
_SHAPE = (
    msg("The lists of the market. Leave those lines that you change and the names that lead to them, without their #."),
    msg("A map is taken key by key, a list as a whole; none takes an entry of a list of names away."),
)
_SHOWN = "PATH: {value: …, clause: …, origin: notice, verified: true, en: …, zh: …}"


def beginning_of_a_file(rules: RuleContent, name: str, lang: Lang) -> str:
    """A file that extends a rule set and changes nothing yet.

    Parameters
    ----------
    rules : RuleSet
        That it extends; a shipped one.
    name : str
        Id of the new one.
    lang : {"en", "zh"}
        Of the comments.
    """
    words = Language(lang)
    lead = [words.say(line, base=rules.id) for line in _LEAD]
    lines = [f"# {line}" for line in (*lead[:3], f"    {_SHOWN}", *lead[3:])]
    lines += [f"id: {name}", f"extends: {rules.id}", "", *(f"# {words.say(line)}" for line in _SHAPE)]
    lines += [f"# {line}" for line in ("shape:", *shape_yaml(rules.given_shape.data, 2))]
    lines += ["", "values:"]
    values = [entry for entry in rules.entries if entry.also is None]
    for group, title in headings(lang, rules).items():
        of_group = [entry for entry in values if entry.path.partition(".")[0] == group]
        if of_group:
            lines += [f"  # ---- {title}"]
            for entry in of_group:
                lines += _lines_of(words, entry)
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _lines_of(words: Language, entry: Entry) -> list[str]:
    """A value as it would be written, behind a comment on what it means."""
    piece = entry.pieces[-1]
    kind = entry.kind
    others = other_values(kind, piece.value)
    told = [
        unit_text(kind.unit, words.lang),
        entry.clause,
        words.say("(or {others})", others=", ".join(others)) if others else "",
        entry.sentence(piece.value).in_(words.lang).replace(VALUE, value_text(kind, piece.value, words.lang)),
    ]
    comment = "; ".join(filter(None, told))
    if len(entry.pieces) == 1:
        return [f"  # {comment}", f"  # {entry.path}: {_written(piece.value)}"]
    pieces = ", ".join(f'{{from: "{each.start}", value: {_written(each.value)}}}' for each in entry.pieces)
    return [f"  # {comment}", f"  # {entry.path}: [{pieces}]"]


def _written(value: Plain) -> str:
    """A plain value in YAML; decimals are texts, and words and decimals need no quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
