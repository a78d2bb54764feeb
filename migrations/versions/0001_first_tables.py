"""The first tables.

Written out in full, so that it says the same when the models have moved on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.append_only import drop_function, guard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

APPEND_ONLY = {
    "events": ("salt", "private"),
    "movements": ("reason",),
    "payments": ("reason",),
    "charges": ("text",),
    "waivers": ("reason",),
    "overrides": ("reason",),
    "quotes": (),
    "quote_lines": (),
    "quote_decisions": ("decided_by", "phone_number"),
    "documents": ("frozen",),
}


def codes(name: str, *values: str) -> sa.Enum:
    """A closed set of codes: text with a CHECK."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Make the tables, and guard those whose rows are only ever added."""
    op.create_table(
        "codes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", codes("codekind", "symptom", "cause", "action", "attribution"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
        sa.UniqueConstraint("kind", "code", name="one_row_per_code"),
    )
    op.create_table(
        "depots",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("address_zh", sa.Text(), nullable=False),
        sa.Column("address_en", sa.Text(), nullable=False),
        sa.Column("phones", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("complaint_phone", sa.String(length=200), nullable=True),
        sa.Column("uncollected_terms_zh", sa.Text(), nullable=False),
        sa.Column("uncollected_terms_en", sa.Text(), nullable=False),
        sa.Column("charge_terms_zh", sa.Text(), nullable=False),
        sa.Column("charge_terms_en", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tax_rate", sa.BigInteger(), nullable=True),
        sa.Column("labour_rate_minor", BIG, nullable=True),
        sa.Column("repair_warranty_days", BIG, nullable=False),
        sa.Column("short_intake", sa.Boolean(), nullable=False),
        sa.Column("anonymous_walk_in", sa.Boolean(), nullable=False),
        sa.Column("tester_other_than_repairer", sa.Boolean(), nullable=False),
        sa.Column("store_issues", sa.Boolean(), nullable=False),
        sa.Column("repeat_window_days", BIG, nullable=False),
        sa.Column("beyond_economic_share", sa.BigInteger(), nullable=False),
        sa.Column("quote_valid_days", BIG, nullable=False),
        sa.Column("defective_return_days", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("repeat_window_days >= 30", name=op.f("ck_depots_repeat_window_has_a_floor")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_depots_version_starts_at_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_depots")),
        sa.UniqueConstraint("code", name=op.f("uq_depots_code")),
    )
    op.create_table(
        "order_numbers",
        sa.Column("id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_numbers")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "parts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("part_number", sa.String(length=200), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("serialized", sa.Boolean(), nullable=False),
        sa.Column("unit", codes("unit", "piece", "mm", "m", "g", "kg", "ml", "l"), nullable=False),
        sa.Column("sale_price_minor", BIG, nullable=True),
        sa.Column("sale_price_currency", sa.String(length=3), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_seq", BIG, nullable=False),
        sa.Column("event_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("NOT serialized OR unit = 'piece'", name=op.f("ck_parts_serialised_parts_are_pieces")),
        sa.CheckConstraint(
            "sale_price_minor IS NULL OR sale_price_minor >= 0", name=op.f("ck_parts_sale_price_is_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts")),
        sa.UniqueConstraint("part_number", name=op.f("uq_parts_part_number")),
    )
    op.create_table(
        "persons",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", codes("personkind", "person", "machine", "system"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_seq", BIG, nullable=False),
        sa.Column("event_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_index(op.f("ix_persons_name_folded"), "persons", ["name_folded"], unique=False)
    op.create_table(
        "product_models",
        sa.Column("id", BIG, nullable=False),
        sa.Column("make", sa.String(length=200), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("make_folded", sa.String(length=400), nullable=False),
        sa.Column("model_folded", sa.String(length=400), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("replacement_value_minor", BIG, nullable=True),
        sa.Column("replacement_value_currency", sa.String(length=3), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(replacement_value_minor IS NULL) = (replacement_value_currency IS NULL)",
            name=op.f("ck_product_models_a_value_has_its_currency"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_models")),
        sa.UniqueConstraint("make", "model", name="one_row_per_spelling"),
    )
    op.create_index(
        "ix_product_models_make_folded_model_folded", "product_models", ["make_folded", "model_folded"], unique=False
    )
    op.create_table(
        "customers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("home_depot_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("name_folded", sa.String(length=400), nullable=True),
        sa.Column("language", codes("language", "zh", "en"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["home_depot_id"], ["depots.id"], name=op.f("fk_customers_home_depot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_index(op.f("ix_customers_home_depot_id"), "customers", ["home_depot_id"], unique=False)
    op.create_index(op.f("ix_customers_name_folded"), "customers", ["name_folded"], unique=False)
    op.create_table(
        "devices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("home_depot_id", BIG, nullable=False),
        sa.Column("product_model_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("serial_status", codes("serialstatus", "unreadable", "none"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["home_depot_id"], ["depots.id"], name=op.f("fk_devices_home_depot_id")),
        sa.ForeignKeyConstraint(["product_model_id"], ["product_models.id"], name=op.f("fk_devices_product_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
    )
    op.create_index(op.f("ix_devices_home_depot_id"), "devices", ["home_depot_id"], unique=False)
    op.create_index(op.f("ix_devices_product_model_id"), "devices", ["product_model_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject", codes("subject", "repair_order", "loaner_unit", "part", "person"), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("private", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["persons.id"], name=op.f("fk_events_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("subject", "subject_id", "seq", name="one_event_per_place_in_the_chain"),
    )
    op.create_index("ix_events_at", "events", ["at"], unique=False)
    op.create_table(
        "loaner_units",
        sa.Column("id", BIG, nullable=False),
        sa.Column("depot_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("code_folded", sa.String(length=120), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("make", sa.String(length=200), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("serial_number", sa.String(length=200), nullable=False),
        sa.Column("accessories", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("value_minor", BIG, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state", codes("unitstate", "available", "on_loan", "returned", "lost", "sold", "retired"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_seq", BIG, nullable=False),
        sa.Column("event_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["depot_id"], ["depots.id"], name=op.f("fk_loaner_units_depot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loaner_units")),
        sa.UniqueConstraint("code_folded", name=op.f("uq_loaner_units_code_folded")),
        sa.UniqueConstraint("make", "model", "serial_number", name="one_row_per_unit"),
    )
    op.create_index(op.f("ix_loaner_units_depot_id"), "loaner_units", ["depot_id"], unique=False)
    op.create_index("ix_loaner_units_serial_number", "loaner_units", ["serial_number"], unique=False)
    op.create_table(
        "test_sheets",
        sa.Column("id", BIG, nullable=False),
        sa.Column("product_model_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["product_model_id"], ["product_models.id"], name=op.f("fk_test_sheets_product_model_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_sheets")),
    )
    op.create_index(op.f("ix_test_sheets_product_model_id"), "test_sheets", ["product_model_id"], unique=False)
    op.create_index(
        "uq_test_sheets_one_current_per_model",
        "test_sheets",
        ["product_model_id"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            codes("role", "service_desk", "technician", "logistics", "manager", "integration", "admin"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_tokens_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tokens_token_hash")),
    )
    op.create_index(op.f("ix_tokens_person_id"), "tokens", ["person_id"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("kind", codes("contactkind", "phone", "email"), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("value_folded", sa.String(length=400), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_contacts_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_customer_id"), "contacts", ["customer_id"], unique=False)
    op.create_index("ix_contacts_kind_value_folded", "contacts", ["kind", "value_folded"], unique=False)
    op.create_table(
        "device_identifiers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("device_id", BIG, nullable=False),
        sa.Column("kind", codes("identifierkind", "serial", "imei", "mac", "asset_tag"), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("value_folded", sa.String(length=400), nullable=False),
        sa.Column("value_look_alike", sa.String(length=400), nullable=False),
        sa.Column("make_folded", sa.String(length=400), nullable=False),
        sa.Column("twin", BIG, nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_identifiers_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_identifiers")),
    )
    op.create_index(op.f("ix_device_identifiers_device_id"), "device_identifiers", ["device_id"], unique=False)
    op.create_index(
        "ix_device_identifiers_kind_value_folded", "device_identifiers", ["kind", "value_folded"], unique=False
    )
    op.create_index("ix_device_identifiers_value_folded", "device_identifiers", ["value_folded"], unique=False)
    op.create_index("ix_device_identifiers_value_look_alike", "device_identifiers", ["value_look_alike"], unique=False)
    op.create_index(
        "uq_device_identifiers_one_current_serial_per_make",
        "device_identifiers",
        ["make_folded", "value_folded", "twin"],
        unique=True,
        sqlite_where=sa.text("kind = 'serial' AND valid_until IS NULL"),
        postgresql_where=sa.text("kind = 'serial' AND valid_until IS NULL"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", BIG, nullable=True),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_idempotency_keys_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("token_id", "key", name="one_answer_per_key"),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "repair_orders",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("depot_id", BIG, nullable=False),
        sa.Column("device_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column(
            "state",
            codes(
                "state",
                "announced",
                "received",
                "inspecting",
                "awaiting_approval",
                "approved",
                "awaiting_parts",
                "repairing",
                "testing",
                "summarizing",
                "ready",
                "unclaimed",
                "returned",
                "disposed",
                "refused",
                "cancelled",
            ),
            nullable=False,
        ),
        sa.Column(
            "result",
            codes(
                "result",
                "repaired",
                "replaced",
                "no_fault_found",
                "beyond_economic_repair",
                "not_repaired",
                "declined",
                "not_our_product",
                "cancelled",
            ),
            nullable=True,
        ),
        sa.Column("version", BIG, nullable=False),
        sa.Column("access_code", sa.String(length=20), nullable=False),
        sa.Column("reported_fault", sa.Text(), nullable=True),
        sa.Column("channel", codes("channel", "walk_in", "courier", "phone", "web", "im", "email"), nullable=False),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("other_faults", sa.Text(), nullable=True),
        sa.Column("holds_data", sa.Boolean(), nullable=True),
        sa.Column("backed_up", sa.Boolean(), nullable=True),
        sa.Column("may_be_erased", sa.Boolean(), nullable=True),
        sa.Column("passcode", sa.LargeBinary(), nullable=True),
        sa.Column(
            "warranty_status", codes("warrantystatus", "in_warranty", "out_of_warranty", "unknown"), nullable=True
        ),
        sa.Column(
            "warranty_evidence",
            codes("warrantyevidence", "invoice", "warranty_card", "serial_lookup", "production_date", "none"),
            nullable=True,
        ),
        sa.Column("warranty_explained", sa.Boolean(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("priority", BIG, nullable=False),
        sa.Column("is_repeat", sa.Boolean(), nullable=False),
        sa.Column("previous_order_id", BIG, nullable=True),
        sa.Column("charges_told", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("preapproved_minor", BIG, nullable=True),
        sa.Column("approved_minor", BIG, nullable=False),
        sa.Column("refusal_advice", sa.Text(), nullable=True),
        sa.Column("assigned_to_id", BIG, nullable=True),
        sa.Column("repaired_by_id", BIG, nullable=True),
        sa.Column("received_by_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repair_warranty_until", sa.Date(), nullable=True),
        sa.Column("event_seq", BIG, nullable=False),
        sa.Column("event_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("priority BETWEEN 0 AND 9", name=op.f("ck_repair_orders_priority_is_one_digit")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_repair_orders_version_starts_at_one")),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["persons.id"], name=op.f("fk_repair_orders_assigned_to_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_repair_orders_customer_id")),
        sa.ForeignKeyConstraint(["depot_id"], ["depots.id"], name=op.f("fk_repair_orders_depot_id")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_repair_orders_device_id")),
        sa.ForeignKeyConstraint(
            ["previous_order_id"], ["repair_orders.id"], name=op.f("fk_repair_orders_previous_order_id")
        ),
        sa.ForeignKeyConstraint(["received_by_id"], ["persons.id"], name=op.f("fk_repair_orders_received_by_id")),
        sa.ForeignKeyConstraint(["repaired_by_id"], ["persons.id"], name=op.f("fk_repair_orders_repaired_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_repair_orders_number")),
    )
    op.create_index("ix_repair_orders_customer_id_id", "repair_orders", ["customer_id", "id"], unique=False)
    op.create_index("ix_repair_orders_depot_id_state_id", "repair_orders", ["depot_id", "state", "id"], unique=False)
    op.create_index("ix_repair_orders_device_id_id", "repair_orders", ["device_id", "id"], unique=False)
    op.create_index(
        "uq_repair_orders_one_open_order_per_device",
        "repair_orders",
        ["device_id"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('returned', 'disposed', 'refused', 'cancelled')"),
        postgresql_where=sa.text("state NOT IN ('returned', 'disposed', 'refused', 'cancelled')"),
    )
    op.create_table(
        "sheet_checks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sheet_id", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["test_sheets.id"], name=op.f("fk_sheet_checks_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_checks")),
        sa.UniqueConstraint("sheet_id", "name", name="one_row_per_check"),
    )
    op.create_index(op.f("ix_sheet_checks_sheet_id"), "sheet_checks", ["sheet_id"], unique=False)
    op.create_table(
        "token_depots",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_id", BIG, nullable=False),
        sa.Column("depot_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["depot_id"], ["depots.id"], name=op.f("fk_token_depots_depot_id")),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_token_depots_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_depots")),
        sa.UniqueConstraint("token_id", "depot_id", name="one_row_per_token_and_depot"),
    )
    op.create_index(op.f("ix_token_depots_depot_id"), "token_depots", ["depot_id"], unique=False)
    op.create_table(
        "accessories",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("disposition", codes("disposition", "kept_with_device", "sent_home", "kept_noted"), nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_accessories_there_is_at_least_one")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_accessories_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accessories")),
    )
    op.create_index(op.f("ix_accessories_order_id"), "accessories", ["order_id"], unique=False)
    op.create_table(
        "diagnoses",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("symptom", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("attribution", sa.String(length=40), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("solution", sa.Text(), nullable=False),
        sa.Column(
            "verdict",
            codes("verdict", "repair", "no_fault_found", "beyond_economic_repair", "not_our_product", "not_repaired"),
            nullable=False,
        ),
        sa.Column("not_repaired_reason", sa.Text(), nullable=True),
        sa.Column("test_conditions", sa.Text(), nullable=True),
        sa.Column("coverage", codes("coverage", "warranty", "contract", "goodwill", "chargeable"), nullable=True),
        sa.Column(
            "labour_coverage", codes("labour_coverage", "warranty", "contract", "goodwill", "chargeable"), nullable=True
        ),
        sa.Column("coverage_reason", sa.Text(), nullable=True),
        sa.Column("labour_minutes", BIG, nullable=True),
        sa.Column("estimate_minor", BIG, nullable=True),
        sa.Column("replacement_value_minor", BIG, nullable=True),
        sa.Column("share", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_diagnoses_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_diagnoses_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagnoses")),
    )
    op.create_index(op.f("ix_diagnoses_order_id"), "diagnoses", ["order_id"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("kind", codes("documentkind", "intake_receipt", "repair_receipt"), nullable=False),
        sa.Column("edition", BIG, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("frozen", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("check_code", sa.String(length=20), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_documents_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("number", name=op.f("uq_documents_number")),
        sa.UniqueConstraint("order_id", "kind", "edition", name="one_row_per_edition"),
    )
    op.create_table(
        "hand_overs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("voucher_returned", sa.Boolean(), nullable=False),
        sa.Column("identity_checked", sa.Boolean(), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("signature_origin", codes("signatureorigin", "customer_at_counter", "customer_link"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "voucher_returned OR identity_checked", name=op.f("ck_hand_overs_voucher_taken_back_or_identity_checked")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_hand_overs_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_hand_overs_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_overs")),
        sa.UniqueConstraint("order_id", name=op.f("uq_hand_overs_order_id")),
    )
    op.create_table(
        "loans",
        sa.Column("id", BIG, nullable=False),
        sa.Column("loaner_unit_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("lent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lent_by_id", BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("accessories", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", BIG, nullable=True),
        sa.Column("outcome", codes("loanoutcome", "returned", "lost", "sold"), nullable=True),
        sa.Column("return_condition", sa.Text(), nullable=True),
        sa.Column("accessories_returned", sa.Boolean(), nullable=True),
        sa.Column("differences", sa.Text(), nullable=True),
        sa.Column("settle_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_loans_an_end_has_an_outcome")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["persons.id"], name=op.f("fk_loans_ended_by_id")),
        sa.ForeignKeyConstraint(["lent_by_id"], ["persons.id"], name=op.f("fk_loans_lent_by_id")),
        sa.ForeignKeyConstraint(["loaner_unit_id"], ["loaner_units.id"], name=op.f("fk_loans_loaner_unit_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_loans_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
    )
    op.create_index(op.f("ix_loans_loaner_unit_id"), "loans", ["loaner_unit_id"], unique=False)
    op.create_index(op.f("ix_loans_order_id"), "loans", ["order_id"], unique=False)
    op.create_index(
        "uq_loans_one_open_loan_per_loaner_unit",
        "loans",
        ["loaner_unit_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "locations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("depot_id", BIG, nullable=False),
        sa.Column(
            "kind",
            codes("placekind", "bin", "order", "defective", "supplier", "customer", "factory", "scrap", "difference"),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'order') = (order_id IS NOT NULL)", name=op.f("ck_locations_an_order_place_names_its_order")
        ),
        sa.ForeignKeyConstraint(["depot_id"], ["depots.id"], name=op.f("fk_locations_depot_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_locations_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locations")),
        sa.UniqueConstraint("depot_id", "code", name="one_row_per_code_and_depot"),
        sa.UniqueConstraint("order_id", name=op.f("uq_locations_order_id")),
    )
    op.create_index("ix_locations_code", "locations", ["code"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("delivery_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("channel", codes("outboxchannel", "email", "call"), nullable=False),
        sa.Column("language", codes("language", "zh", "en"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_outbox_contact_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_outbox_event_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_outbox_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_outbox_delivery_id")),
        sa.UniqueConstraint("event_id", "contact_id", "channel", name="one_message_per_event_contact_and_channel"),
    )
    op.create_index(op.f("ix_outbox_order_id"), "outbox", ["order_id"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("delivered_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
    op.create_table(
        "overrides",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("guard", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_overrides_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_overrides_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overrides")),
    )
    op.create_index("ix_overrides_order_id_guard", "overrides", ["order_id", "guard"], unique=False)
    op.create_table(
        "part_needs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("issued >= 0 AND issued <= quantity", name=op.f("ck_part_needs_issued_is_what_was_needed")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_part_needs_a_need_needs_something")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_part_needs_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_part_needs_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_needs")),
    )
    op.create_index(
        "ix_part_needs_open_by_part",
        "part_needs",
        ["part_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("ix_part_needs_order_id"), "part_needs", ["order_id"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("amount_minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reverses_id", BIG, nullable=True),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(reverses_id IS NULL) = (amount_minor > 0)", name=op.f("ck_payments_only_a_reversal_is_negative")
        ),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_payments_a_payment_is_not_zero")),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_payments_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_payments_order_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["payments.id"], name=op.f("fk_payments_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_payments_reverses_id")),
    )
    op.create_index(op.f("ix_payments_order_id"), "payments", ["order_id"], unique=False)
    op.create_table(
        "replacements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("outcome", codes("outcome", "used", "unused", "dead_on_arrival", "mismatch"), nullable=False),
        sa.Column("condition", codes("partgrade", "new", "refurbished", "used"), nullable=True),
        sa.Column("installed_serial", sa.String(length=200), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("removed_serial", sa.String(length=200), nullable=True),
        sa.Column(
            "removed_destination",
            codes("destination", "factory", "scrap", "customer", "destroyed_for_data"),
            nullable=True,
        ),
        sa.Column("removed_due_on", sa.Date(), nullable=True),
        sa.Column("in_warranty", sa.Boolean(), nullable=True),
        sa.Column("fault_seen", sa.Text(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_replacements_something_was_decided_on")),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_replacements_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_replacements_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_replacements_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacements")),
    )
    op.create_index(op.f("ix_replacements_order_id"), "replacements", ["order_id"], unique=False)
    op.create_index(
        "ix_replacements_without_destination",
        "replacements",
        ["order_id"],
        unique=False,
        sqlite_where=sa.text("removed AND removed_destination IS NULL"),
        postgresql_where=sa.text("removed AND removed_destination IS NULL"),
    )
    op.create_table(
        "summaries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("work_done", sa.Text(), nullable=True),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("data_action", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_summaries_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_summaries_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summaries")),
    )
    op.create_index(op.f("ix_summaries_order_id"), "summaries", ["order_id"], unique=False)
    op.create_table(
        "test_runs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("sheet_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("checks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_test_runs_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_test_runs_order_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["test_sheets.id"], name=op.f("fk_test_runs_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_runs")),
    )
    op.create_index(op.f("ix_test_runs_order_id"), "test_runs", ["order_id"], unique=False)
    op.create_table(
        "waivers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("amount_minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_waivers_a_waiver_waives_something")),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_waivers_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_waivers_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waivers")),
    )
    op.create_index(op.f("ix_waivers_order_id"), "waivers", ["order_id"], unique=False)
    op.create_table(
        "works",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("work_done", sa.Text(), nullable=False),
        sa.Column("labour_minutes", BIG, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_works_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_works_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works")),
    )
    op.create_index(op.f("ix_works_order_id"), "works", ["order_id"], unique=False)
    op.create_table(
        "balances",
        sa.Column("id", BIG, nullable=False),
        sa.Column("location_id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column(
            "condition", codes("condition", "new", "good", "refurbished", "defective", "quarantine"), nullable=False
        ),
        sa.Column("floor", BIG, nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("floor = 0 OR on_hand >= 0", name=op.f("ck_balances_on_hand_is_not_negative")),
        sa.CheckConstraint("floor = 0 OR reserved <= on_hand", name=op.f("ck_balances_reserved_is_on_hand")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_balances_reserved_is_not_negative")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_balances_location_id")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_balances_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balances")),
        sa.UniqueConstraint("location_id", "part_id", "condition", name="one_balance_per_place_part_and_condition"),
    )
    op.create_index("ix_balances_part_id", "balances", ["part_id"], unique=False)
    op.create_table(
        "charges",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("loan_id", BIG, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("amount_minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_charges_a_charge_is_not_negative")),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_charges_by_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_charges_loan_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_charges_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charges")),
        sa.UniqueConstraint("loan_id", name=op.f("uq_charges_loan_id")),
    )
    op.create_index(op.f("ix_charges_order_id"), "charges", ["order_id"], unique=False)
    op.create_table(
        "drawn_documents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("document_id", BIG, nullable=False),
        sa.Column("language", sa.String(length=4), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("warnings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_drawn_documents_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_documents")),
        sa.UniqueConstraint("document_id", "language", name="drawn_once_per_language"),
    )
    op.create_table(
        "part_units",
        sa.Column("id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("serial_number", sa.String(length=200), nullable=False),
        sa.Column("location_id", BIG, nullable=False),
        sa.Column(
            "condition", codes("condition", "new", "good", "refurbished", "defective", "quarantine"), nullable=False
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_part_units_location_id")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_part_units_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_units")),
        sa.UniqueConstraint("part_id", "serial_number", name="one_place_per_serialised_part"),
    )
    op.create_index("ix_part_units_location_id_part_id", "part_units", ["location_id", "part_id"], unique=False)
    op.create_index("ix_part_units_serial_number", "part_units", ["serial_number"], unique=False)
    op.create_table(
        "quotes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("diagnosis_id", BIG, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tax_rate", sa.BigInteger(), nullable=True),
        sa.Column("net_minor", BIG, nullable=False),
        sa.Column("tax_minor", BIG, nullable=False),
        sa.Column("total_minor", BIG, nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", BIG, nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_quotes_version_starts_at_one")),
        sa.ForeignKeyConstraint(["diagnosis_id"], ["diagnoses.id"], name=op.f("fk_quotes_diagnosis_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["persons.id"], name=op.f("fk_quotes_issued_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_quotes_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("order_id", "version", name="one_row_per_version"),
    )
    op.create_table(
        "movements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column(
            "kind",
            codes("movementkind", "receipt", "issue", "return", "install", "remove", "defect", "scrap", "adjust"),
            nullable=False,
        ),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("from_location_id", BIG, nullable=False),
        sa.Column("to_location_id", BIG, nullable=False),
        sa.Column(
            "condition", codes("condition", "new", "good", "refurbished", "defective", "quarantine"), nullable=False
        ),
        sa.Column(
            "to_condition",
            codes("to_condition", "new", "good", "refurbished", "defective", "quarantine"),
            nullable=False,
        ),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("reverses_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "from_location_id <> to_location_id OR condition <> to_condition",
            name=op.f("ck_movements_a_movement_changes_something"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_movements_a_movement_moves_something")),
        sa.CheckConstraint("unit_id IS NULL OR quantity = 1000", name=op.f("ck_movements_a_unit_moves_alone")),
        sa.ForeignKeyConstraint(["actor_id"], ["persons.id"], name=op.f("fk_movements_actor_id")),
        sa.ForeignKeyConstraint(["from_location_id"], ["locations.id"], name=op.f("fk_movements_from_location_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_movements_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_movements_part_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["movements.id"], name=op.f("fk_movements_reverses_id")),
        sa.ForeignKeyConstraint(["to_location_id"], ["locations.id"], name=op.f("fk_movements_to_location_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["part_units.id"], name=op.f("fk_movements_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movements")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_movements_reverses_id")),
    )
    op.create_index(op.f("ix_movements_from_location_id"), "movements", ["from_location_id"], unique=False)
    op.create_index(op.f("ix_movements_order_id"), "movements", ["order_id"], unique=False)
    op.create_index("ix_movements_part_id_id", "movements", ["part_id", "id"], unique=False)
    op.create_index(op.f("ix_movements_to_location_id"), "movements", ["to_location_id"], unique=False)
    op.create_index(op.f("ix_movements_unit_id"), "movements", ["unit_id"], unique=False)
    op.create_table(
        "quote_decisions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("quote_id", BIG, nullable=False),
        sa.Column("decision", codes("decision", "approved", "declined"), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("channel", codes("channel", "walk_in", "courier", "phone", "web", "im", "email"), nullable=False),
        sa.Column("phone_number", sa.String(length=200), nullable=True),
        sa.Column("limit_minor", BIG, nullable=True),
        sa.Column("taken_by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["repair_orders.id"], name=op.f("fk_quote_decisions_order_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_quote_decisions_quote_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["persons.id"], name=op.f("fk_quote_decisions_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_decisions")),
    )
    op.create_index(op.f("ix_quote_decisions_order_id"), "quote_decisions", ["order_id"], unique=False)
    op.create_table(
        "quote_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("quote_id", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("kind", codes("linekind", "part", "labour", "other"), nullable=False),
        sa.Column("part_id", BIG, nullable=True),
        sa.Column("text", sa.String(length=401), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price_minor", BIG, nullable=True),
        sa.Column("coverage", codes("coverage", "warranty", "contract", "goodwill", "chargeable"), nullable=False),
        sa.Column("coverage_reason", sa.Text(), nullable=True),
        sa.Column("net_minor", BIG, nullable=False),
        sa.Column("tax_minor", BIG, nullable=False),
        sa.Column("total_minor", BIG, nullable=False),
        sa.CheckConstraint("total_minor = net_minor + tax_minor", name=op.f("ck_quote_lines_total_is_net_and_tax")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_quote_lines_part_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_quote_lines_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_lines")),
        sa.UniqueConstraint("quote_id", "position", name="one_line_per_position"),
    )
    op.create_table(
        "reservations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("need_id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("location_id", BIG, nullable=False),
        sa.Column(
            "condition", codes("condition", "new", "good", "refurbished", "defective", "quarantine"), nullable=False
        ),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("state", codes("reservationstate", "open", "issued", "released"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservations_a_reservation_reserves_something")),
        sa.CheckConstraint("unit_id IS NULL OR quantity = 1000", name=op.f("ck_reservations_a_unit_is_reserved_alone")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_reservations_location_id")),
        sa.ForeignKeyConstraint(["need_id"], ["part_needs.id"], name=op.f("fk_reservations_need_id")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_reservations_part_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["part_units.id"], name=op.f("fk_reservations_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
    )
    op.create_index(op.f("ix_reservations_location_id"), "reservations", ["location_id"], unique=False)
    op.create_index(op.f("ix_reservations_need_id"), "reservations", ["need_id"], unique=False)
    op.create_index(
        "ix_reservations_open_by_part",
        "reservations",
        ["part_id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_reservations_one_open_per_unit",
        "reservations",
        ["unit_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    for name, erasable in APPEND_ONLY.items():
        guard(op.get_bind(), name, erasable)


def downgrade() -> None:
    """Drop the tables, the last one first."""
    for name in TABLES:
        op.drop_table(name)
    drop_function(op.get_bind())


TABLES = (
    "reservations",
    "quote_lines",
    "quote_decisions",
    "movements",
    "quotes",
    "part_units",
    "drawn_documents",
    "charges",
    "balances",
    "works",
    "waivers",
    "test_runs",
    "summaries",
    "replacements",
    "payments",
    "part_needs",
    "overrides",
    "outbox",
    "locations",
    "loans",
    "hand_overs",
    "documents",
    "diagnoses",
    "accessories",
    "token_depots",
    "sheet_checks",
    "repair_orders",
    "idempotency_keys",
    "device_identifiers",
    "contacts",
    "tokens",
    "test_sheets",
    "loaner_units",
    "events",
    "devices",
    "customers",
    "product_models",
    "persons",
    "parts",
    "order_numbers",
    "depots",
    "codes",
)
