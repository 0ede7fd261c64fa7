"""What readers want, what they said yes to, and what is counted before it is let go."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_ACTIONS = ("asked", "confirmed", "withdrew", "imported")
_KINDS = ("newsletter", "account_mail", "post")
_STATES = (
    "planned", "queued", "sending", "deferred", "accepted", "delivered", "bounced", "complained", "failed", "unknown",
    "suppressed", "cancelled",
)  # fmt: skip
_COLUMNS = "id, subscriber_id, action, wording_version, language, origin, network, at"
_GUARD = "delivery_event_refuse_delete"
_HISTORY = "rows of delivery_event are history and cannot be changed"


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    # With the CHECK in the column itself, so that SQLite needs not write the table anew.
    op.execute(
        sa.text(
            "ALTER TABLE subscriber ADD COLUMN frequency VARCHAR(32) DEFAULT 'each' NOT NULL"
            " CONSTRAINT ck_subscriber_frequency CHECK (frequency IN ('each', 'weekly', 'monthly'))"
        )
    )
    op.add_column("subscriber", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("subscriber", sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_subscriber_paused_until", "subscriber", ["paused_until"])
    op.add_column("consent", sa.Column("user_agent", sa.String(200), nullable=True))
    op.add_column("consent", sa.Column("token_id", sa.String(16), nullable=True))
    op.add_column("consent", sa.Column("detail", sa.JSON(), nullable=False, server_default="{}"))
    _allow_actions((_ACTIONS[0], "changed", *_ACTIONS[1:]), "user_agent, token_id, detail")
    op.create_table(
        "delivery_total",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("issue_id", sa.Integer(), sa.ForeignKey("issue.id"), nullable=True, index=True),
        sa.Column("kind", _choice("kind", *_KINDS), nullable=False),
        sa.Column("state", _choice("state", *_STATES), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.UniqueConstraint("issue_id", "kind", "state", "category"),
    )
    op.create_table("let_go", sa.Column("key", sa.String(40), primary_key=True))
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("counts", sa.JSON(), nullable=False),
    )
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("frequency", _choice("frequency", "each", "weekly", "monthly"), nullable=False),
        sa.Column("language", _choice("language", "nb", "nn", "en"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issue_id", sa.Integer(), sa.ForeignKey("issue.id"), nullable=True, unique=True),
        sa.Column("note", sa.String(500), nullable=True),
        sa.UniqueConstraint("frequency", "language", "until"),
    )
    _guard_history(unless_let_go=True)


def downgrade() -> None:
    _guard_history(unless_let_go=False)
    op.drop_table("digest")
    op.drop_table("retention_run")
    op.drop_table("let_go")
    op.drop_table("delivery_total")
    op.execute(sa.text("DELETE FROM consent WHERE action = 'changed'"))
    for column in ("detail", "token_id", "user_agent"):
        op.drop_column("consent", column)
    _allow_actions(_ACTIONS, "")
    op.drop_index("ix_subscriber_paused_until", "subscriber")
    for column in ("welcomed_at", "paused_until", "frequency"):
        op.drop_column("subscriber", column)


def _allow_actions(actions: tuple[str, ...], added: str) -> None:
    allowed = f"action IN ({', '.join(repr(action) for action in actions)})"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_consent_action"), "consent", type_="check")
        op.create_check_constraint(op.f("ck_consent_action"), "consent", allowed)
        return
    columns = ", ".join(filter(None, (_COLUMNS, added)))
    op.drop_index("ix_consent_subscriber_id", "consent")
    op.rename_table("consent", "consent_before")
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("action", _choice("action", *actions), nullable=False),
        sa.Column("wording_version", sa.String(40), nullable=False),
        sa.Column("language", _choice("language", "nb", "nn", "en"), nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("network", sa.String(64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(_added_columns() if added else ()),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name="fk_consent_subscriber_id_subscriber"),
    )
    op.execute(sa.text(f"INSERT INTO consent ({columns}) SELECT {columns} FROM consent_before"))  # noqa: S608 - our own names
    op.drop_table("consent_before")
    op.create_index("ix_consent_subscriber_id", "consent", ["subscriber_id"])


def _added_columns() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("user_agent", sa.String(200), nullable=True),
        sa.Column("token_id", sa.String(16), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False, server_default="{}"),
    )


def _guard_history(*, unless_let_go: bool) -> None:
    """What was counted and is named in ``let_go`` may be removed; nothing else of the history may."""
    named = "EXISTS (SELECT 1 FROM let_go WHERE key = 'delivery:' || OLD.delivery_id)"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(f"DROP TRIGGER {_GUARD} ON delivery_event"))
        if unless_let_go:
            op.execute(
                sa.text(
                    "CREATE FUNCTION refuse_forgetting() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN IF {named} THEN RETURN OLD; END IF; RAISE EXCEPTION '{_HISTORY}'; END $$"
                )
            )
        refuse = "refuse_forgetting" if unless_let_go else "refuse_rewriting"
        op.execute(
            sa.text(f"CREATE TRIGGER {_GUARD} BEFORE DELETE ON delivery_event FOR EACH ROW EXECUTE FUNCTION {refuse}()")
        )
        if not unless_let_go:
            op.execute(sa.text("DROP FUNCTION refuse_forgetting()"))
        return
    when = f"WHEN NOT {named} " if unless_let_go else ""
    op.execute(sa.text(f"DROP TRIGGER {_GUARD}"))
    op.execute(
        sa.text(
            f"CREATE TRIGGER {_GUARD} BEFORE DELETE ON delivery_event {when}"
            f"BEGIN SELECT RAISE(ABORT, '{_HISTORY}'); END"
        )
    )
