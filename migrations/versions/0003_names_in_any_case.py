"""Parts, bins and units are found by their names in upper and lower case: some scanners send no other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAMES = (
    ("parts", "part_number"),
    ("locations", "code"),
    ("part_units", "serial_number"),
    ("loaner_units", "serial_number"),
)


def upgrade() -> None:
    """Index the names in upper case."""
    for table, column in NAMES:
        op.create_index(f"ix_{table}_upper_{column}", table, [sa.text(f"upper({column})")])


def downgrade() -> None:
    """Drop the indexes."""
    for table, column in NAMES:
        op.drop_index(f"ix_{table}_upper_{column}", table)
