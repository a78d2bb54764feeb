"""What stands on labels: one frozen dataclass per kind, made of plain values only, as ``values.py`` has it for paper.

A label is drawn from what is on record now; nothing of it is frozen.
"""

from __future__ import annotations

from dataclasses import dataclass

from labels.values import Words


@dataclass(frozen=True)
class DeviceLabel:
    """The sticker on the device; flags are of ``warranty``, ``repeat``, ``data``, ``loaner``.

    ``fault``, in the customer's words, and a QR code of ``page`` stand only where there is room for them: on the box.
    """

    number: str
    serial_number: str | None
    make: str | None
    model: str | None
    received_on: str | None
    promised_on: str | None
    depot: str
    flags: tuple[str, ...]
    fault: str | None = None
    page: str | None = None


@dataclass(frozen=True)
class BoxLabel:
    """What goes on the box in which an announced device is sent to this depot; nothing of the customer's own."""

    number: str
    depot: Words
    address: Words
    phones: tuple[str, ...]
    make: str | None
    model: str | None
    serial_number: str | None
    valid_until: str | None


@dataclass(frozen=True)
class Gs1Key:
    """A GS1 key as an element string: its application identifier (8003 GRAI, 8004 GIAI), and the key."""

    identifier: str
    key: str


@dataclass(frozen=True)
class ItemLabel:
    """What is stuck on a shelf, a bag or a loaner unit; ``kind``: ``part``, ``location``, ``loaner_unit``.

    ``code`` stands in the bars, unless there is a ``gs1`` key to stand there.
    """

    kind: str
    code: str
    name: str | None
    serial_number: str | None
    depot: str | None
    gs1: Gs1Key | None = None
