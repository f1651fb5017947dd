"""What is said of a single cell or value."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE = {
    "nearest: {name}": "可能是 {name}",
    "not a number": "不是数字",
    "empty cell": "空单元格",
    "not a finite number": "不是有限的数",
    "more than {decimals} decimals": "小数超过 {decimals} 位",
    "too large": "过大",
    "text": "文本",
    "a whole number": "整数",
    "a number of {unit}, 0 or above, at most {decimals} decimals": "数字（{unit}），不小于 0，最多 {decimals} 位小数",
    "a month of {year}, {first} to {last}": "{year} 年的月份，{first} 至 {last}",
    "a month {first} to {last}, the year {year}, or its second half {half}": (
        "月份 {first} 至 {last}、全年 {year} 或下半年 {half}"
    ),
    "a date YYYY-MM-DD": "日期 YYYY-MM-DD",
    "local time YYYY-MM-DD HH:MM:SS without zone": "当地时间 YYYY-MM-DD HH:MM:SS，不带时区",
    "an id of {tables}": "{tables}中的编号",
    "may be empty": "可不填",
    "a number of {unit}, above 0, at most {decimals} decimals": "数字（{unit}），大于 0，最多 {decimals} 位小数",
    "a month YYYY-MM": "月份 YYYY-MM",
    "a month YYYY-MM, a year YYYY, or its second half YYYY-H2": "月份 YYYY-MM、全年 YYYY 或下半年 YYYY-H2",
    "hourly intervals that begin between the full hours": "每小时一个值，但起始时间不在整点",
    "an hour among quarter-hours of one day, or a quarter-hour whose three others are missing": (
        "同一天里刻钟之间夹有一小时的值，或缺少该小时的另外三刻"
    ),
    "all intervals of a user's day of one length, a row for each, also without energy": (
        "用户一天内的时段长度一致；每个时段一行，电量为零也要有"
    ),
    "one interval a day, or fewer": "每日至多一个值",
    "intervals of {minutes} minutes": "每 {minutes} 分钟一个值",
    "intervals of {hours} hours": "每 {hours} 小时一个值",
    "an interval outside the year": "不在本年的时段",
    "an instant of {year}": "{year} 年内的时间",
    "an interval that begins at no quarter-hour": "起始时间不在整刻",
    "a full hour, or 15, 30 or 45 minutes past": "整点，或过 15、30、45 分",
    "intervals of an hour from the full hour, or of a quarter-hour, a row for each, also without energy": (
        "自整点起的小时，或一刻钟；每个时段一行，电量为零也要有"
    ),
    "or sums by month and period in meter": "或在计量表（meter）中给出各月各时段的合计",
    "intervals of another length than an hour or a quarter-hour": "时段不是一小时，也不是一刻钟",
    "write {text}, in a formula {formula}": "写作 {text}，公式用 {formula}",
    "negative": "负数",
    "not a whole number": "不是整数",
    "at most {number}": "至多 {number}",
    "zero": "为零",
    "a thousands separator": "有千位分隔符",
    "write {text}": "写作 {text}",
    "full-width digits": "全角数字",
    "a percentage": "百分数",
    "a plain number is meant": "请写普通数字",
    "not a delivery": "不是交割期",
    "not a month": "不是月份",
    "a spreadsheet's number of a day? give the cell a text format and write {what}": (
        "是电子表格的日期序号？请将单元格设为文本格式，写作 {what}"
    ),
    "a month as a spreadsheet shows it? give the cell a text format and write {what}": (
        "是电子表格显示的月份？请将单元格设为文本格式，写作 {what}"
    ),
    "a number that a spreadsheet has shortened": "被电子表格改成科学计数法的编号",
    "nothing but spaces": "只有空格",
    "an invisible character in it": "含不可见字符",
    "a space at its beginning or end": "首尾有空格",
    "write all its digits, as text": "以文本写出全部数字",
    "neither true nor false": "既不是 true 也不是 false",
    "full-width characters": "全角字符",
    "delivery outside the year": "不在本年的交割期",
    "month outside the year": "不在本年的月份",
    "a day and no month": "是日期而不是月份",
    "write {text} if that month is meant": "如指该月，写作 {text}",
    "unknown value": "无法识别的值",
    "not an ISO 8601 time": "不是 ISO 8601 时间",
    "finer than a microsecond": "精度小于一微秒",
    "a time with a zone": "带时区的时间",
    "no such day or hour": "没有这一天或这一时刻",
    "a spreadsheet's number of a day? give the cell a date format, or write {what}": (
        "是电子表格的日期序号？请将单元格设为日期格式，或写作 {what}"
    ),
    "{user}, {month}, {count:,} missing": "{user}、{month}，缺 {count:,} 个",
    "write local time": "写作当地时间",
}
