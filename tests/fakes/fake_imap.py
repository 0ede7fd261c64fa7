"""A small mailbox server that speaks real IMAP over loopback: enough of RFC 3501 to sign in, read and remove."""

import base64
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote

_COMMAND = re.compile(rb"(\S+) (UID )?(\w+) ?(.*)\r\n", re.IGNORECASE)


@dataclass
class FakeImap:
    """The mailbox behind the server: messages by UID, and what was asked of it."""

    messages: dict[int, bytes] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    password: str = 'hemmelig: "@'
    given: str = ""  # the password that is tried, when it is another one
    literal: int | None = None  # say that a message is so large
    drop_at: str = ""  # hang up when this is asked
    ways: str = ""  # of signing in with a token, as "XOAUTH2 OAUTHBEARER"; then no password will do
    token: str = "token-1"
    shown: list[str] = field(default_factory=list)  # what was said to sign in with a token
    port: int = 0

    @property
    def url(self) -> str:
        return f"imap://retur:{quote(self.given or self.password, safe='')}@127.0.0.1:{self.port}/Retur%20post"

    def answer(self, uid: bool, name: str, rest: str) -> tuple[list[bytes], str]:  # noqa: PLR0911 - a command each
        """The untagged lines, and the word of the tagged one."""
        match name:
            case "CAPABILITY":
                ways = "".join(f" AUTH={way}" for way in self.ways.split())
                return [f"* CAPABILITY IMAP4rev1{ways}".encode()], "OK"
            case "LOGIN":
                return [], "OK" if rest.endswith(_quoted(self.password)) and not self.ways else "NO"
            case "SELECT":
                return [b"* %d EXISTS" % len(self.messages)], "OK" if rest == '"Retur post"' else "NO"
            case "FETCH" if uid:
                return [self._message(int(rest.split(maxsplit=1)[0]))], "OK"
            case "FETCH":
                last = int(rest.split(maxsplit=1)[0].partition(":")[2])
                return [self._line(number, one) for number, one in enumerate(sorted(self.messages)[:last], 1)], "OK"
            case "STORE":
                self.deleted.add(int(rest.split(maxsplit=1)[0]))
                return [], "OK"
            case "EXPUNGE":
                for gone in self.deleted:
                    self.messages.pop(gone, None)
                return [], "OK"
            case "LOGOUT":
                return [b"* BYE"], "OK"
            case _:
                return [], "BAD"

    def _line(self, number: int, uid: int) -> bytes:
        flags = rb"\Deleted" if uid in self.deleted else b""
        return b"* %d FETCH (UID %d FLAGS (%s))" % (number, uid, flags)

    def _message(self, uid: int) -> bytes:
        raw = self.messages.get(uid)
        if raw is None:
            return b"* OK gone"
        raw = raw[:1_000_001]
        return b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%s)" % (uid, self.literal or len(raw), raw)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mailbox: FakeImap


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        mailbox = cast("_Server", self.server).mailbox
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            asked = _COMMAND.match(line)
            assert asked is not None, line
            name = asked[3].decode().upper()
            mailbox.asked.append(f"{'UID ' if asked[2] else ''}{name}")
            if name == mailbox.drop_at:
                return
            if name == "AUTHENTICATE":
                word = self._sign_in(mailbox, asked[4].decode())
                self.wfile.write(asked[1] + f" {word} done\r\n".encode())
                continue
            lines, word = mailbox.answer(bool(asked[2]), name, asked[4].decode("utf-8"))
            self.wfile.write(b"".join(one + b"\r\n" for one in lines) + asked[1] + f" {word} {name}\r\n".encode())
            if name == "LOGOUT":
                return

    def _sign_in(self, mailbox: FakeImap, way: str) -> str:
        given = self._said()
        if way == "PLAIN":
            return "OK" if given == f"\0retur\0{mailbox.password}" else "NO"
        mailbox.shown.append(given)
        if way in mailbox.ways.split() and f"auth=Bearer {mailbox.token}\x01" in given:
            return "OK"
        mailbox.shown.append(self._said(b'{"status":"400","schemes":"Bearer"}'))
        return "NO"

    def _said(self, question: bytes = b"") -> str:
        self.wfile.write(b"+ " + base64.b64encode(question) + b"\r\n")
        return base64.b64decode(self.rfile.readline()).decode()


@contextmanager
def imap_server(*messages: bytes) -> Iterator[FakeImap]:
    """A server with these messages in its mailbox."""
    mailbox = FakeImap(messages=dict(enumerate(messages, start=11)))
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.mailbox = mailbox
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield mailbox
        finally:
            server.shutdown()
            thread.join()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
