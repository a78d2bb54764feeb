"""Receiving sessions: what should be on a pallet, and every scan of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VERDICT = sa.Enum(
    "expected", "unexpected", "double", "already_open", "look_alike",
    name="scanverdict", native_enum=False, create_constraint=True, length=40,
)  # fmt: skip


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "receiving_sessions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("depot_id", BIG, nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("has_list", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", BIG, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["persons.id"], name=op.f("fk_receiving_sessions_closed_by_id")),
        sa.ForeignKeyConstraint(["depot_id"], ["depots.id"], name=op.f("fk_receiving_sessions_depot_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["persons.id"], name=op.f("fk_receiving_sessions_opened_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receiving_sessions")),
    )
    op.create_index(op.f("ix_receiving_sessions_depot_id"), "receiving_sessions", ["depot_id"])
    op.create_table(
        "expected_devices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("look_alike", sa.String(length=400), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_expected_devices_order_id")),
        sa.ForeignKeyConstraint(["session_id"], ["receiving_sessions.id"], name=op.f("fk_expected_devices_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_devices")),
        sa.UniqueConstraint("session_id", "code", name="each_is_expected_once"),
    )
    op.create_index(
        "ix_expected_devices_session_id_look_alike", "expected_devices", ["session_id", "look_alike"], unique=False
    )
    op.create_index(
        "ix_expected_devices_session_id_order_id", "expected_devices", ["session_id", "order_id"], unique=False
    )
    op.create_table(
        "receiving_scans",
        sa.Column("id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("thing", sa.String(length=400), nullable=False),
        sa.Column("verdict", VERDICT, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("expected_id", BIG, nullable=True),
        sa.Column("device_id", BIG, nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("first_scan_id", BIG, nullable=True),
        sa.Column("completed_order_id", BIG, nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_receiving_scans_by_id")),
        sa.ForeignKeyConstraint(
            ["completed_order_id"], ["repair_orders.id"], name=op.f("fk_receiving_scans_completed_order_id")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_receiving_scans_device_id")),
        sa.ForeignKeyConstraint(["expected_id"], ["expected_devices.id"], name=op.f("fk_receiving_scans_expected_id")),
        sa.ForeignKeyConstraint(
            ["first_scan_id"], ["receiving_scans.id"], name=op.f("fk_receiving_scans_first_scan_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_receiving_scans_order_id")),
        sa.ForeignKeyConstraint(["session_id"], ["receiving_sessions.id"], name=op.f("fk_receiving_scans_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receiving_scans")),
        sa.UniqueConstraint("session_id", "seq", name="one_scan_per_place"),
    )
    op.create_index("ix_receiving_scans_session_id_thing", "receiving_scans", ["session_id", "thing"])
    op.create_index("ix_receiving_scans_session_id_code", "receiving_scans", ["session_id", "code"])


def downgrade() -> None:
    """Drop the tables."""
    for name in ("receiving_scans", "expected_devices", "receiving_sessions"):
        op.drop_table(name)
