"""Sources, datasets, vintages, indicators and findings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pxweb1",
                "pxweb2",
                "jsonstat",
                "fhi",
                "eurostat",
                "gho",
                "px",
                "csv",
                "xlsx",
                "feed",
                "calendar",
                "page",
                "push",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("poll_minutes", sa.Integer(), nullable=False),
        sa.Column("attribution", sa.JSON(), nullable=False),
        sa.Column("licence", sa.String(200), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("consecutive_failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    op.create_table(
        "dataset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("query_sha256", sa.String(64), nullable=False),
        sa.Column("next_poll_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settling_hash", sa.String(64), nullable=True),
        sa.Column("settling_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_dataset_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset")),
        sa.UniqueConstraint("source_id", "query_sha256", name=op.f("uq_dataset_source_id_query_sha256")),
    )
    op.create_index(op.f("ix_dataset_next_poll_at"), "dataset", ["next_poll_at"], unique=False)
    op.create_index(op.f("ix_dataset_source_id"), "dataset", ["source_id"], unique=False)
    op.create_table(
        "fetch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request", sa.String(4000), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body_sha256", sa.String(64), nullable=True),
        sa.Column("body_bytes", sa.Integer(), nullable=True),
        sa.Column("parser", sa.String(40), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "stored",
                "unchanged",
                "settling",
                "held",
                "refused",
                "failed",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("detail", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_fetch_dataset_id_dataset")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_fetch_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch")),
    )
    op.create_index(op.f("ix_fetch_at"), "fetch", ["at"], unique=False)
    op.create_index(op.f("ix_fetch_dataset_id"), "fetch", ["dataset_id"], unique=False)
    op.create_index(op.f("ix_fetch_source_id"), "fetch", ["source_id"], unique=False)
    op.create_table(
        "indicator",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("slice", sa.JSON(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("unit", sa.JSON(), nullable=False),
        sa.Column("factor", sa.String(40), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column(
            "change",
            sa.Enum(
                "relative",
                "points",
                "absolute",
                name="change",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("change_unit", sa.JSON(), nullable=False),
        sa.Column("change_factor", sa.String(40), nullable=True),
        sa.Column("change_decimals", sa.Integer(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("figure_url", sa.String(500), nullable=True),
        sa.Column("chart", sa.JSON(), nullable=False),
        sa.Column("example_data", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_indicator_dataset_id_dataset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    op.create_index(op.f("ix_indicator_dataset_id"), "indicator", ["dataset_id"], unique=False)
    op.create_table(
        "observation_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(1000), nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("value", sa.String(80), nullable=True),
        sa.Column("flag", sa.String(20), nullable=False),
        sa.Column("from_seq", sa.Integer(), nullable=False),
        sa.Column("to_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_observation_version_dataset_id_dataset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_version")),
        sa.UniqueConstraint(
            "dataset_id",
            "series",
            "period",
            "from_seq",
            name=op.f("uq_observation_version_dataset_id_series_period_from_seq"),
        ),
    )
    op.create_index("ix_observation_version_current", "observation_version", ["dataset_id", "to_seq"], unique=False)
    op.create_table(
        "vintage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("accepted", "held", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canonical_hash", sa.String(64), nullable=False),
        sa.Column("metadata_hash", sa.String(64), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("dimensions", sa.JSON(), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("fetch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_vintage_dataset_id_dataset")),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_vintage_fetch_id_fetch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vintage")),
        sa.UniqueConstraint("dataset_id", "seq", name=op.f("uq_vintage_dataset_id_seq")),
    )
    op.create_index(op.f("ix_vintage_dataset_id"), "vintage", ["dataset_id"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.String(80), nullable=False),
        sa.Column("vintage_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("new_period", "revision", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "drafted",
                "dismissed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key_figure", sa.JSON(), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_finding_indicator_id_indicator")),
        sa.ForeignKeyConstraint(["vintage_id"], ["vintage.id"], name=op.f("fk_finding_vintage_id_vintage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint(
            "indicator_id",
            "period",
            "kind",
            "vintage_id",
            name=op.f("uq_finding_indicator_id_period_kind_vintage_id"),
        ),
    )
    op.create_index(op.f("ix_finding_indicator_id"), "finding", ["indicator_id"], unique=False)
    op.create_index(op.f("ix_finding_state"), "finding", ["state"], unique=False)
    op.create_index(op.f("ix_finding_vintage_id"), "finding", ["vintage_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_finding_vintage_id"), table_name="finding")
    op.drop_index(op.f("ix_finding_state"), table_name="finding")
    op.drop_index(op.f("ix_finding_indicator_id"), table_name="finding")
    op.drop_table("finding")
    op.drop_index(op.f("ix_vintage_dataset_id"), table_name="vintage")
    op.drop_table("vintage")
    op.drop_index("ix_observation_version_current", table_name="observation_version")
    op.drop_table("observation_version")
    op.drop_index(op.f("ix_indicator_dataset_id"), table_name="indicator")
    op.drop_table("indicator")
    op.drop_index(op.f("ix_fetch_source_id"), table_name="fetch")
    op.drop_index(op.f("ix_fetch_dataset_id"), table_name="fetch")
    op.drop_index(op.f("ix_fetch_at"), table_name="fetch")
    op.drop_table("fetch")
    op.drop_index(op.f("ix_dataset_source_id"), table_name="dataset")
    op.drop_index(op.f("ix_dataset_next_poll_at"), table_name="dataset")
    op.drop_table("dataset")
    op.drop_table("source")
