"""Who asks: a signed cookie says that two requests come from the same browser, and nothing else.

The cookie holds a random id and its signature by a key that this process has drawn, or that a server with
--state keeps: then a visitor is the same after a restart. It is no secret and gives
no right: only the number of runs that a visitor may start depends on it. A browser that keeps no cookie, as a
private window in a frame of another site, is known by its network address alone.
"""

import hmac
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from starlette.requests import HTTPConnection

from gan.live.registry import Visitor

COOKIE = "forger-visitor"
MAX_AGE = 86_400  # seconds: a day
# Where proxies are asked from: this machine, and the networks that no visitor from outside has an address of.
PRIVATE_NETWORKS = "127.0.0.0/8,::1,10.0.0.0/8,100.64.0.0/10,172.16.0.0/12,192.168.0.0/16,fc00::/7"
_key = secrets.token_bytes(32)


def sign_with(key: bytes) -> None:
    """Lets cookies be signed by this key from now on. It is called before the server starts."""
    global _key
    _key = key


def visitor_of(request: HTTPConnection) -> Visitor:
    """The visitor who sent a request."""
    address, known = address_of(request), _id_in_cookie(request)
    return Visitor(known or f"address {address}", address, known is not None)


def address_of(request: HTTPConnection) -> str:
    """The network address of a visitor: see `trusted_proxies`."""
    return request.client.host if request.client else ""


def trusted_proxies(is_behind_proxy: bool, environment: Mapping[str, str]) -> str:
    """Whose word the server takes for a visitor's address, as uvicorn's FORWARDED_ALLOW_IPS has it.

    Each proxy adds the address that it was asked from to the end of the header X-Forwarded-For. What stands
    before that is what the visitor claims. So uvicorn reads the header from its end, and takes the first
    address that is no trusted proxy's. Where nobody has said that there is a proxy, it is not believed.

    Args:
      is_behind_proxy: whether the server was told so.
      environment: that of a Space names the Space; FORGER_PROXIES lists proxies of other networks.
    """
    if is_behind_proxy or "SPACE_ID" in environment:
        return environment.get("FORGER_PROXIES", PRIVATE_NETWORKS)
    return ""


def new_cookie(request: HTTPConnection) -> str | None:
    """A Set-Cookie header for a browser that has no cookie of this server yet; None for one that has.

    In a frame of another site, as a Space is, a cookie must be marked as one of that frame ("Partitioned"),
    which browsers only allow over HTTPS.
    """
    if _id_in_cookie(request):
        return None
    name = secrets.token_urlsafe(12)
    is_https = request.url.scheme == "https" or request.headers.get("X-Forwarded-Proto") == "https"
    where = "SameSite=None; Secure; Partitioned" if is_https else "SameSite=Lax"
    return f"{COOKIE}={name}.{_sign(name)}; Max-Age={MAX_AGE}; Path=/; HttpOnly; {where}"


def _id_in_cookie(request: HTTPConnection) -> str | None:
    try:
        cookies = SimpleCookie(request.headers.get("Cookie", ""))
    except CookieError:
        return None
    name, _, signature = cookies[COOKIE].value.partition(".") if COOKIE in cookies else ("", "", "")
    is_signed = hmac.compare_digest(signature.encode(), _sign(name).encode())
    return name if name and is_signed else None


def _sign(name: str) -> str:
    return hmac.digest(_key, name.encode(), "sha256").hex()
