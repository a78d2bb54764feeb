"""The depot's GS1 company prefix, and label printers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("depots", sa.Column("gs1_company_prefix", sa.String(12)))
    op.create_table(
        "printers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("depot_id", BIG, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("port", BIG, nullable=False),
        sa.Column("stock", sa.String(20), nullable=False),
        sa.Column("dpi", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("port BETWEEN 1 AND 65535", name=op.f("ck_printers_port_is_one")),
        sa.ForeignKeyConstraint(["depot_id"], ["depots.id"], name=op.f("fk_printers_depot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printers")),
        sa.UniqueConstraint("code", name=op.f("uq_printers_code")),
    )
    op.create_index(op.f("ix_printers_depot_id"), "printers", ["depot_id"])


def downgrade() -> None:
    """Take them back."""
    op.drop_table("printers")
    op.drop_column("depots", "gs1_company_prefix")
