"""The database's own guard of approvals: going round the workflow by SQL, and two people at once."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.editorial.changes import DraftChanges
from campaigns.editorial.draft import Approval, ApprovalMode, Draft, DraftStatus
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.workflow import approve, edit
from campaigns.errors import Refused
from service.database import Database
from tests.factories.newsroom import approver, author, editor, scheduled_draft, submitted_draft


@pytest.fixture
def waiting(database: Database, clock: FixedClock) -> Database:
    """Draft 1, submitted by editor 1 (Astrid); editors 2 and 3 (Gunnar, Hilde) may approve."""
    with database.session_scope() as session:
        astrid = editor(session, "Astrid", Role.AUTHOR, Role.APPROVER)
        approver(session)
        approver(session, "Hilde")
        submitted_draft(session, clock, astrid)
    return database


def _by_sql(database: Database, *statements: str) -> None:
    with database.session_scope() as session:
        for statement in statements:
            session.execute(sa.text(statement))


def _approval_row(approver_id: int, author_id: str, *, mode: str = "two_person") -> str:
    return (
        "INSERT INTO approval (draft_id, sha256, mode, author_id, approver_id, at)"
        f" SELECT 1, content_sha256, '{mode}', {author_id}, {approver_id}, created_at FROM draft WHERE id = 1"
    )


APPROVED_BY_SQL = "UPDATE draft SET status = 'scheduled', approved_sha256 = content_sha256 WHERE id = 1"


def test_the_database_refuses_an_approval_by_the_author(waiting: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="four_eyes"):
        _by_sql(waiting, _approval_row(1, "1"))


def test_the_database_refuses_an_approval_that_hides_its_author(waiting: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="somebody else"):
        _by_sql(waiting, _approval_row(1, "NULL"), APPROVED_BY_SQL)


def test_the_database_refuses_a_draft_nobody_approved(waiting: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="somebody else"):
        _by_sql(waiting, APPROVED_BY_SQL)


def test_the_database_refuses_content_that_is_not_what_was_approved(waiting: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r"approved_content|somebody else"):
        _by_sql(
            waiting,
            _approval_row(2, "1"),
            "UPDATE draft SET status = 'approved', approved_sha256 = 'something else' WHERE id = 1",
        )


def test_the_database_takes_another_persons_approval(waiting: Database) -> None:
    _by_sql(waiting, _approval_row(2, "1"), APPROVED_BY_SQL)

    with waiting.session_scope(read_only=True) as session:
        assert session.get_one(Draft, 1).status is DraftStatus.SCHEDULED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE draft SET title = 'x'",
        "UPDATE draft SET blocks = '[]'",
        "UPDATE draft SET slot_at = NULL, status = 'approved'",
        "UPDATE variant SET text = 'x'",
    ],
)
def test_the_database_refuses_changes_to_what_was_approved(
    database: Database, clock: FixedClock, statement: str
) -> None:
    with database.session_scope() as session:
        scheduled_draft(session, clock, author(session), approver(session))

    with pytest.raises(sa.exc.DBAPIError, match="cannot be changed"):
        _by_sql(database, statement)


def test_two_approvals_at_once_make_one(waiting: Database, clock: FixedClock) -> None:
    def approving(editor_id: int) -> Callable[[], None]:
        def act() -> None:
            with waiting.session_scope() as session:
                person = session.get_one(Editor, editor_id)
                seen = session.get_one(Draft, 1).content_sha256
                start.wait(timeout=60)
                approve(session, 1, person, sha256=seen, mode=ApprovalMode.TWO_PERSON, clock=clock)

        return act

    start = threading.Barrier(1 if waiting.engine.dialect.name == "sqlite" else 2)

    refused = _at_once(approving(2), approving(3))

    assert [type(error).__name__ for error in refused] == ["TransitionNotAllowed"]
    with waiting.session_scope(read_only=True) as session:
        assert len(session.exec(select(Approval)).all()) == 1


def test_an_edit_and_an_approval_at_once_never_publish_what_nobody_saw(waiting: Database, clock: FixedClock) -> None:
    start = threading.Barrier(1 if waiting.engine.dialect.name == "sqlite" else 2)

    with waiting.session_scope(read_only=True) as session:
        seen = session.get_one(Draft, 1).content_sha256

    def approving() -> None:
        with waiting.session_scope() as session:
            gunnar = session.get_one(Editor, 2)
            session.get_one(Draft, 1)
            start.wait(timeout=60)
            approve(session, 1, gunnar, sha256=seen, mode=ApprovalMode.TWO_PERSON, clock=clock)

    def editing() -> None:
        with waiting.session_scope() as session:
            astrid = session.get_one(Editor, 1)
            session.get_one(Draft, 1)
            start.wait(timeout=60)
            edit(session, 1, astrid, DraftChanges(title="Noe helt annet"), seen_version=1, clock=clock)

    _at_once(approving, editing)

    with waiting.session_scope(read_only=True) as session:
        draft = session.get_one(Draft, 1)
        assert draft.title == "Noe helt annet"
        assert draft.status in {DraftStatus.DRAFT, DraftStatus.IN_REVIEW}
        assert draft.approved_sha256 is None


def _at_once(*acts: Callable[[], None]) -> list[Refused]:
    refused: list[Refused] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except Refused as error:
            refused.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    return refused
