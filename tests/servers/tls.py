"""A server with TLS and a certificate of its own making, for a client that has to refuse it, and say why.

In: the name in the certificate and its days. Out: a `Server` that would answer everything alike, and what it was sent.
`server.certificate` is the PEM file; a client that is told to trust it gets through, if the name is right.
"""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from tests.servers.front import Seen, seen
from tests.servers.real import Server
from tests.servers.wire import Answer, Listener, Request, answer


class Tls(Server):
    """The server. `name` is whom the certificate is for; `is_expired` dates it back, so that it ended yesterday."""

    def __init__(self, name: str = "127.0.0.1", *, is_expired: bool = False) -> None:
        self.requests: list[Seen] = []
        self._folder = tempfile.TemporaryDirectory()
        self.certificate = Path(self._folder.name) / "certificate.pem"
        key = Path(self._folder.name) / "key.pem"
        certificate_pem, key_pem = self_signed(name, is_expired=is_expired)
        self.certificate.write_bytes(certificate_pem)
        key.write_bytes(key_pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._listener = Listener(self._respond, tls=context)
        super().__init__(self._listener.url, {"ana": "secret"})

    def __enter__(self) -> Self:
        self._listener.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._listener.__exit__(*error)
        self._folder.cleanup()

    def _respond(self, request: Request) -> Answer:
        given = answer(200, "Hello")
        self.requests.append(seen(request, given))
        return given


def self_signed(name: str, *, is_expired: bool) -> tuple[bytes, bytes]:
    """A certificate for a host name or an address, signed by its own key, and that key; both as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    is_address = name.replace(".", "").isdigit()
    alternative = x509.IPAddress(ipaddress.ip_address(name)) if is_address else x509.DNSName(name)
    until = datetime.now(UTC) + timedelta(days=-1 if is_expired else 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(issuer)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=9))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .sign(key, hashes.SHA256())
    )
    unlocked = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    return certificate.public_bytes(pem), key.private_bytes(pem, pkcs8, unlocked)
