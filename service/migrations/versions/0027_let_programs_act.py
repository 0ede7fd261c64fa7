"""Programs act as editors of their own, and sending can be stopped at once."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0024"

_WAYS_OUT = sa.Enum(
    "everything", "mail", "linkedin", "facebook", name="what", native_enum=False, create_constraint=True, length=32
)


def upgrade() -> None:
    op.add_column("editor", sa.Column("program", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("api_token", sa.Column("editor_id", sa.Integer(), nullable=True))
    # One that came this far before, and went back, has its editor still.
    op.execute(
        sa.text(
            "INSERT INTO editor (email, name, roles, language, active, created_at)"
            " SELECT 'program:' || name, name, roles, 'nb', revoked_at IS NULL, created_at FROM api_token"
            " WHERE NOT EXISTS (SELECT 1 FROM editor WHERE editor.email = 'program:' || api_token.name)"
        )
    )
    op.execute(
        sa.text("UPDATE api_token SET editor_id = (SELECT id FROM editor WHERE email = 'program:' || api_token.name)")
    )
    op.execute(sa.text("UPDATE editor SET program = true WHERE id IN (SELECT editor_id FROM api_token)"))
    with op.batch_alter_table("api_token") as token:
        token.alter_column("editor_id", existing_type=sa.Integer(), nullable=False)
        token.create_foreign_key(op.f("fk_api_token_editor_id_editor"), "editor", ["editor_id"], ["id"])
        token.create_unique_constraint(op.f("uq_api_token_editor_id"), ["editor_id"])
        token.drop_column("roles")
    op.create_table(
        "stopped",
        sa.Column("what", _WAYS_OUT, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_stopped_editor_id_editor")),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_stopped")),
    )


def downgrade() -> None:
    op.drop_table("stopped")
    op.add_column("api_token", sa.Column("roles", sa.JSON(), nullable=True))
    op.execute(sa.text("UPDATE api_token SET roles = (SELECT roles FROM editor WHERE editor.id = api_token.editor_id)"))
    with op.batch_alter_table("api_token") as token:
        token.alter_column("roles", existing_type=sa.JSON(), nullable=False)
        token.drop_constraint(op.f("uq_api_token_editor_id"), type_="unique")
        token.drop_constraint(op.f("fk_api_token_editor_id_editor"), type_="foreignkey")
        token.drop_column("editor_id")
    # The editors stay: what they did is history.
    op.drop_column("editor", "program")
