"""The programs of these tests: Skriver composes, Leser approves, Drift looks after the service, Revisjon reads."""

import pytest

from campaigns.editorial.editor import Role
from tests.factories.programs import Programs
from tests.factories.staff_desk import StaffDesk


@pytest.fixture
def programs(desk: StaffDesk) -> Programs:
    found = Programs(desk, desk.app.test_client(use_cookies=False))
    found.name("Skriver", Role.AUTHOR)
    found.name("Leser", Role.APPROVER)
    found.name("Begge", Role.AUTHOR, Role.APPROVER)
    found.name("Drift", Role.ADMIN)
    found.name("Revisjon", Role.AUDITOR)
    return found
