"""Issues that people compose, in editions for those who get the same."""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_BEFORE = ("sending", "sent", "paused", "cancelled")
_NOW = ("draft", "in_review", "changes_requested", "scheduled", "missed", "withdrawn", *_BEFORE)
_AS_APPROVED = "('scheduled', 'sending', 'sent', 'paused')"
_APPROVED_BY_ANOTHER = (
    "EXISTS (SELECT 1 FROM issue_approval WHERE issue_id = NEW.id AND sha256 = NEW.approved_sha256"
    " AND voided_at IS NULL AND (mode = 'one_person' OR (approver_id <> COALESCE(NEW.author_id, 0)"
    " AND approver_id <> COALESCE(NEW.last_editor_id, 0))))"
)
_CHANGED = " OR ".join(
    f"COALESCE(CAST(NEW.{column} AS TEXT), '') <> COALESCE(CAST(OLD.{column} AS TEXT), '')"
    for column in ("language", "subject", "preheader", "audience", "slot_at")
)
_FROZEN_ISSUE = f"id = OLD.issue_id AND composed AND status IN {_AS_APPROVED}"
_ITEM_IS_FROZEN = f"EXISTS (SELECT 1 FROM issue WHERE {_FROZEN_ISSUE})"  # noqa: S608 - our own words
# name -> (when, table, condition that is refused, message). What the workflow promises, held by the database too.
GUARDS = {
    "issue_needs_approval": (
        "BEFORE UPDATE", "issue",
        f"NEW.composed AND NEW.status = 'scheduled' AND OLD.status <> 'scheduled' AND NOT {_APPROVED_BY_ANOTHER}",
        "an issue is approved by somebody else than its author and last editor",
    ),
    "issue_frozen_when_approved": (
        "BEFORE UPDATE", "issue",
        f"OLD.composed AND OLD.status IN {_AS_APPROVED} AND NEW.status IN {_AS_APPROVED} AND ({_CHANGED})",
        "approved content cannot be changed",
    ),
    "issue_item_frozen_when_approved": (
        "BEFORE UPDATE", "issue_item", _ITEM_IS_FROZEN, "approved content cannot be changed",
    ),
    "issue_item_kept_when_approved": (
        "BEFORE DELETE", "issue_item", _ITEM_IS_FROZEN, "approved content cannot be changed",
    ),
}  # fmt: skip


def upgrade() -> None:
    _make_editions()
    with op.batch_alter_table("issue", copy_from=_issue(_BEFORE)) as issue:
        issue.drop_constraint(op.f("ck_issue_status"), type_="check")
        issue.add_column(sa.Column("composed", sa.Boolean(), nullable=False, server_default=sa.false()))
        issue.add_column(sa.Column("audience", sa.JSON(), nullable=False, server_default="{}"))
        issue.add_column(sa.Column("author_id", sa.Integer(), nullable=True))
        issue.add_column(sa.Column("last_editor_id", sa.Integer(), nullable=True))
        issue.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        issue.add_column(sa.Column("content_sha256", sa.String(64), nullable=False, server_default=""))
        issue.add_column(sa.Column("approved_sha256", sa.String(64), nullable=True))
        issue.add_column(sa.Column("note", sa.String(), nullable=True))
        issue.add_column(sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
        issue.add_column(sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
        for column in ("message_date", "slot_at", "closed_at"):
            issue.alter_column(column, existing_type=sa.DateTime(timezone=True), nullable=True)
        issue.create_foreign_key(op.f("fk_issue_author_id_editor"), "editor", ["author_id"], ["id"])
        issue.create_foreign_key(op.f("fk_issue_last_editor_id_editor"), "editor", ["last_editor_id"], ["id"])
        issue.create_check_constraint(op.f("ck_issue_status"), _one_of("status", _NOW))
        issue.create_check_constraint(
            op.f("ck_issue_approved_content"),
            f"NOT composed OR status NOT IN {_AS_APPROVED}"
            " OR (approved_sha256 IS NOT NULL AND approved_sha256 = content_sha256)",
        )
        issue.create_check_constraint(
            op.f("ck_issue_scheduled_has_slot"), f"status NOT IN {_AS_APPROVED} OR slot_at IS NOT NULL"
        )
    _make_items()
    _make_approvals()
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, guard in GUARDS.items():
        for statement in _trigger(name, *guard, postgres=postgres):
            op.execute(sa.text(statement))
    for verb in ("UPDATE", "DELETE"):
        body = (
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
            if postgres
            else "BEGIN SELECT RAISE(ABORT, 'rows of issue_snapshot are history and cannot be changed'); END"
        )
        name = f"issue_snapshot_refuse_{verb.lower()}"
        op.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {verb} ON issue_snapshot {body}"))


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, (_, table, _, _) in GUARDS.items():
        op.execute(sa.text(f"DROP TRIGGER {name} ON {table}" if postgres else f"DROP TRIGGER {name}"))
        if postgres:
            op.execute(sa.text(f"DROP FUNCTION {name}()"))
    op.drop_table("issue_approval")
    op.drop_table("issue_snapshot")
    _unmake_items()
    issues = sa.table("issue", sa.column("status"))
    op.execute(issues.delete().where(issues.c.status.not_in(_BEFORE)))
    op.drop_column("delivery", "edition_id")
    op.drop_table("edition")
    with op.batch_alter_table("issue", copy_from=_issue(_NOW, composed=True)) as issue:
        for check in ("status", "approved_content", "scheduled_has_slot"):
            issue.drop_constraint(op.f(f"ck_issue_{check}"), type_="check")
        for column in ("author_id", "last_editor_id"):
            issue.drop_constraint(op.f(f"fk_issue_{column}_editor"), type_="foreignkey")
        for column in _ADDED:
            issue.drop_column(column)
        for column in ("message_date", "slot_at", "closed_at"):
            issue.alter_column(column, existing_type=sa.DateTime(timezone=True), nullable=False)
        issue.create_check_constraint(op.f("ck_issue_status"), _one_of("status", _BEFORE))


_ADDED = (
    "composed", "audience", "author_id", "last_editor_id", "version", "content_sha256", "approved_sha256", "note",
    "begun_at", "updated_at",
)  # fmt: skip


def _issue(states: tuple[str, ...], *, composed: bool = False) -> sa.Table:
    """The table as it is before it is changed: what cannot be read back from SQLite are its checks."""
    added: list[Any] = []
    if composed:
        added = [
            sa.Column("composed", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("audience", sa.JSON(), nullable=False, server_default="{}"),
            sa.Column("author_id", sa.Integer(), nullable=True),
            sa.Column("last_editor_id", sa.Integer(), nullable=True),
            sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
            sa.Column("content_sha256", sa.String(64), nullable=False, server_default=""),
            sa.Column("approved_sha256", sa.String(64), nullable=True),
            sa.Column("note", sa.String(), nullable=True),
            sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
            sa.CheckConstraint("slot_at IS NOT NULL", name=op.f("ck_issue_scheduled_has_slot")),
            sa.CheckConstraint("approved_sha256 IS NOT NULL", name=op.f("ck_issue_approved_content")),
            sa.ForeignKeyConstraint(["author_id"], ["editor.id"], name=op.f("fk_issue_author_id_editor")),
            sa.ForeignKeyConstraint(["last_editor_id"], ["editor.id"], name=op.f("fk_issue_last_editor_id_editor")),
        ]
    return sa.Table(
        "issue",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("preheader", sa.String(200), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("archive_html", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("message_date", sa.DateTime(timezone=True), nullable=composed),
        sa.Column("slot_at", sa.DateTime(timezone=True), nullable=composed),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=composed),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        *added,
        sa.CheckConstraint(_one_of("status", states), name=op.f("ck_issue_status")),
        sa.CheckConstraint(_one_of("language", ("nb", "nn", "en")), name=op.f("ck_issue_language")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("slug", name=op.f("uq_issue_slug")),
        sa.Index(op.f("ix_issue_slot_at"), "slot_at"),
        sa.Index(op.f("ix_issue_status"), "status"),
    )


def _make_editions() -> None:
    """Each issue there is goes to everybody in one edition."""
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("language", _choice("language", "nb", "nn", "en"), nullable=False),
        sa.Column("topics_key", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("preheader", sa.String(200), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_edition_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint(
            "issue_id", "language", "topics_key", name=op.f("uq_edition_issue_id_language_topics_key")
        ),
    )  # fmt: skip
    op.add_column("delivery", sa.Column("edition_id", sa.Integer(), nullable=True))
    names = ("issue_id", "language", "topics_key", "subject", "preheader", "html", "text", "sha256")
    edition = sa.table("edition", sa.column("id"), *(sa.column(name) for name in names))
    delivery = sa.table("delivery", sa.column("issue_id"), sa.column("edition_id"))
    connection = op.get_bind()
    query = "SELECT id AS issue_id, sha256, language, '*' AS topics_key, subject, preheader, html, text FROM issue"
    for row in connection.execute(sa.text(query)).mappings().all():
        own = [row[name] for name in ("sha256", "language", "topics_key", "subject", "preheader", "html", "text")]
        frozen = json.dumps(own, ensure_ascii=False, separators=(",", ":"))
        sha256 = hashlib.sha256(frozen.encode()).hexdigest()
        connection.execute(edition.insert().values(**(dict(row) | {"sha256": sha256})))
        made = connection.execute(sa.select(edition.c.id).where(edition.c.issue_id == row["issue_id"])).scalar_one()
        connection.execute(delivery.update().where(delivery.c.issue_id == row["issue_id"]).values(edition_id=made))


def _make_items() -> None:
    rows = _taken_out()
    op.create_table(
        "issue_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("snapshot_sha256", sa.String(64), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("block", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.CheckConstraint("draft_id IS NULL OR snapshot_sha256 IS NOT NULL", name=op.f("ck_issue_item_draft_as_approved")),
        *_item_keys(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_item")),
        sa.UniqueConstraint("issue_id", "draft_id", name=op.f("uq_issue_item_issue_id_draft_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_issue_item_issue_id"), "issue_item", ["issue_id"])
    op.create_index(op.f("ix_issue_item_draft_id"), "issue_item", ["draft_id"])
    _put_back(rows, title="", block="{}", topics="[]")


def _unmake_items() -> None:
    """An item of its own, and a draft's second appearance, have no place in the table as it was."""
    rows = {row["draft_id"]: row for row in reversed(_taken_out()) if row["draft_id"] is not None}
    op.create_table(
        "issue_item",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("snapshot_sha256", sa.String(64), nullable=False),
        *_item_keys(),
        sa.PrimaryKeyConstraint("issue_id", "draft_id", name=op.f("pk_issue_item")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_issue_item_draft_id")),
    )
    closed = f"SELECT id FROM issue WHERE {_one_of('status', _BEFORE)}"  # noqa: S608 - our own words
    there = set(op.get_bind().execute(sa.text(closed)).scalars())
    _put_back([row for row in rows.values() if row["issue_id"] in there])


def _item_keys() -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_issue_item_draft_id_draft")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_item_issue_id_issue")),
        sa.ForeignKeyConstraint(
            ["snapshot_sha256"], ["snapshot.sha256"], name=op.f("fk_issue_item_snapshot_sha256_snapshot")
        ),
    ]


def _taken_out() -> list[dict[str, Any]]:
    query = "SELECT issue_id, draft_id, position, snapshot_sha256 FROM issue_item ORDER BY issue_id, position"
    rows = [dict(row) for row in op.get_bind().execute(sa.text(query)).mappings()]
    op.drop_table("issue_item")
    return rows


def _put_back(rows: list[dict[str, Any]], **new: str) -> None:
    for row in rows:
        names = [*row, *new]
        places = ", ".join(f":{name}" for name in names)
        statement = f"INSERT INTO issue_item ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - our own words
        op.get_bind().execute(sa.text(statement), row | new)


def _make_approvals() -> None:
    op.create_table(
        "issue_snapshot",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_snapshot_issue_id_issue")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_issue_snapshot")),
    )
    op.create_index(op.f("ix_issue_snapshot_issue_id"), "issue_snapshot", ["issue_id"])
    op.create_table(
        "issue_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("mode", _choice("mode", "two_person", "one_person"), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("last_editor_id", sa.Integer(), nullable=True),
        sa.Column("approver_id", sa.Integer(), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "mode = 'one_person' OR ((author_id IS NULL OR approver_id <> author_id)"
            " AND (last_editor_id IS NULL OR approver_id <> last_editor_id))",
            name=op.f("ck_issue_approval_four_eyes"),
        ),
        sa.ForeignKeyConstraint(["approver_id"], ["editor.id"], name=op.f("fk_issue_approval_approver_id_editor")),
        sa.ForeignKeyConstraint(["author_id"], ["editor.id"], name=op.f("fk_issue_approval_author_id_editor")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_approval_issue_id_issue")),
        sa.ForeignKeyConstraint(
            ["last_editor_id"], ["editor.id"], name=op.f("fk_issue_approval_last_editor_id_editor")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["issue_snapshot.sha256"], name=op.f("fk_issue_approval_sha256_issue_snapshot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_approval")),
    )
    op.create_index(op.f("ix_issue_approval_issue_id"), "issue_approval", ["issue_id"])


def _trigger(name: str, when: str, table: str, refused: str, message: str, *, postgres: bool) -> list[str]:
    if not postgres:
        raising = f"SELECT RAISE(ABORT, '{message}') WHERE {refused};"
        return [f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW BEGIN {raising} END"]
    row = "OLD" if "DELETE" in when else "NEW"
    body = f"BEGIN IF {refused} THEN RAISE EXCEPTION '{message}'; END IF; RETURN {row}; END"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
