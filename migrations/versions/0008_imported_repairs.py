"""Repairs that others did: where an order comes from, and room for what nobody stated."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UNSTATED: dict[str, dict[str, Any]] = {
    "product_models": {"make": sa.String(length=200), "model": sa.String(length=200)},
    "diagnoses": {"finding": sa.Text(), "solution": sa.Text()},
    "works": {"work_done": sa.Text()},
    "summaries": {"advice": sa.Text()},
    "hand_overs": {
        "voucher_returned": sa.Boolean(),
        "identity_checked": sa.Boolean(),
        "signed_by": sa.String(length=200),
        "signature_origin": sa.String(length=40),
    },
}
"""What may be unknown from now on."""
SOURCE = sa.Enum("depot", "import", name="ordersource", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Add the source of orders; let the facts that a row of others' records cannot hold be null."""
    with op.batch_alter_table("repair_orders") as table:
        table.add_column(sa.Column("source", SOURCE, nullable=False, server_default="depot"))
    for name, columns in UNSTATED.items():
        with op.batch_alter_table(name) as table:
            for column, kind in columns.items():
                table.alter_column(column, existing_type=kind, nullable=True)


def downgrade() -> None:
    """Take both back: what nobody stated becomes an empty text or no, since there is no room for unknown."""
    for name, columns in UNSTATED.items():
        for column, kind in columns.items():
            op.execute(sa.text(f"UPDATE {name} SET {column} = {_stand_in(column, kind)} WHERE {column} IS NULL"))  # noqa: S608
        with op.batch_alter_table(name) as table:
            for column, kind in columns.items():
                table.alter_column(column, existing_type=kind, nullable=False)
    with op.batch_alter_table("repair_orders") as table:
        table.drop_constraint(op.f("ck_repair_orders_ordersource"), type_="check")
        table.drop_column("source")


def _stand_in(column: str, kind: Any) -> str:
    if isinstance(kind, sa.Boolean):
        return "true" if column == "voucher_returned" else "false"
    return "'customer_at_counter'" if column == "signature_origin" else "''"
