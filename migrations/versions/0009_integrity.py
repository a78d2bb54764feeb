"""Guards that TRUNCATE does not pass, and a hash beside the bytes of paper.

The hash is worked out here as ``depot/documents.py`` did when this was written, a few rows at a time: a row holds a
whole PDF.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from models.append_only import guard, unguard

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

GUARDED = {
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
    "imported_rows": (),
    "attachments": ("note", "retired_at", "retired_by_id", "retired_reason"),
}
DRAWN = ("data", "warnings")
BATCH = 20


def upgrade() -> None:
    """Hash the paper that was drawn already, and guard it; put the guards on anew, TRUNCATE among what they refuse."""
    op.add_column("drawn_documents", sa.Column("sha256", sa.String(length=64), nullable=True))
    for row_id, digest in _hashes():
        op.get_bind().execute(
            sa.text("UPDATE drawn_documents SET sha256 = :digest WHERE id = :id"), {"digest": digest, "id": row_id}
        )
    with op.batch_alter_table("drawn_documents") as table:
        table.alter_column("sha256", existing_type=sa.String(length=64), nullable=False)
    guard(op.get_bind(), "drawn_documents", DRAWN)
    for name, erasable in GUARDED.items():
        unguard(op.get_bind(), name)
        guard(op.get_bind(), name, erasable)


def _hashes() -> Iterator[tuple[int, str]]:
    rows_after = sa.text(
        "SELECT d.id, d.language, d.data, o.sha256 FROM drawn_documents d JOIN documents o ON o.id = d.document_id"
        " WHERE d.id > :last ORDER BY d.id LIMIT :batch"
    )
    last = 0
    while rows := op.get_bind().execute(rows_after, {"last": last, "batch": BATCH}).all():
        for row in rows:
            yield row.id, hashlib.sha256(f"{row.sha256} {row.language} ".encode() + row.data).hexdigest()
        last = rows[-1].id


def downgrade() -> None:
    """Back to the guards that were, and to paper without a hash."""
    unguard(op.get_bind(), "drawn_documents")
    with op.batch_alter_table("drawn_documents") as table:
        table.drop_column("sha256")
    if op.get_bind().dialect.name == "postgresql":
        for name in GUARDED:
            op.execute(f"DROP TRIGGER {name}_are_not_emptied ON {name}")
