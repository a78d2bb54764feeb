"""Every way in which the depot refuses.

One class per refusal. Its docstring is the default message and says what to do next; the raise site adds facts as
keyword arguments. No status and no HTTP here: ``routes/problems.py`` maps each class once. Refusing means raising:
the unit of work then rolls back and nothing is lost or half done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class Refusal(Exception):
    """The request was refused."""

    def __init__(self, message: str | None = None, **facts: Any) -> None:
        self.message = message or " ".join((type(self).__doc__ or "").split())
        self.facts = facts
        super().__init__(self.message)


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: a JSON pointer into the body (``/device/serial_number``) and a sentence."""

    pointer: str
    detail: str


class Invalid(Refusal):
    """Some fields do not validate; `errors` names each of them. Correct them and send the request again."""

    def __init__(self, errors: Sequence[FieldError], message: str | None = None, **facts: Any) -> None:
        super().__init__(message, errors=[vars(error) for error in errors], **facts)


def invalid(pointer: str, detail: str) -> Invalid:
    """The refusal of a single field."""
    return Invalid([FieldError(pointer, detail)])


class Unauthenticated(Refusal):
    """No valid token was sent. Send `Authorization: Bearer TOKEN`; `depot token NAME --role ROLE` makes one."""


class Forbidden(Refusal):
    """Your role may not do this; `roles` lists the roles that may."""


class NotYourDepot(Refusal):
    """Your token does not cover this depot; ask for one that does."""


class NotFound(Refusal):
    """There is no such thing, or it belongs to a depot that your token does not cover."""


class UnknownCode(NotFound):
    """Nothing in your depots bears this code; scan it again, or choose one of `look_alikes` if you misread it."""


class SeveralMeanings(Refusal):
    """This code means several things; let a person choose one of `choices`."""


class Conflict(Refusal):
    """This clashes with what is on record; read the record again and decide anew."""


class AlreadyExists(Conflict):
    """Something with this key exists already."""


class OpenOrder(Conflict):
    """This device has an open repair order already; go on with that one (`open_order`)."""


class SameSerial(Conflict):
    """This serial number is on record under another make or model; choose one of `candidates` by `device.id`, or send
    `device.confirmed_new: true`.
    """


class IllegalStep(Conflict):
    """This step is not legal now; `allowed_actions` lists what is, and what each still lacks."""


class StepLacks(IllegalStep):
    """The step is legal here but something is missing; `missing` lists it."""


class Ended(Conflict):
    """The order has ended; nothing but a correction may be added."""


class NotEnough(Conflict):
    """There is not enough of this part; `available` says how much there is. Nothing was booked."""


class PriceUnset(Conflict):
    """A chargeable line has no price: set the part's sale price or the depot's labour rate, or cover the line.

    Unset is not zero.
    """


class QuoteOutdated(Conflict):
    """This quote has expired or a newer version exists; decide on the current one (`quote`)."""


class NotLendable(Conflict):
    """This loaner unit cannot be lent now; `state` says why."""


class NoDocumentYet(Conflict):
    """This document has not been issued yet; `from_state` says from when on it exists."""


class NoLabel(Conflict):
    """Nothing of this order is here to bear a label; if the device comes after all, receive it anew."""


class Unprintable(Conflict):
    """This does not fit on the label; take a larger stock."""


class PrinterAway(Refusal):
    """The printer cannot be reached; check that it is switched on, on the network, and at the address on record."""


class PrinterSilent(Refusal):
    """The printer took no more data in time; check paper, ribbon and cover. Some labels may have come out already."""


class TooLarge(Refusal):
    """This is too large; `most_bytes` says how much is taken. Send a smaller one."""


class WrongFileType(Refusal):
    """This is neither a JPEG or PNG picture nor a PDF, as its content says; send one of these."""


class Stale(Refusal):
    """The record has changed since you read it (If-Match); read it again and decide anew."""


class KeyReused(Refusal):
    """This Idempotency-Key was used with another request; a new request needs a new key."""


class StillRunning(Refusal):
    """The first request with this Idempotency-Key is still running; ask again in a moment."""


class Busy(Refusal):
    """The database is busy; nothing was changed. Try again in a moment."""


class DatabaseAway(Refusal):
    """The database cannot be reached; nothing was changed. Try again in a moment."""


class DiskFull(Refusal):
    """The disk is full; nothing was changed, reading still works. Free some room and try again."""


class NoPasscode(NotFound):
    """There is no passcode on record for this order, or it has been erased."""


class OnlyTheAssigned(Refusal):
    """Only the technician to whom the order is assigned may see the passcode; `assigned_to` names them."""


class SecretUnreadable(Conflict):
    """The passcode was stored under another secret; start the service with the secret it was stored under."""


class Retry(Exception):
    """Two units of work met; the unit of work rolls back and runs again, a bounded number of times. Never leaves it."""
