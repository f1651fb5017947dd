"""The documentation page of a rule set, made from its data; ``python docs/generate.py`` writes it."""

from __future__ import annotations

from gridsim.rules.display import Lang, literal_text, other_values, unit_text
from gridsim.rules.headings import HEADINGS, heading_of
from gridsim.rules.ruleset import RuleItem, RuleSet
from gridsim.rules.schema import FIELDS
from gridsim.rules.show import citations, counts_text, origin_text

__all__ = ["page", "page_name"]

_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "generated": "Written from `gridsim/rules/data/{id}.yaml` by `python docs/generate.py`; "
        "edit the data, not this page.",
        "other": "中文",
        "or": "or",
        "in_force": "In force: {start} to {end}. Hash of the values: `{hash}`.",
        "key": "{how_to_read}Values from the *notice* were compared with it; "
        "a *choice* is gridsim's reading where the notice is silent, and is listed with every result.",
        "head": "| path | value | unit | clause | in force | from | what it means |",
        "clauses": "What cites which clause",
        "clauses_lead": "Ledger lines, checks of compliance and steps of an explanation cite the clauses of the values "
        "that govern them, or those that the rule set gives under `clauses`.",
        "clauses_head": "| name | what cites it | clause | clause of |",
        "full_stop": ". ",
    },
    "zh": {
        "generated": "本页由 `python docs/generate.py` 根据 `gridsim/rules/data/{id}.yaml` 生成；"
        "请修改数据，不要修改本页。",
        "other": "English",
        "or": "或",
        "in_force": "适用月份：{start} 至 {end}。取值的哈希：`{hash}`。",
        "key": "{how_to_read}来源为“通知”的取值均与通知核对；“约定”为通知未作规定时本程序的理解，随每次结果一并列出。",
        "head": "| 路径 | 取值 | 单位 | 条款 | 适用月份 | 来源 | 含义 |",
        "clauses": "各处所引条款",
        "clauses_lead": "台账各行、合规检查各项和结算过程各步，引用其所依据取值的条款；规则集在 clauses 中"
        "另有注明的，从其注明。",
        "clauses_head": "| 名称 | 引用处 | 条款 | 条款来自 |",
        "full_stop": "。",
    },
}


def page_name(rules: RuleSet, lang: Lang) -> str:
    """The file name of the page."""
    return f"{rules.id}.md" if lang == "en" else f"{rules.id}.{lang}.md"


def page(rules: RuleSet, lang: Lang) -> str:
    """The page as Markdown."""
    words = _WORDS[lang]
    other: Lang = "zh" if lang == "en" else "en"
    how_to_read = f"{rules.how_to_read.in_(lang)}{words['full_stop']}" if rules.how_to_read else ""
    lines = [
        f"# {rules.title(lang)}",
        "",
        f"[{words['other']}]({page_name(rules, other)})",
        "",
        f"{rules.number} · {rules.document.in_(lang)}",
        "",
        words["in_force"].format(start=rules.in_force_from, end=rules.in_force_to, hash=rules.hash),
        "",
        counts_text(rules, lang),
        "",
        words["key"].format(how_to_read=how_to_read),
        "",
        *(f"- {note.in_(lang)}" for note in rules.notes),
    ]
    for group in HEADINGS:
        items = [item for item in rules.items() if item.path.partition(".")[0] == group]
        lines += ["", f"## {heading_of(group, lang)}", "", words["head"], "|" + " --- |" * 7]
        lines += [_row(item, lang) for item in items]
    lines += ["", f"## {words['clauses']}", "", words["clauses_lead"], "", words["clauses_head"], "|" + " --- |" * 4]
    lines += [f"| `{name}` | {what} | {clause} | {by} |" for name, what, clause, by in citations(rules, lang)]
    lines += ["", "---", "", words["generated"].format(id=rules.id), ""]
    return "\n".join(lines)


def _row(item: RuleItem, lang: Lang) -> str:
    months = "—"
    if item.in_force_from is not None:
        months = f"{item.in_force_from} – {item.in_force_to}"
    meaning = item.words(lang)
    if item.source is not None:
        meaning += f" *{item.source.in_(lang)}*"
    value = literal_text(FIELDS[item.path], item.value, lang)
    source = origin_text(item, lang).replace("\n", " · ")
    others = other_values(FIELDS[item.path], item.value)
    if others:
        value += f" ({_WORDS[lang]['or']} {', '.join(others)})"
    cells = (f"`{item.path}`", value, unit_text(item.unit, lang), item.clause or "—", months, source, meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
