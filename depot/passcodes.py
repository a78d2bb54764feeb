"""A customer's passcode: sealed as soon as it comes in, shown to the assigned technician alone, every look on record.

Sealed with Fernet (AES-128-CBC with HMAC-SHA-256) under a key that HKDF derives from the service's secret.
"""

from __future__ import annotations

import base64
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.errors import NoPasscode, OnlyTheAssigned, SecretUnreadable
from depot.events import append
from depot.orders import find_order
from models import RepairOrder


def _box(secret: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"depot passcode").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def seal(secret: str, passcode: str) -> bytes:
    """The passcode, readable with the secret alone."""
    return _box(secret).encrypt(passcode.encode())


def unseal(secret: str, sealed: bytes) -> str:
    """The passcode again; under another secret raises SecretUnreadable."""
    try:
        return _box(secret).decrypt(sealed).decode()
    except InvalidToken as error:
        raise SecretUnreadable from error


def look_at(session: Session, number: str, secret: str, reason: str, by: Actor, now: datetime) -> str:
    """Show the passcode to the assigned technician and record the look.

    Raises OnlyTheAssigned, NoPasscode, SecretUnreadable.
    """
    order = find_order(session, number, by, lock=True)
    if order.assigned_to_id != by.person_id:
        raise OnlyTheAssigned(assigned_to=order.assigned_to.name if order.assigned_to else None)
    if order.passcode is None:
        raise NoPasscode
    passcode = unseal(secret, order.passcode)
    append(session, order, "passcode-view", by, now, private={"reason": reason})
    return passcode


def count_unreadable(session: Session, secret: str) -> int:
    """How many passcodes on record were sealed with another secret."""
    kept = session.scalars(select(RepairOrder.passcode).where(RepairOrder.passcode.is_not(None)))
    return sum(not _opens(secret, sealed) for sealed in kept if sealed)


def _opens(secret: str, sealed: bytes) -> bool:
    try:
        unseal(secret, sealed)
    except SecretUnreadable:
        return False
    return True


def erase(order: RepairOrder) -> None:
    """Forget the passcode, as every end of an order does."""
    order.passcode = None
