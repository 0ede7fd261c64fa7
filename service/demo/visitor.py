"""A person at a browser, as far as the demo needs one: follows links, fills in forms and presses buttons.

It goes through the running application over HTTP, with its cookies, form tokens and refusals, and through nothing
else; so what the demo tells has happened the way it happens in an office.
"""

from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import requests


class DemoFailed(Exception):
    """A step of the story did not go as it should; the message says which and what came instead."""


class Page(NamedTuple):
    """What came back: where we ended, the status, and the text of the page."""

    url: str
    status: int
    html: str

    def form_to(self, action: str) -> "Form":
        """The form that goes, by itself or by one of its buttons, to an address that ends so.

        A form without an address goes to its own page. The fields have the values they came with.
        """
        reader = _FormReader()
        reader.feed(self.html)
        for form in reader.all_ways():
            address = urljoin(self.url, form.action)
            if urlsplit(address).path.endswith(action):
                return form._replace(action=address)
        raise DemoFailed(f"{self.url} has no form to {action} (status {self.status}).")

    def offers(self, action: str) -> bool:
        """Whether there is such a form at all."""
        try:
            return bool(self.form_to(action))
        except DemoFailed:
            return False


class Form(NamedTuple):
    """One form: where it goes, its fields, and its id for buttons that stand outside it."""

    action: str
    fields: dict[str, str]
    id: str = ""


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
        form = page.form_to(action)
        fields = form.fields | changed
        response = self._session.post(form.action, data=fields, headers={"Referer": page.url}, timeout=60)
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
        self._buttons: list[tuple[str, str]] = []  # (id of its form, where it sends it)
        self._open: Form | None = None
        self._text_field: str | None = None
        self._select: str | None = None

    def all_ways(self) -> list[Form]:
        """Every form, and every form again for each button that sends it elsewhere."""
        by_id = {form.id: form for form in self.forms}
        return self.forms + [by_id[id_]._replace(action=action) for id_, action in self._buttons if id_ in by_id]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(attributes.get("action", ""), {}, attributes.get("id", ""))
            self.forms.append(self._open)
        elif tag == "button" and "formaction" in attributes:
            inside = self._open.id if self._open else ""
            self._buttons.append((attributes.get("form", inside), attributes["formaction"]))
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
