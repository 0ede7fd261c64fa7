"""Named segments of subscribers, and issues that come round by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_key", sa.String(80), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("name_key", name=op.f("uq_segment_name_key")),
    )
    op.create_table(
        "issue_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("status", _one_of("status", "active", "paused", "ended"), nullable=False),
        sa.Column("rhythm", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("language", _one_of("language", "nb", "nn", "en"), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("reader_languages", sa.JSON(), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("preheader", sa.String(160), nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("takes_in", _one_of("takes_in", "sent", "proposed"), nullable=False),
        sa.Column("most_items", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("active_since", instant, nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("updated_at", instant, nullable=False),
        sa.Column("last_editor_id", sa.Integer(), nullable=True),
        sa.Column("form_token", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["last_editor_id"], ["editor.id"], name=op.f("fk_issue_series_last_editor_id_editor")),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_issue_series_segment_id_segment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_series")),
        sa.UniqueConstraint("form_token", name=op.f("uq_issue_series_form_token")),
    )
    op.create_index(op.f("ix_issue_series_segment_id"), "issue_series", ["segment_id"])
    op.create_table(
        "series_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("slot_at", instant, nullable=False),
        sa.Column("outcome", _one_of("outcome", "filled", "empty", "passed"), nullable=False),
        sa.Column("since", instant, nullable=False),
        sa.Column("until", instant, nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["issue_series.id"], name=op.f("fk_series_turn_series_id_issue_series")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_series_turn_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_turn")),
        sa.UniqueConstraint("issue_id", name=op.f("uq_series_turn_issue_id")),
        sa.UniqueConstraint("series_id", "due_on", name=op.f("uq_series_turn_series_id_due_on")),
    )


def downgrade() -> None:
    op.drop_table("series_turn")
    op.drop_index(op.f("ix_issue_series_segment_id"), table_name="issue_series")
    op.drop_table("issue_series")
    op.drop_table("segment")
