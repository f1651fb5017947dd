"""Faults as text for people."""

from __future__ import annotations

from pathlib import Path

import gridsim
from gridsim.io.report_faults import fault_report
from tests.io.building import FILES, write_files
from tests.shared import faults_of


def test_report_names_each_file_once(tmp_path: Path) -> None:
    generators = FILES["generators.csv"].replace("G1,", "G1 ,")
    broken = {"generators.csv": generators, "retailers.csv": "retailer_id\nR1\nR1\n"}
    faults = faults_of(gridsim.load, write_files(tmp_path, broken))
    assert fault_report(faults, "small") == (
        "small: 2 faults\n"
        "\n"
        "generators.csv\n"
        "  row 1, generator_id: a space at its beginning or end (value: 'G1 ')\n"
        "      allowed: text; write G1\n"
        "\n"
        "retailers.csv\n"
        "  row 2, retailer_id: duplicate id: row 1 has the same (value: R1)\n"
        "      allowed: one row for each retailer_id"
    )
