"""What a workbook to fill in says of each column in Chinese; in English `gridsim.columns` has the words."""

from __future__ import annotations

from gridsim import names_zh
from gridsim.sentences import Lang

__all__ = ["MEANING_ZH", "NOTE_ENDS", "SHEET_NOTES", "VALUES_ZH", "Lang"]

MEANING_ZH: dict[str, dict[str, str]] = {
    "generators": {
        "generator_id": "发电企业的编号，不得重复",
        "name": "名称",
        "technology": "机组类型，仅供说明",
        "heat_priority": "优先发电计划中的供热机组，报价相同时优先成交（N3）",
    },
    "retailers": {
        "retailer_id": "售电公司的编号，不得重复",
        "name": "名称",
    },
    "users": {
        "user_id": "用户的编号，不得重复",
        "name": "名称",
        "tariff_class": "用电类别，与“电价表”一致",
        "voltage": "电压等级，与“电价表”一致",
        "peak_valley_tariff": "是否执行峰谷分时电价",
        "mode": "交易模式，全年不变（N4）",
        "retailer_id": "代理的售电公司；不填为直接购电",
        "exit_month": "自该月起退出市场（N6）；未退出不填",
        "priority_purchase": "是否为优先购电用户（N6）",
    },
    "history": {
        "user_id": "用户",
        "year": "年份（自然年）",
        "energy_mwh": "该年用电量",
    },
    "tariffs": {
        "tariff_class": "用电类别",
        "voltage": "电压等级",
        "catalogue_peak": "峰段目录电价",
        "catalogue_flat": "平段目录电价",
        "catalogue_valley": "谷段目录电价",
        "transmission": "输配电价",
        "funds": "政府性基金及附加",
        "effective_from": "自该月起执行；不填为一直执行",
        "source": "数据来源，仅供说明",
    },
    "sessions": {
        "session": "交易场次的编号，不得重复",
        "kind": "交易类型（N2）",
        "announced_on": "公告日期",
        "opens_at": "申报开始时间",
        "closes_at": "申报截止时间；只填日期为当日 23:59:59",
    },
    "bilateral": {
        "session": "交易场次；有“交易场次”表时须在其中",
        "contract_id": "合同编号；编号与申报时间相同的各行为一次申报",
        "generator_id": "卖方发电企业",
        "buyer_id": "购电方：售电公司，或直接购电的用户",
        "product": "交易品种：常规电量为 total，分时段为 peak、flat、valley",
        "month": "交割期；填全年或下半年的，电量按规则分解到月",
        "energy_mwh": "合同电量；0 为取消合同",
        "price_yuan_per_mwh": "合同电价",
        "filed_at": "发电企业申报的时间",
        "confirmed_at": "购电方确认的时间；不填为未确认",
    },
    "orders": {
        "session": "交易场次；有“交易场次”表时须在其中",
        "participant_id": "申报的市场主体：发电企业、售电公司，或直接购电的用户",
        "side": "买卖方向",
        "product": "交易品种：常规电量为 total，分时段为 peak、flat、valley",
        "month": "交割期；填全年或下半年的，成交电量按规则分解到月",
        "segment": "旬段，仅月内交易填写",
        "price_yuan_per_mwh": "申报电价",
        "energy_mwh": "申报电量",
        "submitted_at": "申报时间；同一主体以最后一次申报为准",
    },
    "meter": {
        "user_id": "用户",
        "month": "月份",
        "period": "时段",
        "energy_mwh": "实际用电量",
    },
    "load": {
        "user_id": "用户",
        "starts_at": "小时或一刻钟的起始时间",
        "energy_mwh": "该时段实际用电量",
    },
}

VALUES_ZH = {
    **names_zh.VALUES,
    "mid": "中旬（11–20日）",
    "late": "下旬（21日起）",
    "true": "是",
    "false": "否",
}

NOTE_ENDS: dict[Lang, dict[str, str]] = {
    "zh": {
        "fill": "填写：",
        "required": "必填",
        "optional": "可不填",
        "default": "不填为 {default}",
        "name": "英文列名：{name}",
        "text": "文本",
        "integer": "整数",
        "energy": "数字，兆瓦时，最多 3 位小数",
        "price": "数字，元/兆瓦时，最多 3 位小数",
        "positive": "大于 0",
        "month": "月份，文本 YYYY-MM，如 {year}-03",
        "delivery": "月份 {year}-01 至 {year}-12，或全年 {year}，或下半年 {year}-H2",
        "date": "日期",
        "time": "日期和时间，当地时间",
        "ref": "“{tables}”中的编号",
        "or": "”或“",
        "wrong": "请选择列表中的值。",
        "wrong_number": "请填写不小于 0 的数字。",
        "unknown": "所填内容不在列表中；如确认无误，可继续。",
    },
    "en": {
        "fill": "Fill in: ",
        "required": "required",
        "optional": "may be empty",
        "default": "empty means {default}",
        "name": "Column: {name}",
        "text": "text",
        "integer": "a whole number",
        "energy": "a number, MWh, at most 3 decimals",
        "price": "a number, yuan/MWh, at most 3 decimals",
        "positive": "above 0",
        "month": "a month, text YYYY-MM, such as {year}-03",
        "delivery": "a month {year}-01 to {year}-12, the year {year}, or its second half {year}-H2",
        "date": "a date",
        "time": "date and time, local",
        "ref": "an id of {tables}",
        "or": " or ",
        "wrong": "Please choose a value of the list.",
        "wrong_number": "Please enter a number, 0 or above.",
        "unknown": "This is not in the list; go on if you are sure.",
    },
}

SHEET_NOTES: dict[Lang, tuple[str, ...]] = {
    "zh": (
        "填写说明",
        "本工作簿与 scenario.yaml 同在一个文件夹，即为一个场景。名称、年份和规则集写在 scenario.yaml 中。",
        "每张工作表为一张表，第一行为列名。将光标移到列名上可看到该列的含义和填写要求。",
        "深色列名为必填列，浅色列名为可不填列。",
        "有下拉列表的单元格请从列表中选择。编号和月份为文本格式，请勿改为数字或日期格式。",
        "请填写数值本身：不要使用千分位、百分数、合并单元格。",
        "公式可以使用，其结果须在小数位数之内，可用 =ROUND(…,3)。",
        "计量数据填写“计量”表；如为逐小时或一刻钟数据，请删除该表，新建名为“负荷”的工作表。",
        "不需要的表（历史电量、交易场次、双边合同、申报）可整张删除。",
        "名称以下划线开头的工作表（如本表）不会被读取。",
        "填好后保存，运行 gridsim check 文件夹：全部错误一次列出，逐一指明工作表和单元格。",
        "表中现有数据均为合成数据，仅作示例，请以实际数据替换。",
    ),
    "en": (
        "How to fill in",
        "This workbook and scenario.yaml in one folder are a scenario: name, year and rule set stand in scenario.yaml.",
        "Each sheet is a table, its first row the headings. Point at a heading to read what its column holds.",
        "Columns with a dark heading are required, those with a light one may stay empty.",
        "Where a cell has a list, choose from it. Ids and months are text: leave their format as it is.",
        "Write plain values: no thousands separators, no percentages, no merged cells.",
        "Formulas may be used if their results have few enough decimals: =ROUND(…,3).",
        "Metered energy goes to the sheet meter; of hourly data, delete it and add a sheet load.",
        "Tables that you do not need (history, sessions, bilateral, orders) may be deleted.",
        "Sheets whose names begin with an underscore, such as this one, are not read.",
        "Save, then run gridsim check FOLDER: every fault is listed at once, each with its sheet and cell.",
        "The data that stands here is synthetic, as an example: replace it.",
    ),
}
