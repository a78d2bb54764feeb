"""Telling the customer: one outbox row per contact, written with the event that causes it.

An e-mail address gets mail; a customer who has only phones gets a call, which is a task for the desk; who left no
contact is told nothing, and nobody is told of what was imported: it is long past. The worker delivers after the commit
and renders the text then.
"""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy.orm import Session

from models import Contact, ContactKind, Customer, Event, OrderSource, OutboxChannel, OutboxRow, RepairOrder


def reachable(customer: Customer) -> list[tuple[Contact, OutboxChannel]]:
    """Whom to tell, and how: every e-mail address in use, else every phone in use."""
    in_use = [contact for contact in customer.contacts if contact.retired_at is None]
    mail = [(contact, OutboxChannel.EMAIL) for contact in in_use if contact.kind is ContactKind.EMAIL]
    return mail or [(contact, OutboxChannel.CALL) for contact in in_use]


def tell(session: Session, order: RepairOrder, event: Event) -> None:
    """Write the rows about one event of an order; its id makes each message the only one."""
    if order.source is OrderSource.IMPORT:
        return
    for contact, channel in reachable(order.customer):
        session.add(
            OutboxRow(
                delivery_id=str(uuid4()),
                kind=event.action,
                order_id=order.id,
                event_id=event.id,
                contact_id=contact.id,
                channel=channel,
                language=order.customer.language,
                created_at=event.at,
            )
        )
