"""Returned mail: what came back, and what it did."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_SOURCES = ("lmtp", "folder", "imap", "command")
_STATES = ("received", "done", "waiting", "settled")
_EFFECTS = ("nothing", "repeated", "noted", "counted", "held_back", "unsubscribed", "complained", "arrived")
_CATEGORIES = (
    "dead-address", "dead-domain", "inactive", "mailbox-full", "block", "auth-fault", "content", "transient",
    "network", "config", "auto-reply", "challenge", "complaint", "not-spam", "delivered", "unknown",
)  # fmt: skip


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _points_at(target: str, *, when_gone: str = "SET NULL") -> sa.ForeignKey:
    return sa.ForeignKey(f"{target}.id", ondelete=when_gone)


def upgrade() -> None:
    op.add_column("suppression", sa.Column("because", sa.String(500), nullable=True))
    op.add_column("suppression", sa.Column("by", sa.String(80), nullable=True))
    op.create_table(
        "returned_mail",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", _choice("source", *_SOURCES), nullable=False),
        sa.Column("envelope_recipient", sa.String(320), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("raw_sha256", sa.String(64), nullable=False),
        sa.Column("state", _choice("state", *_STATES), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=True),
        sa.Column("kind", sa.String(32), nullable=True),
        sa.Column("category", sa.String(32), nullable=True),
        sa.Column("token", sa.String(32), nullable=True),
        sa.Column("status", sa.String(16), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("problem", sa.String(300), nullable=True),
        sa.Column("delivery_id", sa.Integer(), _points_at("delivery"), nullable=True),
        sa.Column("subscriber_id", sa.Integer(), _points_at("subscriber"), nullable=True),
        sa.Column("effect", _choice("effect", *_EFFECTS), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(80), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(80), nullable=True),
        sa.Column("undone_because", sa.String(500), nullable=True),
        sa.UniqueConstraint("key", name=op.f("uq_returned_mail_key")),
    )
    for column in ("received_at", "state", "delivery_id", "subscriber_id"):
        op.create_index(f"ix_returned_mail_{column}", "returned_mail", [column])
    op.create_table(
        "delivery_failure",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("delivery_id", sa.Integer(), _points_at("delivery", when_gone="CASCADE"), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), _points_at("subscriber"), nullable=True),
        sa.Column("returned_mail_id", sa.Integer(), _points_at("returned_mail"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("category", _choice("category", *_CATEGORIES), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_delivery_failure_delivery_id")),
    )
    for column in ("subscriber_id", "returned_mail_id", "at"):
        op.create_index(f"ix_delivery_failure_{column}", "delivery_failure", [column])
    op.create_table(
        "return_rate",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed", sa.Integer(), nullable=False),
        sa.Column("bounced", sa.Integer(), nullable=False),
        sa.Column("ours", sa.Integer(), nullable=False),
        sa.Column("complained", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    for table in ("return_rate", "delivery_failure", "returned_mail"):
        op.drop_table(table)
    op.drop_column("suppression", "by")
    op.drop_column("suppression", "because")
