"""Certificates: an internal authority is believed when it is given or installed, and never otherwise."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync_service.adapters.moodle.transport import MoodleTransport
from sync_service.errors import MoodleUnreachableError

READ = "core_webservice_get_site_info"


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


def _authority(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autorité interne de test")])
    born = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(born)
        .not_valid_after(born + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "ca.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, secret


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    pem, secret = _authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}", pem
    server.shutdown()
    thread.join()
    server.server_close()


def ask(url: str, ca_bundle: Path | None) -> object:
    transport = MoodleTransport(url, "jeton-de-test", ca_bundle=ca_bundle, proxies={}, retries=0, timeout=5)
    try:
        return transport.call(READ, {})
    finally:
        transport.close()


def test_an_authority_that_nobody_installed_is_refused(secured: tuple[str, Path]) -> None:
    with pytest.raises(MoodleUnreachableError, match="certificat"):
        ask(secured[0], None)


def test_an_authority_given_as_a_file_is_believed(secured: tuple[str, Path]) -> None:
    assert ask(*secured) == []


def test_an_authority_installed_in_the_system_is_believed(
    secured: tuple[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, pem = secured
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    assert ask(url, None) == []


def test_the_environment_cannot_swap_the_bundle(secured: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    url, pem = secured
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
    with pytest.raises(MoodleUnreachableError, match="certificat"):
        ask(url, None)
