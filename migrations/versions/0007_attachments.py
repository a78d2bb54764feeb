"""Attachments of repair orders, and the policy that asks for photos."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.append_only import guard

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MAY_CHANGE = ("note", "retired_at", "retired_by_id", "retired_reason")


def codes(name: str, *values: str) -> sa.Enum:
    """A closed set of codes: text with a CHECK."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Make the table, and let every depot that there is go on without photos."""
    op.create_table(
        "attachments",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column(
            "kind",
            codes("attachmentkind", "device", "serial_number", "proof_of_purchase", "other"),
            nullable=False,
        ),
        sa.Column("media_type", codes("mediatype", "image/jpeg", "image/png", "application/pdf"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_by_id", BIG, nullable=True),
        sa.Column("retired_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_a_file_is_not_empty")),
        sa.CheckConstraint(
            "(retired_at IS NULL) = (retired_by_id IS NULL)", name=op.f("ck_attachments_struck_out_by_somebody")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_attachments_order_id")),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_attachments_by_id")),
        sa.ForeignKeyConstraint(["retired_by_id"], ["persons.id"], name=op.f("fk_attachments_retired_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    in_use = sa.text("retired_at IS NULL")
    op.create_index(
        "uq_attachments_one_in_use_per_content",
        "attachments",
        ["order_id", "sha256"],
        unique=True,
        sqlite_where=in_use,
        postgresql_where=in_use,
    )
    op.create_index("ix_attachments_order_id_id", "attachments", ["order_id", "id"])
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"])
    guard(op.get_bind(), "attachments", MAY_CHANGE)
    with op.batch_alter_table("depots") as table:
        table.add_column(sa.Column("photos", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("depots") as table:
        table.alter_column("photos", server_default=None)


def downgrade() -> None:
    """Take both away again; the files stay in the data folder."""
    with op.batch_alter_table("depots") as table:
        table.drop_column("photos")
    op.drop_table("attachments")
