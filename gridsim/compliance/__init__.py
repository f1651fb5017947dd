"""Compliance with the rules of trading: reported, never enforced (rulebook part 7)."""

from gridsim.compliance.report import compliance_table

__all__ = ["compliance_table"]
