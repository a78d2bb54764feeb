"""``depot verify``, references: whatever a row names is there, and no device is in two hands.

The database refuses both while its constraints stand; somebody who went past them is found here.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ForeignKey, Table, func, select
from sqlalchemy.orm import Session

from models import ENDED, Base, RepairOrder


def reference_faults(session: Session) -> Iterator[str]:
    """A sentence for each row that names a row which is not there, and for each device with several open orders."""
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            yield from _dangling(session, table, key)
    yield from _open_twice(session)


def _dangling(session: Session, table: Table, key: ForeignKey) -> Iterator[str]:
    target = key.column.table.alias("target")
    there = select(target.c.id).where(target.c.id == key.parent).exists()
    lost = select(table.c.id, key.parent.label("names")).where(key.parent.is_not(None), ~there).order_by(table.c.id)
    for row in session.execute(lost.execution_options(yield_per=1000)):
        yield f"{table.name} {row.id}: names {key.column.table.name} {row.names} in {key.parent.name}, which is gone"


def _open_twice(session: Session) -> Iterator[str]:
    still_open = select(RepairOrder.device_id, func.count().label("orders")).where(RepairOrder.state.not_in(ENDED))
    twice = still_open.group_by(RepairOrder.device_id).having(func.count() > 1).order_by(RepairOrder.device_id)
    for row in session.execute(twice.execution_options(yield_per=1000)):
        yield f"device {row.device_id}: has {row.orders} open repair orders"
