"""Addresses: what is accepted, what goes on the wire, and which two are the same."""

import pytest

from campaigns.errors import InvalidInput
from campaigns.subscribers.addresses import masked, parse_address


def test_it_keeps_the_local_part_as_typed_on_the_wire_and_folds_it_only_for_uniqueness() -> None:
    address = parse_address(" Ola.Nordmann+Post@EKSEMPEL.no ")

    assert address.raw == "Ola.Nordmann+Post@EKSEMPEL.no"
    assert address.ascii_email == "Ola.Nordmann+Post@eksempel.no"
    assert address.canonical_key == "ola.nordmann+post@eksempel.no"


def test_it_sends_a_norwegian_domain_to_the_wire_as_a_labels_and_shows_it_as_written() -> None:
    address = parse_address("post@blåbærsyltetøy.no")

    assert address.normalized == "post@blåbærsyltetøy.no"
    assert address.ascii_email == "post@xn--blbrsyltety-y8ao3x.no"
    assert address.domain == "xn--blbrsyltety-y8ao3x.no"


def test_it_takes_the_two_spellings_of_a_domain_for_the_same() -> None:
    assert parse_address("a@xn--mnchen-3ya.de").canonical_key == parse_address("A@MÜNCHEN.de").canonical_key


def test_it_refuses_a_norwegian_letter_before_the_at_sign_with_a_sentence() -> None:
    with pytest.raises(InvalidInput, match="æ, ø, å") as refusal:
        parse_address("bjørn@eksempel.no")

    assert refusal.value.field == "address"


def test_it_takes_a_norwegian_letter_before_the_at_sign_when_the_relay_can_carry_it() -> None:
    address = parse_address("bjørn@eksempel.no", relay_takes_utf8=True)

    assert address.ascii_email is None
    assert address.canonical_key == "bjørn@eksempel.no"


def test_it_takes_sixty_four_octets_before_the_at_sign() -> None:
    assert parse_address("a" * 64 + "@eksempel.no").ascii_email == "a" * 64 + "@eksempel.no"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Skriv e-postadressen din"),
        ("   ", "Skriv e-postadressen din"),
        ("olanordmann", "krøllalfa"),
        ("a" * 65 + "@eksempel.no", "plass til 64"),
        ("a@" + "b" * 400 + ".no", "for lang"),
        ("a@" + ".".join(["b" * 60] * 5) + ".no", "ikke riktig skrevet"),
        ("Ola <ola@eksempel.no>", "vinkelparenteser"),
        ("ola nordmann@eksempel.no", "mellomrom"),
        ("ola@eksempel.no\r\nBcc: x@y.no", "mellomrom"),
        ("ola@eksempel.no\x00", "ikke riktig skrevet"),
        ('"ola"@eksempel.no', "ikke riktig skrevet"),
        ("ola@[192.0.2.1]", "ikke riktig skrevet"),
        ("ola@localhost", "etter krøllalfaen"),
        ("ola@", "etter krøllalfaen"),
        ("ola@@eksempel.no", "ikke riktig skrevet"),
        ("ola..nordmann@eksempel.no", "ikke riktig skrevet"),
    ],
)
def test_it_says_what_is_wrong_with(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        parse_address(typed)


def test_it_masks_all_but_the_first_letters() -> None:
    assert masked("ola.nordmann@eksempel.no") == "o••@e••.no"
