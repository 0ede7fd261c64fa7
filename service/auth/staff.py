"""Adding members of staff. The first one is made on the command line (S-15); there are no default accounts."""

from collections.abc import Sequence

from email_validator import EmailNotValidError, validate_email
from sqlmodel import Session

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.editorial.editor import Editor, Role
from campaigns.errors import InvalidInput
from campaigns.language import Language
from service.auth import passwords
from service.auth.credential import Credential
from service.auth.sign_in import editor_by_email


def add_editor(
    session: Session,
    clock: Clock,
    *,
    email: str,
    roles: Sequence[Role],
    name: str = "",
    language: Language = Language.BOKMAAL,
) -> Editor:
    """A new member of staff, who cannot sign in yet. Raises ``InvalidInput``."""
    try:
        address = validate_email(email, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise InvalidInput(f"«{email}» er ikke en e-postadresse.", field="email") from error
    if editor_by_email(session, address) is not None:
        raise InvalidInput(f"{address} har allerede en konto.", field="email")
    if not roles:
        raise InvalidInput("Gi kontoen minst én rolle.", field="roles")
    editor = Editor(
        email=address,
        name=name.strip() or _name_in(address),
        roles=[role.value for role in dict.fromkeys(roles)],
        language=language,
        created_at=clock.now(),
    )
    session.add(editor)
    session.flush()
    audit.record(session, clock, Actor.service("command"), "editor.added", ("editor", editor.id), roles=editor.roles)
    return editor


def set_password(session: Session, clock: Clock, editor: Editor, password: str) -> None:
    """Give the person this password. Raises ``InvalidInput`` when it will not do."""
    assert editor.id is not None
    passwords.check_strength(password, about=(editor.email, editor.name))
    hashed = passwords.hash_password(password)
    credential = session.get(Credential, editor.id)
    if credential is None:
        session.add(Credential(editor_id=editor.id, password_hash=hashed, changed_at=clock.now()))
    else:
        credential.password_hash, credential.changed_at = hashed, clock.now()
    audit.record(session, clock, Actor.service("command"), "editor.password_set", ("editor", editor.id))


def _name_in(address: str) -> str:
    """``ola.nordmann@…`` is called Ola Nordmann until somebody says otherwise."""
    return " ".join(part.capitalize() for part in address.partition("@")[0].replace("_", ".").split(".") if part)
