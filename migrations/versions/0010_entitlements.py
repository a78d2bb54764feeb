"""The register of entitlements, and what it said at each intake."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.append_only import guard

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def codes(name: str, *values: str) -> sa.Enum:
    """A closed set of codes: text with a CHECK."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Make both tables."""
    _make_entitlements()
    op.create_table(
        "warranty_lookups",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("entitlement_id", BIG, nullable=True),
        sa.Column("status", codes("warrantystatus", "in_warranty", "out_of_warranty", "unknown"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_warranty_lookups_order_id")),
        sa.ForeignKeyConstraint(
            ["entitlement_id"], ["entitlements.id"], name=op.f("fk_warranty_lookups_entitlement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warranty_lookups")),
    )
    op.create_index("ix_warranty_lookups_order_id_id", "warranty_lookups", ["order_id", "id"])
    guard(op.get_bind(), "warranty_lookups", ())


def _make_entitlements() -> None:
    kinds = codes("entitlementkind", "manufacturer_warranty", "extended_warranty", "service_contract")
    op.create_table(
        "entitlements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("make", sa.String(length=200), nullable=False),
        sa.Column("make_folded", sa.String(length=400), nullable=False),
        sa.Column("scope", codes("entitlementscope", "serial", "range", "model", "make"), nullable=False),
        sa.Column("serial_from", sa.String(length=200), nullable=True),
        sa.Column("serial_to", sa.String(length=200), nullable=True),
        sa.Column("model", sa.String(length=200), nullable=True),
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("parts", sa.Boolean(), nullable=False),
        sa.Column("labour", sa.Boolean(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_entitlements_it_begins_before_it_ends")),
        sa.CheckConstraint("parts OR labour", name=op.f("ck_entitlements_it_covers_something")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlements")),
    )
    in_use = sa.text("retired_at IS NULL")
    op.create_index(
        "uq_entitlements_one_in_use_of_its_kind",
        "entitlements",
        ["lookup", "kind", "reference", "valid_from", "valid_until"],
        unique=True,
        sqlite_where=in_use,
        postgresql_where=in_use,
    )
    for column in ("make_folded", "serial_from", "reference"):
        op.create_index(f"ix_entitlements_{column}_id", "entitlements", [column, "id"])


def downgrade() -> None:
    """Take both away again."""
    op.drop_table("warranty_lookups")
    op.drop_table("entitlements")
