"""E-mail addresses: which we take, how they are written on the wire, and when two are the same (E-20…E-24).

The wire form keeps the local part exactly as typed; only ``canonical_key`` folds it, and only so that one mailbox
does not sign up twice. Nothing here asks DNS or the mailbox (S-43).
"""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from campaigns.errors import InvalidInput

FIELD = "address"
_LONGEST_TYPED = 320


@dataclass(frozen=True, kw_only=True)
class Address:
    """One address in its four forms."""

    raw: str  # as typed
    normalized: str  # as shown
    ascii_email: str | None  # as on the wire; None when every hop would need SMTPUTF8
    canonical_key: str  # for uniqueness only

    @property
    def domain(self) -> str:
        """The domain as A-labels, in lower case."""
        return self.canonical_key.rpartition("@")[2]


def parse_address(typed: str, *, relay_takes_utf8: bool = False) -> Address:
    """The address somebody typed. Raises ``InvalidInput`` with a sentence that says what to change."""
    text = typed.strip()
    if not text:
        raise InvalidInput("Skriv e-postadressen din.", field=FIELD)
    if len(text) > _LONGEST_TYPED:
        raise InvalidInput("E-postadressen er for lang. Den kan ha høyst 254 tegn.", field=FIELD)
    if "@" not in text:
        raise InvalidInput("E-postadressen mangler krøllalfa (@). Skriv den som navn@eksempel.no.", field=FIELD)
    try:
        valid = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise InvalidInput(_sentence(text), field=FIELD) from error
    domain = (valid.ascii_domain or "").lower()
    if valid.ascii_email is None and not relay_takes_utf8:
        raise InvalidInput(
            "Vi kan dessverre ikke sende til adresser med æ, ø, å eller andre særtegn foran krøllalfaen (@). "
            "Bruk en annen adresse hvis du har en.",
            field=FIELD,
        )
    return Address(
        raw=text,
        normalized=valid.normalized,
        ascii_email=valid.ascii_email,
        canonical_key=f"{valid.local_part.casefold()}@{domain}",
    )


def masked(normalized: str) -> str:
    """``ola@eksempel.no`` as ``o••@e••.no``: enough for its owner to know it, too little for anybody else."""
    local, _, domain = normalized.rpartition("@")
    host, _, top = domain.rpartition(".")
    return f"{local[:1]}••@{host[:1]}••.{top}"


def _sentence(text: str) -> str:
    local, _, domain = text.rpartition("@")
    if len(local) > 64:
        return "Det står for mange tegn foran krøllalfaen (@). Der er det plass til 64."
    if "<" in text or ">" in text:
        return "Skriv bare selve adressen, uten navn og vinkelparenteser: navn@eksempel.no."
    if any(sign.isspace() for sign in text):
        return "E-postadressen kan ikke inneholde mellomrom. Skriv den som navn@eksempel.no."
    if not domain or "." not in domain:
        return "Det mangler noe etter krøllalfaen (@). Skriv adressen som navn@eksempel.no."
    return "E-postadressen er ikke riktig skrevet. Se over den; den skal være som navn@eksempel.no."
