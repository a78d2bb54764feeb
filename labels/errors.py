"""What the printing room refuses: each error says what is wrong and what to do next."""

from __future__ import annotations


class DoesNotFit(ValueError):
    """A text or the bars are too large for the label: ``what`` did not fit, ``advice`` says what to do next.

    ``stocks`` are those that would do, where somebody looked.
    """

    def __init__(self, what: str, advice: str, stocks: tuple[str, ...] = ()) -> None:
        super().__init__(f"{what} does not fit on this label. {advice}")
        self.what = what
        self.advice = advice
        self.stocks = stocks


class UnknownStock(ValueError):
    """There is no such label stock or printer resolution."""


class NotEncodable(ValueError):
    """The text cannot stand in a Code 128 symbol."""
