"""Certificates made for one test session: an authority, a server's, a client's."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = dt.timedelta(days=1)


class Authority:
    """Signs certificates; all files lie in one folder.

    Attributes:
        ca: Its own certificate, to be trusted.
        client: A client's certificate and key in one file.
        locked: The same with a passphrase on the key.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Test Authority")
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(_pem(self._sign(self._name, self._key.public_key(), None)))
        self.client = self._issue("client", serialization.NoEncryption())
        self.locked = self._issue("locked", serialization.BestAvailableEncryption(b"pass"))

    def server(
        self, *, hosts: Sequence[str] = ("localhost",), wants_client: bool = False
    ) -> ssl.SSLContext:
        """What a server needs; for 127.0.0.1 too when it is for localhost."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._issue("server", serialization.NoEncryption(), hosts))
        if wants_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca)
        return context

    def _issue(
        self,
        name: str,
        lock: serialization.KeySerializationEncryption,
        hosts: Sequence[str] = (),
    ) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(_name(name), key.public_key(), hosts)
        path = self._folder / f"{name}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock
        )
        path.write_bytes(private + _pem(certificate))
        return path

    def _sign(
        self, name: x509.Name, key: ec.EllipticCurvePublicKey, hosts: Sequence[str] | None
    ) -> x509.Certificate:
        """A certificate for some hosts; an authority's without any list of them."""
        now = dt.datetime.now(dt.timezone.utc)
        names: list[x509.GeneralName] = [x509.DNSName(host) for host in hosts or ()]
        if "localhost" in (hosts or ()):
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        own = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _DAY)
            .not_valid_after(now + _DAY)
            .add_extension(x509.BasicConstraints(ca=hosts is None, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName(names or [x509.DNSName("nobody.invalid")]),
                critical=False,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
