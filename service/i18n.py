"""The language of the page being answered, and its texts. A msgid *is* the bokmål text.

In templates ``{{ _("Godkjenn") }}`` and ``{{ _("Hei, %(name)s", name=...) }}``; in views ``gettext`` likewise.
"""

from typing import Any

from flask import Flask, g, has_request_context, request

from campaigns.language import Language
from service.message_catalogue import catalogue
from service.request import current, editor

LANGUAGE_PARAMETER = "sprak"  # what a page for readers takes its language from
_NAMES = {Language.BOKMAAL: "bokmål", Language.NYNORSK: "nynorsk", Language.ENGLISH: "English"}


def language() -> Language:
    """The language of the page being answered: what a view chose, else the reader's own, else the service's."""
    if not has_request_context():
        return Language.BOKMAAL
    chosen = g.get("language")
    if isinstance(chosen, Language):
        return chosen
    reader = editor()
    return reader.language if reader is not None else current().settings.language


def use_language(chosen: Language) -> None:
    """Answer this request in this language: what whoever reads it has chosen."""
    g.language = g.reads_in = chosen


def use_language_asked_for() -> None:
    """Answer this request in the language that its address or form names, if it names one of ours."""
    asked = request.args.get(LANGUAGE_PARAMETER) or request.form.get(LANGUAGE_PARAMETER)
    if asked in set(Language):
        use_language(Language(asked))


def use_language_of_text(chosen: Language) -> None:
    """Answer this request in the language of the text it shows. The pages it leads to are in the reader's own."""
    g.language = chosen


def reader_path(path: str) -> str:
    """The path of a page for readers, in the language this reader chose; no cookie remembers it for them."""
    reads_in = g.get("reads_in")
    if reads_in is None or reads_in is current().settings.language:
        return path
    return f"{path}{'&' if '?' in path else '?'}{LANGUAGE_PARAMETER}={reads_in}"


def language_name(tag: str) -> str:
    """The language's own name."""
    return _NAMES[Language(tag)]


def gettext(message: str, **values: Any) -> str:
    """The message in the page's language, with ``%(name)s`` filled in."""
    text = catalogue(language()).get(message, message)
    return text % values if values else text


def _lookup(message: str) -> str:
    return catalogue(language()).get(message, message)


def _plural(singular: str, plural: str, number: int) -> str:
    return _lookup(singular if number == 1 else plural)


def install(app: Flask) -> None:
    environment: Any = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(_lookup, _plural, newstyle=True)
    environment.globals["language"] = language
    environment.globals["language_name"] = language_name
    environment.globals["reader_path"] = reader_path
