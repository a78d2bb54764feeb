"""Orders are found by their result: those on which no fault was found for the second time, for one."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEX = "ix_repair_orders_result_id"


def upgrade() -> None:
    """Index the result."""
    op.create_index(INDEX, "repair_orders", ["result", "id"])


def downgrade() -> None:
    """Forget the index."""
    op.drop_index(INDEX, "repair_orders")
