"""Drafts, their variants, snapshots, approvals and comments."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_FROZEN = "('approved', 'scheduled', 'publishing', 'published')"
_CONTENT = ("title", "language", "blocks", "topics", "slot_at")
_CHANGED = " OR ".join(
    f"COALESCE(CAST(NEW.{column} AS TEXT), '') <> COALESCE(CAST(OLD.{column} AS TEXT), '')" for column in _CONTENT
)
_APPROVED_BY_ANOTHER = (
    "EXISTS (SELECT 1 FROM approval WHERE draft_id = NEW.id AND sha256 = NEW.approved_sha256 AND voided_at IS NULL"
    " AND (mode = 'one_person' OR (approver_id <> COALESCE(NEW.author_id, 0)"
    " AND approver_id <> COALESCE(NEW.last_editor_id, 0))))"
)
# name -> (when, table, condition that is refused, message). What the workflow promises, held by the database too.
GUARDS = {
    "draft_needs_approval": (
        "BEFORE UPDATE",
        "draft",
        f"NEW.status IN ('approved', 'scheduled') AND OLD.status NOT IN {_FROZEN} AND NOT {_APPROVED_BY_ANOTHER}",
        "a draft is approved by somebody else than its author and last editor",
    ),
    "draft_frozen_when_approved": (
        "BEFORE UPDATE",
        "draft",
        f"OLD.status IN {_FROZEN} AND NEW.status IN {_FROZEN} AND ({_CHANGED})",
        "approved content cannot be changed",
    ),
    "variant_frozen_when_approved": (
        "BEFORE UPDATE",
        "variant",
        f"EXISTS (SELECT 1 FROM draft WHERE id = OLD.draft_id AND status IN {_FROZEN})",  # noqa: S608 - our own words
        "approved content cannot be changed",
    ),
}


def _trigger(name: str, when: str, table: str, refused: str, message: str, *, postgres: bool) -> list[str]:
    if not postgres:
        raising = f"SELECT RAISE(ABORT, '{message}') WHERE {refused};"
        return [f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW BEGIN {raising} END"]
    body = f"BEGIN IF {refused} THEN RAISE EXCEPTION '{message}'; END IF; RETURN NEW; END"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "new_period",
                "revision",
                "day",
                "news",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "in_review",
                "changes_requested",
                "approved",
                "scheduled",
                "publishing",
                "published",
                "rejected",
                "withdrawn",
                "missed",
                "stale",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "language",
            sa.Enum("nb", "nn", "en", name="language", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("slot_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("day_id", sa.String(80), nullable=True),
        sa.Column("occurs_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("vintage_id", sa.Integer(), nullable=True),
        sa.Column("slug", sa.String(120), nullable=True),
        sa.Column("sober", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("last_editor_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("approved_sha256", sa.String(64), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status <> 'scheduled' OR slot_at IS NOT NULL", name=op.f("ck_draft_scheduled_has_slot")),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'scheduled', 'publishing', 'published') OR (approved_sha256 IS NOT NULL AND approved_sha256 = content_sha256)",
            name=op.f("ck_draft_approved_content"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["editor.id"], name=op.f("fk_draft_author_id_editor")),
        sa.ForeignKeyConstraint(["day_id"], ["commemorative_day.id"], name=op.f("fk_draft_day_id_commemorative_day")),
        sa.ForeignKeyConstraint(["last_editor_id"], ["editor.id"], name=op.f("fk_draft_last_editor_id_editor")),
        sa.ForeignKeyConstraint(["vintage_id"], ["vintage.id"], name=op.f("fk_draft_vintage_id_vintage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_draft_idempotency_key")),
        sa.UniqueConstraint("slug", name=op.f("uq_draft_slug")),
    )
    op.create_index(op.f("ix_draft_slot_at"), "draft", ["slot_at"], unique=False)
    op.create_index(op.f("ix_draft_status"), "draft", ["status"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_comment_draft_id_draft")),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_comment_editor_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_draft_id"), "comment", ["draft_id"], unique=False)
    op.create_table(
        "snapshot",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_snapshot_draft_id_draft")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_snapshot")),
    )
    op.create_index(op.f("ix_snapshot_draft_id"), "snapshot", ["draft_id"], unique=False)
    op.create_table(
        "variant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "newsletter",
                "linkedin",
                "facebook",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("preheader", sa.String(160), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("hashtags", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(500), nullable=True),
        sa.Column("canvas", sa.String(20), nullable=False),
        sa.Column("image_sha256", sa.String(64), nullable=True),
        sa.Column("alt_text", sa.String(1500), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_variant_draft_id_draft")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint("draft_id", "channel", name=op.f("uq_variant_draft_id_channel")),
    )
    op.create_index(op.f("ix_variant_draft_id"), "variant", ["draft_id"], unique=False)
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("two_person", "one_person", name="mode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("last_editor_id", sa.Integer(), nullable=True),
        sa.Column("approver_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "mode = 'one_person' OR ((author_id IS NULL OR approver_id <> author_id) AND (last_editor_id IS NULL OR approver_id <> last_editor_id))",
            name=op.f("ck_approval_four_eyes"),
        ),
        sa.ForeignKeyConstraint(["approver_id"], ["editor.id"], name=op.f("fk_approval_approver_id_editor")),
        sa.ForeignKeyConstraint(["author_id"], ["editor.id"], name=op.f("fk_approval_author_id_editor")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_approval_draft_id_draft")),
        sa.ForeignKeyConstraint(["last_editor_id"], ["editor.id"], name=op.f("fk_approval_last_editor_id_editor")),
        sa.ForeignKeyConstraint(["sha256"], ["snapshot.sha256"], name=op.f("fk_approval_sha256_snapshot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_draft_id"), "approval", ["draft_id"], unique=False)
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, guard in GUARDS.items():
        for statement in _trigger(name, *guard, postgres=postgres):
            op.execute(sa.text(statement))


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, (_, table, _, _) in GUARDS.items():
        op.execute(sa.text(f"DROP TRIGGER {name} ON {table}" if postgres else f"DROP TRIGGER {name}"))
        if postgres:
            op.execute(sa.text(f"DROP FUNCTION {name}()"))
    op.drop_index(op.f("ix_approval_draft_id"), table_name="approval")
    op.drop_table("approval")
    op.drop_index(op.f("ix_variant_draft_id"), table_name="variant")
    op.drop_table("variant")
    op.drop_index(op.f("ix_snapshot_draft_id"), table_name="snapshot")
    op.drop_table("snapshot")
    op.drop_index(op.f("ix_comment_draft_id"), table_name="comment")
    op.drop_table("comment")
    op.drop_index(op.f("ix_draft_status"), table_name="draft")
    op.drop_index(op.f("ix_draft_slot_at"), table_name="draft")
    op.drop_table("draft")
