"""Announcements have a last day, by the depot's policy; there is none for those on record, and none at first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the policy and the day."""
    op.add_column("depots", sa.Column("announcement_valid_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    op.add_column("repair_orders", sa.Column("announced_until", sa.Date()))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("repair_orders", "announced_until")
    op.drop_column("depots", "announcement_valid_days")
