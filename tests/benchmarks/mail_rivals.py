"""The same mails handed over without a ledger: what the standard library does at its slowest and at its fastest."""

import smtplib
import time
from collections.abc import Sequence

_FROM = "b+bench@retur.example.no"


def sendmail_loop(port: int, messages: Sequence[bytes], count: int) -> float:
    """One connection, ``sendmail()`` for each; seconds."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as client:
        started = time.perf_counter()
        for number in range(count):
            client.sendmail(_FROM, [f"leser{number}@example.no"], messages[number % len(messages)])
        return time.perf_counter() - started


def staged_loop(port: int, messages: Sequence[bytes], count: int) -> float:
    """One connection driven stage by stage, nothing built and nothing written down; seconds."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as client:
        client.ehlo()
        started = time.perf_counter()
        for number in range(count):
            client.mail(_FROM)
            client.rcpt(f"leser{number}@example.no")
            client.docmd("DATA")
            client.send(messages[number % len(messages)].replace(b"\r\n.", b"\r\n..") + b".\r\n")
            code, reply = client.getreply()
            if code != 250:
                raise RuntimeError(reply)
        return time.perf_counter() - started
