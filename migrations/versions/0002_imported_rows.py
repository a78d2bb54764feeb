"""Rows of other systems' files that came in: which they were and what they became."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.append_only import guard

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KIND = sa.Enum("part", "stock", "repair", name="rowkind", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Make the table; its rows are only ever added."""
    op.create_table(
        "imported_rows",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("part_id", BIG, nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(part_id IS NULL) <> (order_id IS NULL)", name=op.f("ck_imported_rows_it_became_one_thing")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_imported_rows_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_imported_rows_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_rows")),
        sa.UniqueConstraint("kind", "origin", "key", name="no_row_is_imported_twice"),
    )
    op.create_index(op.f("ix_imported_rows_order_id"), "imported_rows", ["order_id"], unique=False)
    op.create_index(op.f("ix_imported_rows_part_id"), "imported_rows", ["part_id"], unique=False)
    guard(op.get_bind(), "imported_rows", ())


def downgrade() -> None:
    """Drop the table, and with it the guard."""
    op.drop_table("imported_rows")
