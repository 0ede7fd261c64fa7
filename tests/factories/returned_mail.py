"""Messages that come back, in the forms that relays give them."""

from campaigns.channels.return_path import return_token

RETURN_KEY = b"a key for the tests of this file"
SUBSCRIBER_TOKEN = "kjqx" * 15 + "a"
DELIVERY = 4711
TOKEN = return_token(DELIVERY, RETURN_KEY)
DOMAIN = "bounce.example.no"


def message(body: str, **head: str) -> bytes:
    """``head`` names fields with underscores for hyphens."""
    fields = {"from": "MAILER-DAEMON@mx.example.org", "subject": "Undelivered Mail Returned to Sender"} | head
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return ("\n".join(lines) + "\n\n" + body).encode()


def delivery_report(
    *groups: str, returned: str = "Subject: Nytt\n", subtype: str = "delivery-status", **head: str
) -> bytes:
    """A report for programs (RFC 3464) about ``groups``, each the fields of one recipient."""
    status = "\n\n".join(("Reporting-MTA: dns; mx.example.org", *groups))
    body = (
        "--x\nContent-Type: text/plain\n\nI could not deliver your message.\n"
        f"--x\nContent-Type: message/{subtype}\n\n{status}\n\n"
        f"--x\nContent-Type: message/rfc822\n\n{returned}\nHei.\n--x--\n"
    )
    return message(body, content_type='multipart/report; report-type=delivery-status; boundary="x"', **head)


def failed(address: str, diagnostic: str, status: str = "5.0.0") -> str:
    return f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; {diagnostic}"


def abuse_report(fields: str, returned: str = "Subject: Nytt\n") -> bytes:
    """A complaint as providers send it (RFC 5965)."""
    body = (
        "--x\nContent-Type: text/plain\n\nThis is an email abuse report.\n"
        f"--x\nContent-Type: message/feedback-report\n\n{fields}\n"
        f"--x\nContent-Type: message/rfc822\n\n{returned}\nHei.\n--x--\n"
    )
    return message(
        body,
        **{"from": "feedback@provider.example"},
        subject="FW: Nytt",
        content_type='multipart/report; report-type=feedback-report; boundary="x"',
    )
