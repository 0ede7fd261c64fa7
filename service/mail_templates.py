"""The environment that mails are rendered in: no request, no web frame, and a name nobody set is an error.

Templates say ``{{ _("Bekreft") }}``; the text comes in the language of the mail, which is the ``language`` they are
rendered with. Text files are not escaped, MJML and HTML are.
"""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from campaigns.language import Language
from service.message_catalogue import catalogue


def mail_environment() -> Environment:
    """Loads from ``templates/email``."""
    environment = Environment(
        loader=PackageLoader("templates", "email"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("mjml", "html")),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["_"] = _in_the_mails_language
    return environment


@pass_context
def _in_the_mails_language(context: Context, message: str, **values: Any) -> str:
    text = catalogue(Language(context["language"])).get(message, message)
    return text % values if values else text
