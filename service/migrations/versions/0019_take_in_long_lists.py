"""Long lists of subscribers, taken in by rows."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_STATES = ("chosen", "reading", "read", "taking", "taken", "dropped")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "list_import",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", _choice("kind", "csv", "xlsx"), nullable=False),
        sa.Column("state", _choice("state", *_STATES), nullable=False, index=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("provenance", sa.String(500), nullable=False),
        sa.Column("already_confirmed", sa.String(500), nullable=True),
        sa.Column("by", sa.String(80), nullable=False),
        *map(_number, ("lines", "share", "taken_to", "new", "known", "left_alone", "faults", "added")),
        sa.Column("note", sa.String(500), nullable=True),
        _instant("worked_until"),
        _instant("created_at", nullable=False),
        _instant("finished_at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "list_line",
        sa.Column("import_id", sa.Integer(), sa.ForeignKey("list_import.id"), primary_key=True),
        sa.Column("line", sa.Integer(), primary_key=True),
        sa.Column("raw", sa.String(320), nullable=False),
        sa.Column("normalized", sa.String(320), nullable=False),
        sa.Column("ascii_email", sa.String(320), nullable=True),
        sa.Column("canonical_key", sa.String(320), nullable=False),
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("older_hash", sa.String(64), nullable=False),
        sa.Column("language", _choice("language", "nb", "nn", "en"), nullable=False),
        sa.Column("frequency", _choice("frequency", "each", "weekly", "monthly"), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.UniqueConstraint("import_id", "canonical_key"),
    )
    op.create_table(
        "list_fault",
        sa.Column("import_id", sa.Integer(), sa.ForeignKey("list_import.id"), primary_key=True),
        sa.Column("line", sa.Integer(), primary_key=True),
        sa.Column("sentence", sa.String(300), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    for table in ("list_fault", "list_line", "list_import"):
        op.drop_table(table)
