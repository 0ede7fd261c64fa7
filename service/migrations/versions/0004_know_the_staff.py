"""Editors, how they sign in, and their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "editor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column(
            "language",
            sa.Enum("nb", "nn", "en", name="language", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editor")),
        sa.UniqueConstraint("email", name=op.f("uq_editor_email")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(op.f("ix_sign_in_failure_at"), "sign_in_failure", ["at"], unique=False)
    op.create_index(op.f("ix_sign_in_failure_key"), "sign_in_failure", ["key"], unique=False)
    op.create_table(
        "credential",
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(300), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_credential_editor_id_editor")),
        sa.PrimaryKeyConstraint("editor_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "sign_in_link",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_sign_in_link_editor_id_editor")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_sign_in_link")),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("csrf_token", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_staff_session_editor_id_editor")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_staff_session")),
    )
    op.create_index(op.f("ix_staff_session_editor_id"), "staff_session", ["editor_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_staff_session_editor_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_table("sign_in_link")
    op.drop_table("credential")
    op.drop_index(op.f("ix_sign_in_failure_key"), table_name="sign_in_failure")
    op.drop_index(op.f("ix_sign_in_failure_at"), table_name="sign_in_failure")
    op.drop_table("sign_in_failure")
    op.drop_table("editor")
