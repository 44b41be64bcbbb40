"""Which certificate authorities a session believes, and which proxies it goes through."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import truststore
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies


class SystemTrustAdapter(HTTPAdapter):
    """Checks certificates with the operating system's store, where an internal authority is already installed."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Give every connection the system's store."""
        super().init_poolmanager(*args, ssl_context=_system_context(), **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Give every connection through a proxy the system's store."""
        return super().proxy_manager_for(proxy, ssl_context=_system_context(), **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ARG002
        """Always verify, without the bundle that requests would add to the store."""
        conn.cert_reqs = "CERT_REQUIRED"


def _system_context() -> ssl.SSLContext:
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def open_session(
    url: str,
    *,
    user_agent: str,
    ca_bundle: Path | None,
    proxies: Mapping[str, str] | None,
) -> requests.Session:
    """Return a session that follows no environment but the proxies', and only when ``proxies`` is None.

    The environment's ``.netrc`` and certificate bundles are never read: what is trusted is the bundle given here, or
    else the system's store.
    """
    session = requests.Session()
    session.trust_env = False
    session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})
    chosen = get_environ_proxies(url) if proxies is None else dict(proxies)
    session.proxies.update(chosen)
    if ca_bundle is None:
        session.mount("https://", SystemTrustAdapter())
    else:
        session.verify = str(ca_bundle)
    return session


def proxy_secrets(session: requests.Session) -> set[str]:
    """Return the passwords that the session's proxies carry, as written and decoded."""
    found: set[str] = set()
    for address in session.proxies.values():
        password = urlsplit(address).password
        if password:
            found |= {password, unquote(password)}
    return found
