"""Subscribers, consents, suppressions and the sign-up counters."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "sign_up_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up_attempt")),
    )
    op.create_index(op.f("ix_sign_up_attempt_at"), "sign_up_attempt", ["at"], unique=False)
    op.create_index(op.f("ix_sign_up_attempt_key"), "sign_up_attempt", ["key"], unique=False)
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("raw", sa.String(320), nullable=False),
        sa.Column("normalized", sa.String(320), nullable=False),
        sa.Column("ascii_email", sa.String(320), nullable=True),
        sa.Column("canonical_key", sa.String(320), nullable=False),
        sa.Column(
            "language",
            sa.Enum("nb", "nn", "en", name="language", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "confirmed",
                "unsubscribed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsubscribed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_due", sa.String(16), nullable=True),
        sa.Column("mail_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_account_mail_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("suppressed", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("canonical_key", name=op.f("uq_subscriber_canonical_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_subscriber_mail_due_at"), "subscriber", ["mail_due_at"], unique=False)
    op.create_index(op.f("ix_subscriber_status"), "subscriber", ["status"], unique=False)
    op.create_table(
        "suppression",
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_suppression")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "asked",
                "confirmed",
                "withdrew",
                "imported",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wording_version", sa.String(40), nullable=False),
        sa.Column(
            "language",
            sa.Enum("nb", "nn", "en", name="language", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("network", sa.String(64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name=op.f("fk_consent_subscriber_id_subscriber")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_subscriber_id"), "consent", ["subscriber_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_consent_subscriber_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_table("suppression")
    op.drop_index(op.f("ix_subscriber_status"), table_name="subscriber")
    op.drop_index(op.f("ix_subscriber_mail_due_at"), table_name="subscriber")
    op.drop_table("subscriber")
    op.drop_index(op.f("ix_sign_up_attempt_key"), table_name="sign_up_attempt")
    op.drop_index(op.f("ix_sign_up_attempt_at"), table_name="sign_up_attempt")
    op.drop_table("sign_up_attempt")
