"""Faults and warnings in Chinese: each sentence with its blanks, as the checks write it in English.

What stands in no list stays in English; a test holds every fault that an input can have against them.
"""

from __future__ import annotations

import re
from functools import cache

from gridsim import names_zh
from gridsim.columns import INPUT_TABLES

__all__ = ["in_chinese", "parts_in_chinese"]

_COLUMNS = r"[a-z_]+(?:\?)?(?:, [a-z_]+\??)*"

_WORDS = tuple(
    (re.compile(english), chinese)
    for english, chinese in (
        (r"\byuan/MWh\b", "元/兆瓦时"),
        (r"\bMWh\b", "兆瓦时"),
        (r"(?<=\d) yuan\b", " 元"),
        (r"\brow (\d+)", r"第 \1 行"),
        (r"^([\d,]+) rows?$", r"\1 行"),
        (r"^(['\"].*) twice$", r"两次 \1"),
        (r"(?<=') and (?=')", "和"),
    )
)

# A blank {what} or {months} holds a sentence of these lists where there is one, {tables} the names of tables, {codes}
# names that stay; any other blank stays as it is.
_MESSAGES = (
    # files, sheets, headings
    ("missing file", "缺少文件"),
    ("missing table", "缺少表"),
    ("missing table: neither meter nor load is given", "缺少表：计量（meter）、负荷（load）均未给出"),
    ("both meter and load are given", "计量（meter）和负荷（load）同时给出"),
    ("two files for table {table}: {files}", "表 {table} 有两个文件：{files}"),
    ("two sheets for table {table}: {sheets}", "表 {table} 有两个工作表：{sheets}"),
    ("unknown file", "无法识别的文件"),
    ("unknown sheet", "无法识别的工作表"),
    ("unknown table", "没有这张表"),
    ("not a file", "不是文件"),
    ("no such folder", "没有这个文件夹"),
    ("not a folder", "不是文件夹"),
    ("the file cannot be read", "文件无法读取"),
    ("empty file", "空文件"),
    ("the file is empty", "空文件"),
    ("empty sheet", "空工作表"),
    ("wrong encoding", "字符编码不对"),
    ("not a text file: it has zero bytes", "不是文本文件：其中有零字节"),
    ("not a gzip file, or a broken one", "不是 gzip 文件，或文件已损坏"),
    ("not a Parquet file, or a broken one{why}", "不是 Parquet 文件，或文件已损坏{why}"),
    ("not an Excel workbook, or a broken one{why}", "不是 Excel 工作簿，或文件已损坏{why}"),
    ("not readable as CSV: {why}", "不能按 CSV 读取：{why}"),
    ("missing column", "缺少列"),
    ("unknown column", "没有这一列"),
    ("two headings for one column: {headings}", "同一列有两个列名：{headings}"),
    ("no heading of this table in the first row", "第一行没有本表的列名"),
    ("cells separated by semicolons", "单元格以分号分隔"),
    ("cells separated by tabs", "单元格以制表符分隔"),
    ("cells separated by bars", "单元格以竖线分隔"),
    ("cells separated by full-width commas", "单元格以全角逗号分隔"),
    ("cells without a heading", "有内容而没有列名"),
    ("{count} cells in a table of {columns} columns", "{count} 个单元格，而表有 {columns} 列"),
    ("1 cell in a table of {columns} columns", "1 个单元格，而表有 {columns} 列"),
    ("wrong number of cells", "单元格个数不对"),
    ("a quotation mark that is not closed", "引号没有配对"),
    ("a quotation mark that is not closed, or one inside a cell", "引号没有配对，或单元格内有引号"),
    ("merged cells {range}", "合并的单元格 {range}"),
    ("a formula that ended in an error", "公式的结果是错误值"),
    ("a formula without a result", "公式没有结果"),
    ("a number shown as a percentage", "以百分比显示的数字"),
    # cells
    ("empty cell", "空单元格"),
    ("empty row", "空行"),
    ("empty value", "没有填写"),
    ("negative", "负数"),
    ("zero", "为零"),
    ("not a number", "不是数字"),
    ("not a whole number", "不是整数"),
    ("not a finite number", "不是有限的数"),
    ("more than {decimals} decimals", "小数超过 {decimals} 位"),
    ("too large", "过大"),
    ("out of bounds", "超出范围"),
    ("out of range", "超出范围"),
    ("wrong type", "类型不对"),
    ("a thousands separator", "有千位分隔符"),
    ("full-width digits", "全角数字"),
    ("full-width characters", "全角字符"),
    ("a percentage", "百分数"),
    ("a percentage, not a ratio: 105 % is 1.05", "百分数，而此处应为比率：105 % 写作 1.05"),
    ("unknown value", "无法识别的值"),
    ("neither true nor false", "既不是 true 也不是 false"),
    ("not a month", "不是月份"),
    ("month outside the year", "不在本年的月份"),
    ("not a delivery", "不是交割期"),
    ("delivery outside the year", "不在本年的交割期"),
    ("not a calendar year", "不是年份"),
    ("not an ISO 8601 time", "不是 ISO 8601 时间"),
    ("a time with a zone", "带时区的时间"),
    ("no such day or hour", "没有这一天或这一时刻"),
    ("finer than a microsecond", "精度小于一微秒"),
    ("a space at its beginning or end", "首尾有空格"),
    ("nothing but spaces", "只有空格"),
    ("an invisible character in it", "含不可见字符"),
    ("a number that a spreadsheet has shortened", "被电子表格改成科学计数法的编号"),
    # rows and tables against each other
    ("duplicate id: row {row} has the same", "编号重复：与第 {row} 行相同"),
    ("duplicate row: row {row} has the same", "行重复：与第 {row} 行相同"),
    ("an id that {file} has too", "{file} 中已有此编号"),
    ("an id that another table has too", "另一张表中已有此编号"),
    ("a reserved id", "保留的编号"),
    ("not in {tables}", "{tables}中没有"),
    ("the id of a settlement unit", "与结算单元的编号相同"),
    ("a generator that buys", "发电企业申报买入"),
    ("a seller that is no generator", "卖方不是发电企业"),
    ("an order in a bilateral session", "双边场次中的撮合申报"),
    ("a filing in a session that is matched", "集中撮合场次中的双边申报"),
    ("an order of an intra_month session without a segment", "月内交易的申报没有旬段"),
    ("a segment in a session that is not intra_month", "非月内交易而填了旬段"),
    ("a segment of more than one month", "填了旬段而交割期不止一个月"),
    ("rows of one filing disagree: see row {row}", "同一次申报的各行确认时间不一致：见第 {row} 行"),
    ("closes before it opens", "截止时间早于开始时间"),
    ("no tariff in {months}, and for {count} more users alike", "{months}没有电价，另有 {count} 个用户同样如此"),
    ("no tariff in {months}, and for 1 more user alike", "{months}没有电价，另有 1 个用户同样如此"),
    ("no tariff in {months}", "{months}没有电价"),
    ("{month} and {count} more months", "{month} 及另外 {count} 个月"),
    ("an interval outside the year", "不在本年的时段"),
    ("an interval that begins at no quarter-hour", "起始时间不在整刻"),
    ("intervals of {minutes} minutes", "每 {minutes} 分钟一个值"),
    ("intervals of {hours} hours", "每 {hours} 小时一个值"),
    ("one interval a day, or fewer", "每日至多一个值"),
    ("hourly intervals that begin between the full hours", "每小时一个值，但起始时间不在整点"),
    ("intervals of another length than an hour or a quarter-hour", "时段不是一小时，也不是一刻钟"),
    ("energy times price could leave int64", "电量乘以电价会超出 64 位整数"),
    (
        "energy times price could leave int64 (and so do {count} more rows)",
        "电量乘以电价会超出 64 位整数（另有 {count} 行）",
    ),
    ("the energies of this table sum to {sum}, of which this is the largest", "本表电量合计 {sum}，此行最大"),
    ("the money of the run could reach {money}; this is the largest energy", "金额合计可能达到 {money}，此行电量最大"),
    ("and {count} more rows like these: {what}", "另有 {count} 行同样的错误：{what}"),
    # scenario.yaml
    ("broken YAML: {why}", "YAML 有误：{why}"),
    ("not a map of keys to values", "不是“键: 值”的形式"),
    ("missing key", "缺少此项"),
    ("unknown key", "没有此项"),
    ("this key stands here twice", "此项写了两次"),
    ("there is no such rule set", "没有这个规则集"),
    ("the file lies outside the scenario folder", "文件不在场景文件夹内"),
    ("the file can't be read", "文件无法读取"),
    ("there is no such value in a rule set", "规则集中没有此项取值"),
    ("this is a group of values, not one value", "这是一组取值，而非单个取值"),
    ("this value is set twice", "此项取值设了两次"),
    ("this value holds for the whole year and can't be dated", "此项取值全年有效，不能分月"),
    ("not one of the names that are allowed", "不是可选的名称"),
)  # fmt: skip

_ALLOWED = (
    ("text", "文本"),
    ("may be empty", "可不填"),
    ("may be left out", "可不写"),
    ("a number of {unit}, 0 or above, at most {decimals} decimals", "数字（{unit}），不小于 0，最多 {decimals} 位小数"),
    ("a number of {unit}, above 0, at most {decimals} decimals", "数字（{unit}），大于 0，最多 {decimals} 位小数"),
    ("a number from {low} to {high}, at most {decimals} decimals", "{low} 至 {high} 的数字，最多 {decimals} 位小数"),
    ("a whole number from {low} to {high}", "{low} 至 {high} 的整数"),
    ("a whole number", "整数"),
    ("a whole number, 0 or above", "不小于 0 的整数"),
    ("a plain number is meant", "请写普通数字"),
    ("at most {number} at the prices given", "按所给电价，至多 {number}"),
    ("at most {number}", "至多 {number}"),
    ("a sum of at most {number}", "合计至多 {number}"),
    ("less than {number} in all", "合计小于 {number}"),
    ("the largest price is {price}", "最高电价为 {price}"),
    ("the largest is {price}", "最高者为 {price}"),
    ("a year, {first} to {last}", "年份，{first} 至 {last}"),
    ("a year from {first} to {last}", "年份，{first} 至 {last}"),
    ("a month of {year}, {first} to {last}", "{year} 年的月份，{first} 至 {last}"),
    ("a month YYYY-MM, a year YYYY, or its second half YYYY-H2", "月份 YYYY-MM、全年 YYYY 或下半年 YYYY-H2"),
    ("a month {first} to {last}, the year {year}, or its second half {half}",
     "月份 {first} 至 {last}、全年 {year} 或下半年 {half}"),
    ("a month YYYY-MM", "月份 YYYY-MM"),
    ("a single month YYYY-MM", "单个月份 YYYY-MM"),
    ("a date YYYY-MM-DD", "日期 YYYY-MM-DD"),
    ("local time YYYY-MM-DD HH:MM:SS without zone", "当地时间 YYYY-MM-DD HH:MM:SS，不带时区"),
    ("an id of {tables} on the buy side", "买方应为{tables}中的编号"),
    ("an id of {tables} on the sell side", "卖方应为{tables}中的编号"),
    ("an id of {tables}", "{tables}中的编号"),
    ("any id but GRID and GOVERNMENT", "除 GRID 和 GOVERNMENT 以外的编号"),
    ("ids that are unique over generators, retailers and users together", "发电企业、售电公司、电力用户的编号互不相同"),
    ("an id that is no buyer's with its mode", "不与“购电方/结算方式”相同的编号"),
    ("one row for each {codes}", "每个 {codes} 只有一行"),
    ("{time}, as in the first row of that contract_id and filed_at", "{time}，与同一 contract_id、filed_at 的首行一致"),
    ("a session of kind {codes}", "类型为 {codes} 的场次"),
    ("nothing, or a session of kind intra_month", "不填，或类型为 intra_month 的场次"),
    ("an instant not before opens_at, {time}", "不早于 opens_at（{time}）的时间"),
    ("an instant of {year}", "{year} 年内的时间"),
    ("mid or late", "mid 或 late"),
    ("a class and voltage of {file}", "{file} 中的用电类别和电压等级"),
    ("a row of {file} with an earlier effective_from, or with none", "{file} 中生效月份更早或不填生效月份的一行"),
    ("a full hour, or 15, 30 or 45 minutes past", "整点，或过 15、30、45 分"),
    ("intervals of an hour from the full hour, or of a quarter-hour, a row for each, also without energy",
     "自整点起的小时，或一刻钟；每个时段一行，电量为零也要有"),
    ("or sums by month and period in meter", "或在计量表（meter）中给出各月各时段的合计"),
    ("nearest: {name}, which is missing, in MWh: 1 MWh is 1,000 kWh or 0.1 万千瓦时",
     "可能是 {name}（缺少此列），单位为兆瓦时：1 兆瓦时 = 1000 千瓦时 = 0.1 万千瓦时"),
    ("nearest: {name}, which is missing, in yuan/MWh: 1 yuan/kWh is 1,000 yuan/MWh, 1 fen/kWh is 10 yuan/MWh",
     "可能是 {name}（缺少此列），单位为元/兆瓦时：1 元/千瓦时 = 1000 元/兆瓦时，1 分/千瓦时 = 10 元/兆瓦时"),
    ("nearest: {name}, which is missing", "可能是 {name}（缺少此列）"),
    ("nearest: {name} (or a name that begins with _)", "可能是 {name}（自己的文件或工作表，名称请以 _ 开头）"),
    ("nearest: {name}", "可能是 {name}"),
    ("{name} stands there already", "已有 {name}"),
    ("the columns of {table}: {codes}", "表 {table} 的列：{codes}"),
    ("headings: {codes}", "列名：{codes}"),
    ("commas between: {codes}", "以逗号分隔：{codes}"),
    ("keys: {codes}", "可写的项：{codes}"),
    ("{name} is not it", "{name} 不是此项"),
    ("one heading", "一个列名"),
    ("one of them", "只给其中之一"),
    ("once", "一次"),
    ("a heading for each column", "每列一个列名"),
    ("a row of headings, then data rows", "一行列名，其后为数据行"),
    ("as many cells as there are headings", "单元格与列名一样多"),
    ("no row without any cell between others", "数据行之间没有空行"),
    ("quotation marks in pairs", "成对的引号"),
    ("quotation marks in pairs around a cell, doubled inside it", "单元格外的引号成对，其中的引号写两次"),
    ("RFC 4180: commas, double quotes", "RFC 4180：逗号分隔，双引号"),
    ("{name}.csv, {gz}, {parquet}, or a sheet {sheet} (or {zh}) of tables.xlsx",
     "{name}.csv、{gz}、{parquet}，或 tables.xlsx 的工作表 {sheet}（或 {zh}）"),
    ("meter ({meter}) or load ({load})", "计量 meter（{meter}）或负荷 load（{load}）"),
    ("a folder with scenario.yaml and tables", "有 scenario.yaml 和各表的文件夹"),
    ("a file that may be read", "可以读取的文件"),
    ("a file with the rows of the table", "含表中各行的文件"),
    ("a Parquet file with the columns of the table", "含表中各列的 Parquet 文件"),
    ("CSV compressed by gzip", "经 gzip 压缩的 CSV"),
    ("a workbook .xlsx", ".xlsx 工作簿"),
    ("an Excel workbook with one sheet per table", "每张表一个工作表的 Excel 工作簿"),
    ("a value", "数值"),
    ("a value: open the workbook in Excel or LibreOffice and save it",
     "数值：用 Excel 或 LibreOffice 打开工作簿并保存"),
    ("UTF-8 (with or without BOM) or GB18030", "UTF-8（有无 BOM 均可）或 GB18030"),
    ("a YAML file with name, year and rules", "含 name、year、rules 的 YAML 文件"),
    ("YAML with the keys {codes}, each once", "YAML，含 {codes}，各一次"),
    ("a shipped rule set's id, or the path of a YAML file in the folder",
     "随附规则集的名称，或文件夹内 YAML 文件的路径"),
    ("{ids}, or the path of a YAML file", "{ids}，或 YAML 文件的路径"),
    ("a path inside the folder", "文件夹内的路径"),
    ("a value of the rule set", "规则集中的一项"),
    ("quote what looks like a number or a date", "像数字或日期的文本请加引号"),
    ("give the cell a number format and write {what}", "请将单元格设为数字格式，写作 {what}"),
    ("a spreadsheet's number of a day? give the cell a date format, or write {what}",
     "是电子表格的日期序号？请将单元格设为日期格式，或写作 {what}"),
    ("a spreadsheet's number of a day? give the cell a text format and write {what}",
     "是电子表格的日期序号？请将单元格设为文本格式，写作 {what}"),
    ("a month as a spreadsheet shows it? give the cell a text format and write {what}",
     "是电子表格显示的月份？请将单元格设为文本格式，写作 {what}"),
    ("a day and no month", "是日期而不是月份"),
    ("write {text}, in a formula {formula}", "写作 {text}，公式用 {formula}"),
    ("write {text} if that month is meant", "如指该月，写作 {text}"),
    ("write all its digits, as text", "以文本写出全部数字"),
    ("write {text}", "写作 {text}"),
)  # fmt: skip

_WARNINGS = (
    ("{file}: no row at all in {months}; nothing is metered then", "{file}：{months} 没有任何行，按没有用电计"),
    ("{file}: {rows} missing rows (user, month, period), of {users} users, taken as zero; the first: {first}",
     "{file}：缺少 {rows} 行（用户、月份、时段），涉及 {users} 个用户，按零计；首个：{first}"),
    ("{file}: {rows} missing rows (user, month, period), of 1 user, taken as zero; the first: {first}",
     "{file}：缺少 {rows} 行（用户、月份、时段），涉及 1 个用户，按零计；首个：{first}"),
    ("{file}: 1 missing row (user, month, period), of 1 user, taken as zero; the first: {first}",
     "{file}：缺少 1 行（用户、月份、时段），按零计：{first}"),
    ("{file}: missing intervals, taken as zero: {count}, in months of users: {months}; the first: {first}",
     "{file}：缺少 {count} 个时段，按零计，涉及 {months} 个用户月；首个：{first}"),
    ("{file}: {count} classes and voltages have no user; the first: {first}",
     "{file}：{count} 个用电类别和电压等级没有用户；首个：{first}"),
    ("{file}: 1 class and voltage has no user; the first: {first}", "{file}：1 个用电类别和电压等级没有用户：{first}"),
    ("{file}: tariffs effective from {months} come after {year} and are not used",
     "{file}：{months} 生效的电价在 {year} 年之后，未使用"),
    ("{file}: {rows} have funds above a catalogue price, which contains them; the first: {first}",
     "{file}：{rows} 的基金及附加高于目录电价（目录电价已含基金）；首个：{first}"),
    ("{file}: {rows} has funds above a catalogue price, which contains them; the first: {first}",
     "{file}：{rows} 的基金及附加高于目录电价（目录电价已含基金）：{first}"),
    ("{file}: {rows} are not of a year before {year}; the first: {first}",
     "{file}：{rows} 不是 {year} 年以前的；首个：{first}"),
    ("{file}: {rows} is not of a year before {year}; the first: {first}",
     "{file}：{rows} 不是 {year} 年以前的：{first}"),
    ("{file}: {rows} are confirmed before being filed; the first: {first}",
     "{file}：{rows} 的确认时间早于申报时间；首个：{first}"),
    ("{file}: {rows} is confirmed before being filed; the first: {first}",
     "{file}：{rows} 的确认时间早于申报时间：{first}"),
    ("rule set {id} was made for {first} to {last}; {year} is settled by it all the same",
     "规则集 {id} 适用于 {first} 至 {last}；{year} 年仍按其结算"),
    ("{file} is no table of a scenario and was not read", "{file} 不是场景的表，未读取"),
    ("{file}: the sheet is hidden, and was read all the same", "{file}：隐藏的工作表，仍已读取"),
)  # fmt: skip


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(english), chinese) for english, chinese in (*_MESSAGES, *_ALLOWED, *_WARNINGS))


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"\{([a-z]+)\}", english)
    blanks = {"codes": _COLUMNS, "why": ".*"}
    return re.compile(
        "".join(
            re.escape(part) if place % 2 == 0 else f"(?P<{part}>{blanks.get(part, '.+?')})"
            for place, part in enumerate(parts)
        ),
        re.DOTALL,
    )


def in_chinese(sentence: str) -> str | None:
    """A message or a warning in Chinese; None if no list has it.

    Examples
    --------
    >>> in_chinese("duplicate id: row 3 has the same")
    '编号重复：与第 3 行相同'
    """
    for pattern, chinese in _compiled():
        match = pattern.fullmatch(sentence)
        if match:
            blanks = match.groupdict()
            for name in ("what", "months"):
                if name in blanks:
                    blanks[name] = in_chinese(blanks[name]) or blanks[name]
            if "tables" in blanks:
                blanks["tables"] = "、".join(map(_table, blanks["tables"].split(" or ")))
            return chinese.format(**{name: _in_our_words(text) for name, text in blanks.items()})
    return None


def parts_in_chinese(allowed: str) -> tuple[str, tuple[str, ...]]:
    """What is allowed, in Chinese, and those of its parts that no list has.

    Names of columns and values, which are the same in both languages, are in no list and need none.
    """
    shown, left = [], []
    for part in allowed.split("; ") if allowed else ():
        chinese = in_chinese(part)
        if chinese is None and not _is_list_of_values(part):
            left.append(part)
        shown.append(chinese or part)
    return "；".join(shown), tuple(left)


def _in_our_words(blank: str) -> str:
    """A figure with its unit, or a place, as it stands in Chinese."""
    for english, chinese in _WORDS:
        blank = english.sub(chinese, blank)
    return blank


def _table(name: str) -> str:
    return f"{INPUT_TABLES[name].zh}（{name}）" if name in INPUT_TABLES else name


def _is_list_of_values(part: str) -> bool:
    values = {*names_zh.VALUES, "true", "false"}
    return set(part.split(", ")) <= values
