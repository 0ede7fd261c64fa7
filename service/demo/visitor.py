"""A person at a browser, as far as the demo needs one: follows links, fills in forms and presses buttons.

It goes through the running application over HTTP, with its cookies, form tokens and refusals, and through nothing
else; so what the demo tells has happened the way it happens in an office.
"""

from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin

import requests


class DemoFailed(Exception):
    """A step of the story did not go as it should; the message says which and what came instead."""


class Page(NamedTuple):
    """What came back: where we ended, the status, and the text of the page."""

    url: str
    status: int
    html: str

    def form(self, action_ends_with: str) -> "Form":
        """The form whose action ends so, with the values it was served with."""
        reader = _FormReader()
        reader.feed(self.html)
        for form in reader.forms:
            if form.action.rstrip("/").endswith(action_ends_with):
                return form
        raise DemoFailed(f"{self.url} has no form to {action_ends_with} (status {self.status}).")


class Form(NamedTuple):
    """One form: where it goes, and its fields."""

    action: str
    fields: dict[str, str]


class Visitor:
    """One browser; keeps its cookies."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._session = requests.Session()
        self._session.trust_env = False

    def open(self, path: str) -> Page:
        return self._page(self._session.get(urljoin(self._root, path), timeout=30))

    def press(self, page: Page, action: str, **changed: str) -> Page:
        """Send the form on this page whose action ends so, some fields changed, as a browser would."""
        form = page.form(action)
        response = self._session.post(
            urljoin(page.url, form.action), data=form.fields | changed, headers={"Referer": page.url}, timeout=60
        )
        return self._page(response)

    def post(self, url: str, body: str) -> Page:
        """Send a bare form body without cookies, as a mailbox provider does for one-click unsubscribing."""
        response = requests.post(
            url,
            data=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            allow_redirects=False,
            timeout=30,
        )
        return self._page(response)

    @staticmethod
    def _page(response: requests.Response) -> Page:
        return Page(response.url, response.status_code, response.text)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._text_field: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(attributes.get("action", ""), {})
            self.forms.append(self._open)
        elif self._open is not None:
            self._field(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._text_field = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._text_field is not None:
            self._open.fields[self._text_field] += data

    def _field(self, tag: str, attributes: dict[str, str]) -> None:
        assert self._open is not None
        name = attributes.get("name", "")
        if tag == "input" and name:
            kind = attributes.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in attributes:
                return
            if kind not in ("submit", "button"):
                self._open.fields[name] = attributes.get("value", "on" if kind == "checkbox" else "")
        elif tag == "textarea" and name:
            self._open.fields[name] = ""
            self._text_field = name
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in attributes or self._select not in self._open.fields):
            self._open.fields[self._select] = attributes.get("value", "")
