"""Base32 that says the same as the library's."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from campaigns.base32 import base32


@given(st.binary(max_size=80))
def test_it_is_the_librarys_in_small_letters_without_padding(data: bytes) -> None:
    assert base32(data) == base64.b32encode(data).decode().rstrip("=").lower()
