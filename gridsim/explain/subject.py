"""What an explanation is about."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Subject"]


class Subject(NamedTuple):
    """What is to be explained: a unit and its products, a generator, or a user's bill, in the market or outside it."""

    name: str
    month: str
    products: tuple[str, ...]
    is_seller: bool = False
    is_sale: bool = False
    """Of a generator: what accounts buy of it, where sellers do not settle."""
    is_bill: bool = False
    is_corrected: bool = False
    """Of a unit without a position: corrections of earlier months are all that there is."""
    unit: str = ""
    """Of a user with a retail contract: its settlement unit."""

    @property
    def is_user(self) -> bool:
        """Whether this is a user outside the market."""
        others = self.is_seller or self.is_sale or self.is_bill or self.is_corrected
        return not (self.products or others or self.unit)
