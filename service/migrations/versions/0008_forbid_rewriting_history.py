"""Rows that are history can be added but not changed or removed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

APPEND_ONLY = ("audit_event", "delivery_event", "snapshot")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.execute(
            sa.text(
                "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'rows of % are history and cannot be changed', TG_TABLE_NAME; END $$"
            )
        )
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_refuse_{verb.lower()}"
            body = (
                "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
                if postgres
                else f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are history and cannot be changed'); END"
            )
            op.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {body}"))


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            name = f"{table}_refuse_{verb}"
            op.execute(sa.text(f"DROP TRIGGER {name} ON {table}" if postgres else f"DROP TRIGGER {name}"))
    if postgres:
        op.execute(sa.text("DROP FUNCTION refuse_rewriting()"))
