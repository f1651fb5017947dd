"""Compliance with N1, N3, N4, N7 and N8: reported, never enforced (rulebook part 7)."""

from gridsim.compliance.report import compliance_table

__all__ = ["compliance_table"]
