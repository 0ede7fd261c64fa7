"""Figures that were quoted, and the corrections they call for."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_KINDS = ("level", "change", "remark", "chart")
_LANGUAGES = ("nb", "nn", "en")
_STATES = ("open", "corrected", "not_needed", "reverted")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.add_column("indicator", sa.Column("revision_threshold", sa.String(40), nullable=True))
    op.create_table(
        "quoted_item",
        sa.Column("draft_id", sa.Integer(), sa.ForeignKey("draft.id"), primary_key=True),
        sa.Column("archive_slug", sa.String(120), nullable=True),
        sa.Column("quoted_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "quotation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("draft_id", sa.Integer(), sa.ForeignKey("quoted_item.draft_id"), nullable=False),
        sa.Column("indicator_id", sa.String(80), sa.ForeignKey("indicator.id"), nullable=False),
        sa.Column("dataset_id", sa.Integer(), sa.ForeignKey("dataset.id"), nullable=False),
        sa.Column("vintage_id", sa.Integer(), sa.ForeignKey("vintage.id"), nullable=False),
        sa.Column("kind", _choice("kind", *_KINDS), nullable=False),
        sa.Column("series", sa.String(1000), nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("base_period", sa.String(40), nullable=True),
        sa.Column("label", sa.String(300), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("language", _choice("language", *_LANGUAGES), nullable=False),
        sa.Column("factor", sa.String(40), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(120), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("latest", sa.Text(), nullable=False),
        sa.Column("compared_seq", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_quotation_draft_id", "quotation", ["draft_id"])
    op.create_index("ix_quotation_indicator_id", "quotation", ["indicator_id"])
    op.create_index("ix_quotation_compared", "quotation", ["dataset_id", "corrected", "compared_seq"])
    op.create_table(
        "correction_task",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("dataset_id", sa.Integer(), sa.ForeignKey("dataset.id"), nullable=False),
        sa.Column("vintage_id", sa.Integer(), sa.ForeignKey("vintage.id"), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("state", _choice("state", *_STATES), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(80), nullable=True),
        sa.Column("reason", sa.String(500), nullable=True),
        sa.Column("correction_draft_id", sa.Integer(), sa.ForeignKey("draft.id"), nullable=True),
    )
    op.create_index("ix_correction_task_state", "correction_task", ["state"])
    op.create_index(
        "uq_correction_task_open", "correction_task", ["dataset_id"], unique=True,
        sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip
    op.create_table(
        "correction_line",
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("correction_task.id"), primary_key=True),
        sa.Column("quotation_id", sa.Integer(), sa.ForeignKey("quotation.id"), primary_key=True),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    for table in ("correction_line", "correction_task", "quotation", "quoted_item"):
        op.drop_table(table)
    op.drop_column("indicator", "revision_threshold")
