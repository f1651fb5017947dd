"""Hold each package's branch coverage, and not only the mean of lines and branches, at a floor.

Usage: python .ci/branches.py coverage.json FLOOR PACKAGE...
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

report, floor, packages = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
files = json.loads(report.read_text(encoding="utf-8"))["files"]
failed = False
for package in packages:
    summaries = [entry["summary"] for name, entry in files.items() if Path(name).parts[:2] == ("gridsim", package)]
    branches = sum(summary["num_branches"] for summary in summaries)
    covered = sum(summary["covered_branches"] for summary in summaries)
    if not branches:
        sys.exit(f"no branches of {package} in {report}: was it run at all?")
    percent = 100 * covered / branches
    failed |= percent < floor
    print(f"branch coverage of gridsim/{package}: {covered} of {branches}, {percent:.1f} % (floor {floor:g} %)")
sys.exit(1 if failed else 0)
