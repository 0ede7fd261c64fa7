"""What is wrong with a form, by field: for the summary above it and the sentence beneath each field."""

from campaigns.editorial.completeness import Incomplete
from campaigns.errors import InvalidInput
from service.i18n import gettext as _


def errors_of(error: InvalidInput) -> dict[str, str]:
    """Field → sentence, in the language of the page; what belongs to no field stands under the empty name."""
    if isinstance(error, Incomplete):
        return {lack.field: _(lack.sentence) for lack in reversed(error.lacks)}
    return {error.field or "": _(str(error))}
