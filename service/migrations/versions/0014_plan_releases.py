"""Releases that are expected, and embargoes."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_EMBARGOED = ("dataset", "vintage", "draft")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "planned_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("origin", _enum("origin", "catalogue", "calendar", "desk"), nullable=False),
        sa.Column("state", _enum("state", "planned", "moved", "due", "observed", "late", "cancelled"), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("publisher", sa.String(200), nullable=False),
        sa.Column("period", sa.String(80), nullable=True),
        sa.Column("precision", _enum("precision", "moment", "day", "month", "season", "unknown"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(80), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("indicator_ids", sa.JSON(), nullable=False),
        sa.Column("source_id", sa.String(80), nullable=True),
        sa.Column("link", sa.String(2000), nullable=True),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("embargo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced", sa.String(100), nullable=True),
        sa.Column("statistic", sa.String(200), nullable=True),
        sa.Column("calendar_source_id", sa.String(80), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("vintage_id", sa.Integer(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_planned_release_source_id_source")),
        sa.ForeignKeyConstraint(
            ["calendar_source_id"], ["source.id"], name=op.f("fk_planned_release_calendar_source_id_source")
        ),
        sa.ForeignKeyConstraint(["vintage_id"], ["vintage.id"], name=op.f("fk_planned_release_vintage_id_vintage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_release")),
        sa.UniqueConstraint("key", name=op.f("uq_planned_release_key")),
    )
    for column in ("state", "starts_on", "calendar_source_id"):
        op.create_index(op.f(f"ix_planned_release_{column}"), "planned_release", [column], unique=False)
    for table in _EMBARGOED:
        op.add_column(table, sa.Column("embargo_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("indicator", sa.Column("update_period_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("indicator", "update_period_days")
    for table in reversed(_EMBARGOED):
        op.drop_column(table, "embargo_until")
    for column in ("calendar_source_id", "starts_on", "state"):
        op.drop_index(op.f(f"ix_planned_release_{column}"), table_name="planned_release")
    op.drop_table("planned_release")
