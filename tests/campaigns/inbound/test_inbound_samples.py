"""The bar of email contract §12 on the real bounces, judged by the servers' own words."""

import json
import time
from pathlib import Path

import pytest
import yaml

from campaigns.channels.mail_category import Category
from campaigns.channels.return_path import return_path
from campaigns.inbound.inbound import Inbound, Kind, TokenState
from campaigns.inbound.reading import read_inbound
from campaigns.inbound.tokens import TokenReader

DEAD = {Category.DEAD_ADDRESS, Category.DEAD_DOMAIN}
REVIEWED: dict[str, dict[str, str | int]] = yaml.safe_load(
    (Path(__file__).parent / "reviewed_bounces.yaml").read_text("utf-8")
)
US = {"blocked", "policyviolation", "authfailure", "securityerror", "requireptr", "spamdetected", "badreputation",
      "norelaying", "notcompliantrfc"}  # fmt: skip
MESSAGE = {"virusdetected", "contenterror", "mesgtoobig", "exceedlimit"}

Labels = dict[str, list[dict[str, str | int]]]


@pytest.fixture(scope="module")
def labels(samples: Path) -> Labels:
    found: Labels = json.loads((samples / "bounces" / "labels.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def read(bounces: list[Path], tokens: TokenReader) -> dict[str, Inbound]:
    return {path.name: read_inbound(path.read_bytes(), tokens) for path in bounces}


def _dead(message: Inbound) -> int:
    return sum(recipient.category in DEAD for recipient in message.recipients)


def _truth(name: str, labels: Labels) -> int:
    return int(REVIEWED[name]["dead"]) if name in REVIEWED else sum(bool(row["hard"]) for row in labels[name])


def test_it_knows_who_is_gone(read: dict[str, Inbound], labels: Labels) -> None:
    pairs = [(_dead(message), _truth(name, labels)) for name, message in read.items()]
    right = sum(min(found, true) for found, true in pairs)
    precision = right / sum(found for found, _ in pairs)
    recall = right / sum(true for _, true in pairs)

    print(f"precision {precision:.3f}, recall {recall:.3f} over {len(read)} messages")  # noqa: T201 - the measurement
    assert precision >= 0.95
    assert recall >= 0.85


@pytest.mark.parametrize("name", sorted(REVIEWED))
def test_it_disagrees_with_a_label_only_by_the_servers_words(name: str, samples: Path, labels: Labels) -> None:
    text = " ".join((samples / "bounces" / name).read_text("latin-1").split())

    assert str(REVIEWED[name]["words"]) in text
    assert REVIEWED[name]["label"] in {row["reason"] for row in labels[name]}
    assert REVIEWED[name]["dead"] != sum(bool(row["hard"]) for row in labels[name])


def test_it_suppresses_nobody_for_what_is_our_own_fault(read: dict[str, Inbound], labels: Labels) -> None:
    ours = [name for name in read if {str(row["reason"]) for row in labels[name]} <= US | MESSAGE]

    assert len(ours) > 40
    assert [name for name in ours if any(one.suppress for one in read[name].recipients)] == []


def test_it_tells_answers_delays_and_successes_apart(read: dict[str, Inbound], labels: Labels) -> None:
    kinds = {name: message.kind for name, message in read.items()}

    assert {kinds[name] for name in read if labels[name][0]["reason"] == "vacation"} == {Kind.AUTO_REPLY}
    assert {kinds[name] for name in read if labels[name][0]["reason"] == "delivered"} == {Kind.DELIVERED}
    assert {kinds[name] for name in read if labels[name][0]["reason"] == "feedback"} == {Kind.COMPLAINT}
    assert all(kinds[name] is Kind.DELAYED for name in ("lhost-gmail-06.eml", "lhost-opensmtpd-04.eml"))


def test_it_gives_a_forged_token_no_effect(bounces: list[Path], tokens: TokenReader) -> None:
    forged = return_path(99, b"somebody else's key", "bounce.example.no").encode()

    for path in bounces[::18]:
        raw = b"Delivered-To: " + forged + b"\n" + path.read_bytes()
        token = read_inbound(raw, tokens).token
        assert (token.state, token.number) == (TokenState.INVALID, None), path.name


def test_it_reads_each_message_in_under_fifty_milliseconds(bounces: list[Path], tokens: TokenReader) -> None:
    read_inbound(bounces[0].read_bytes(), tokens)  # the table is read from its file once
    slowest = 0.0
    for path in bounces:
        raw = path.read_bytes()
        started = time.thread_time()
        read_inbound(raw, tokens)
        slowest = max(slowest, time.thread_time() - started)

    assert slowest < 0.05


def test_it_survives_being_cut_off_anywhere(bounces: list[Path], tokens: TokenReader) -> None:
    # A twelfth of all places, spread over the messages; the fault suite's long form takes every 64th byte.
    for number, path in enumerate(bounces):
        raw = path.read_bytes()
        for end in range(64 * (number % 12), len(raw), 64 * 12):
            read_inbound(raw[:end], tokens)


def test_it_says_the_same_whatever_ends_a_line(bounces: list[Path], tokens: TokenReader) -> None:
    for path in bounces[::5]:
        raw = path.read_bytes().replace(b"\r\n", b"\n")
        expected = read_inbound(raw, tokens)
        assert read_inbound(raw.replace(b"\n", b"\r\n"), tokens) == expected, path.name
        assert read_inbound(raw.replace(b"\n", b"\r"), tokens) == expected, path.name
