"""Commemorative days and a person's word on one year."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "commemorative_day",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "day",
                "week",
                "month",
                "period",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("name_confirmed", sa.Boolean(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("first_observed", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("hashtags", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("confidence", sa.String(16), nullable=False),
        sa.Column(
            "post_policy",
            sa.Enum(
                "post",
                "optional",
                "sober",
                "shift",
                "warn",
                "quiet",
                "drop",
                "avoid",
                name="post_policy",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("hook", sa.String(), nullable=True),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("background", sa.JSON(), nullable=False),
        sa.Column("indicator_ids", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commemorative_day")),
    )
    op.create_index(op.f("ix_commemorative_day_enabled"), "commemorative_day", ["enabled"], unique=False)
    op.create_table(
        "day_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.String(80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cancelled OR start IS NOT NULL", name=op.f("ck_day_override_has_date")),
        sa.ForeignKeyConstraint(
            ["day_id"], ["commemorative_day.id"], name=op.f("fk_day_override_day_id_commemorative_day")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_override")),
        sa.UniqueConstraint("day_id", "year", name=op.f("uq_day_override_day_id_year")),
    )
    op.create_index(op.f("ix_day_override_day_id"), "day_override", ["day_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_day_override_day_id"), table_name="day_override")
    op.drop_table("day_override")
    op.drop_index(op.f("ix_commemorative_day_enabled"), table_name="commemorative_day")
    op.drop_table("commemorative_day")
