"""The reference that is made from what it refers to: public names, commands, faults. `docs/generate.py` writes it."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))  # the tree beside this script, not some installed gridsim

import typer  # noqa: E402, after the path is set

from gridsim import Fault, ScenarioError  # noqa: E402
from gridsim.cli import app  # noqa: E402
from gridsim.help_words import kinds_in_words  # noqa: E402
from gridsim.words import Lang, Language, within  # noqa: E402
from tests.faults.making import make_input, workbook_of  # noqa: E402
from tests.faults.test_inputs import DOORS, FIRST_OF_KIND  # noqa: E402
from tests.public_names import MODULES, public_names  # noqa: E402

__all__ = ["command_pages", "error_pages", "public_name_tables"]

TITLES: dict[str, tuple[str, str]] = {
    "numbers": ("Numbers", "数字"),
    "times": ("Times and dates", "时间与日期"),
    "months": ("Months and deliveries", "月份与交割期"),
    "texts": ("Texts and encodings", "文字与编码"),
    "headings": ("Headings", "表头"),
    "names": ("Names that refer to others", "相互引用的名称"),
    "files": ("Files and folders", "文件与文件夹"),
    "workbook": ("Workbooks", "工作簿"),
    "parquet": ("Parquet files", "Parquet 文件"),
    "settings": ("`scenario.yaml`", "`scenario.yaml`"),
    "rules": ("Rule files", "规则文件"),
    "sessions": ("Sessions, orders, contracts", "场次、申报、合同"),
    "deals": ("Contracts as they stand", "持仓"),
    "load": ("Load by hour", "分时负荷"),
    "tariffs": ("Tariffs", "电价"),
    "retail": ("Retail contracts", "零售合同"),
    "billing": ("The rest of a bill", "账单的其余部分"),
    "changes": ("Users that change", "变更的用户"),
    "corrections": ("Corrections", "退补"),
    "exports": ("Exports of others", "他人的导出文件"),
    "overflow": ("Too large", "数值过大"),
    "plans": ("Plans of batches", "批量方案"),
}


def cells(*texts: str) -> str:
    """A row of a table; a bar inside a cell is escaped."""
    return "| " + " | ".join(text.replace("|", "\\|").replace("\n", " ") for text in texts) + " |"


def code(text: str) -> str:
    """A text as it stands in a file; what would not show is spelled out."""
    shown = "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
    return f"`{shown.replace('`', chr(39))}`" if shown.strip() else '`""`'


# ---- public names ----------------------------------------------------------------------------------------------------


def public_name_tables() -> str:
    """What each module offers, with the first sentence of its docstring."""
    parts = []
    for module in MODULES:
        names = [name for name in public_names() if name.name.rpartition(".")[0] == module]
        if names:
            rows = [cells(f"`{name.name}`", name.doc.partition("\n\n")[0]) for name in sorted(names, key=_by_name)]
            parts += [f"## `{module}`", "", cells("name", "what it is"), cells("---", "---"), *rows, ""]
    return "\n".join(parts).rstrip()


def _by_name(name: Any) -> str:
    return str(name.name).lower()


# ---- commands --------------------------------------------------------------------------------------------------------

COMMAND_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "title": "Commands",
        "other": "*[中文](commands.zh.md)*",
        "intro": "Every command says this itself with `--help`. Exit code 0: done; 2: bad input, nothing written; 1: "
        "anything else. `--lang zh`, or `GRIDSIM_LANG=zh` in the environment, for Chinese.",
        "option": "option",
        "meaning": "what it does",
        "default": "unless given",
        "required": "must be given",
        "more": "## Go on\n[The Python API](api.md) · [what can go wrong with an input](errors.md) · "
        "[glossary](../glossary.md)",
    },
    "zh": {
        "title": "命令",
        "other": "*[English](commands.md)*",
        "intro": "每个命令都可用 `--help` 自行说明。退出码 0：完成；2：输入有误，未写入任何内容；1：其他。中文用 "
        "`--lang zh`，或设环境变量 `GRIDSIM_LANG=zh`。",
        "option": "选项",
        "meaning": "作用",
        "default": "未写时",
        "required": "必须写明",
        "more": "## 接下来\n[Python 接口](api.md) · [输入可能有的错误](errors.zh.md) · [词汇](../glossary.md)",
    },
}


def command_pages() -> dict[Path, str]:
    """The page of all commands, in both languages."""
    command = typer.main.get_command(app)
    return {
        DOCS / "reference" / f"commands{'' if lang == 'en' else '.zh'}.md": _commands(command, lang)
        for lang in ("en", "zh")
    }


def _commands(command: Any, lang: Lang) -> str:
    words = COMMAND_WORDS[lang]
    parts = [f"# {words['title']}", "", words["other"], "", words["intro"], ""]
    for name, each in _every(command, "gridsim"):
        parts += [*_command(name, each, lang), ""]
    return "\n".join([*parts, words["more"], ""])


def _every(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield name, command
    for part, each in (below or {}).items():
        yield from _every(each, f"{name} {part}")


def _command(name: str, command: Any, lang: Lang) -> Iterator[str]:
    language, words = Language(lang), COMMAND_WORDS[lang]

    def said(text: str | None) -> str:
        flat = re.sub(r"\s*\n\s*", " ", (text or "").replace("\b", "").strip())
        return (language.say(within("help", text)) if lang == "zh" and text else flat).replace("\n", " ").strip()

    yield f"## {name}"
    yield ""
    yield said(command.help)
    yield ""
    yield cells(words["option"], words["meaning"], words["default"])
    yield cells("---", "---", "---")
    context = typer.Context(command, info_name=name)
    for parameter in command.params:
        shown, _ = parameter.get_help_record(context) or ("", "")
        default = parameter.default
        told = words["required"] if parameter.required else ""
        if default is not None and not callable(default) and default not in ((), [], False):
            told = f"`{getattr(default, 'value', default)}`"
        yield cells(f"`{kinds_in_words(shown, language)}`", said(parameter.help), told)


# ---- faults ----------------------------------------------------------------------------------------------------------

ERROR_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "title": "What can go wrong with an input",
        "other": "*[中文](errors.zh.md)*",
        "intro": "Every fault of an input is listed at once, with file, row, column, value and what is allowed; "
        "nothing is written, and the exit code is 2. Each row below is a faulty input that tests give to gridsim, "
        "and what it says: an example, and the mend. `gridsim check DIR --out FILE.csv` writes many faults as a table; "
        "[mend a scenario](../how-to/check-a-scenario.md).",
        "head": "what is wrong|where|what stood there|what is right",
        "more": "## Go on\n[Files, tables, columns](../formats.md) · [commands](commands.md) · "
        "[glossary](../glossary.md)",
    },
    "zh": {
        "title": "输入可能有的错误",
        "other": "*[English](errors.md)*",
        "intro": "输入的全部错误一次列出，指明文件、行、列、所填的值以及应为什么；不写入任何内容，退出码为 2。"
        "下面每一行都是测试中交给 gridsim 的一个错误输入，以及它的说明：一个例子，和改正的办法。"
        "错误很多时，`gridsim check DIR --out FILE.csv` 把它们写成表格；"
        "另见[检查场景并改正错误](../how-to/check-a-scenario.zh.md)。",
        "head": "错误|位置|所填|应为",
        "more": "## 接下来\n[文件、表、列](../formats.md) · [命令](commands.zh.md) · [词汇](../glossary.md)",
    },
}


def error_pages() -> dict[Path, str]:
    """The catalogue of faults, in both languages."""
    found = _faults()
    return {
        DOCS / "reference" / f"errors{'' if lang == 'en' else '.zh'}.md": _errors(found, lang) for lang in ("en", "zh")
    }


def _faults() -> dict[str, list[Fault]]:
    """The faults of the first input of each kind, by the file of its case; of one sentence, the first."""
    found: dict[str, list[Fault]] = {group: [] for group in TITLES}
    seen: set[tuple[str, str]] = set()
    with tempfile.TemporaryDirectory() as folder:
        (workbooks := Path(folder) / "workbooks").mkdir()
        workbook = workbook_of(workbooks)
        for number, case in enumerate(FIRST_OF_KIND):
            made = make_input(Path(folder) / str(number), case, workbook)
            try:
                DOORS[case.get("door", "load")](made)
            except ScenarioError as error:
                for fault in error.faults[:2]:
                    if (key := (fault.message.template, fault.allowed.template)) not in seen:
                        seen.add(key)
                        found[case["group"]].append(fault)
    return found


def _errors(found: dict[str, list[Fault]], lang: Lang) -> str:
    words, which = ERROR_WORDS[lang], 0 if lang == "en" else 1
    parts = [f"# {words['title']}", "", words["other"], "", words["intro"], ""]
    for group, faults in found.items():
        if not faults:
            continue
        head = words["head"].split("|")
        parts += [f"## {TITLES[group][which]}", "", cells(*head), cells(*["---"] * len(head))]
        for fault in faults:
            message, allowed = (said if lang == "en" else said.zh for said in (fault.message, fault.allowed))
            place = " ".join(code(part) for part in (Path(fault.file).name, fault.column) if part)
            value = code(fault.value) if fault.value is not None else ""
            parts.append(cells(_plain(str(message)), place, value, _plain(str(allowed))))
        parts.append("")
    return "\n".join([*parts, words["more"], ""])


def _plain(text: str) -> str:
    """A text whose signs mean nothing to Markdown."""
    return re.sub(r"([\\`*_<>\[\]{}])", r"\\\1", text)
