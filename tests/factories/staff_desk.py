"""The application with people who are signed in, as a test needs it."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from campaigns.clock import FixedClock
from campaigns.editorial.editor import Editor
from service.auth.credential import StaffSession
from service.auth.form_tokens import issue_form_token
from service.auth.sessions import open_session, token_hash
from service.bootstrap import Service


@dataclass
class Browser:
    """One browser. Without a person it is a stranger's."""

    client: FlaskClient
    csrf_token: str

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, buffered=True, **more)

    def post(self, path: str, **fields: Any) -> TestResponse:
        """A form filled in on a page of ours."""
        return self.client.post(path, data={"csrf_token": self.csrf_token, **fields})


@dataclass
class StaffDesk:
    """The application and its parts."""

    service: Service
    clock: FixedClock
    app: Flask

    def editor(self, session: Session, name: str) -> Editor:
        return session.exec(select(Editor).where(Editor.name == name)).one()

    def browser(self, name: str | None = None) -> Browser:
        """A browser in which this person is signed in."""
        client = self.app.test_client()
        if name is None:
            return Browser(client, issue_form_token(self.service.derived_key("form"), self.clock.now()))
        with self.service.database.session_scope() as session:
            token = open_session(session, self.editor(session, name), self.clock)
            csrf_token = session.get_one(StaffSession, token_hash(token)).csrf_token
        client.set_cookie("sid", token, httponly=True)
        return Browser(client, csrf_token)
