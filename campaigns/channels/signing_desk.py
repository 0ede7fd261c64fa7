"""A process that signs with one RSA key until whoever started it hangs up (``signing_process`` is the other end).

On standard input, which is a socket, comes the key as PKCS #8 after its length, then SHA-256 hashes; back go each hash
and its signature, in the order they came. Imports nothing but what signing needs, for it starts while mails wait.
"""

import signal
import socket

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

from campaigns.channels.dkim import rsa_signature

LENGTH_BYTES = 4
HASH_BYTES = 32


def serve(line: socket.socket) -> None:
    """Answer until the other side hangs up."""
    with line.makefile("rb") as questions:
        length = int.from_bytes(questions.read(LENGTH_BYTES))
        private = load_der_private_key(questions.read(length), password=None)
        assert isinstance(private, RSAPrivateKey)
        while len(digest := questions.read(HASH_BYTES)) == HASH_BYTES:
            line.sendall(digest + rsa_signature(private, digest))


if __name__ == "__main__":
    # Whoever sends is told to stop with these, and then has mails in flight that must still be signed.
    for told_to_stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(told_to_stop, signal.SIG_IGN)
    try:
        with socket.socket(fileno=0) as standard_input:
            serve(standard_input)
    except ConnectionError:
        pass  # it was killed, and has no use for the last signature
