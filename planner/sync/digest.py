"""HTTP Digest authentication (RFC 7616), which some CalDAV servers ask for where others take Basic.

In: a challenge, a name and a password, a request's method and target. Out: the value of its Authorization header. No
network enters; `nonce` is the client's own, given by the caller.
"""

from __future__ import annotations

import re
from hashlib import md5, sha256
from typing import NamedTuple

_PAIR = re.compile(r'([a-zA-Z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


class Challenge(NamedTuple):
    """What the server asks: its realm and nonce, and what else has to come back. `sha256` is True for SHA-256."""

    realm: str
    nonce: str
    opaque: str | None
    has_qop: bool
    sha256: bool


def read_challenge(header: str) -> Challenge | None:
    """The strongest Digest challenge of a WWW-Authenticate header; None where Basic is offered, or none that fits."""
    if re.search(r"(?:^|,)\s*basic\b", header, re.IGNORECASE):
        return None
    found = []
    for part in re.split(r"(?i)(?:^|,\s*)digest\s+", header)[1:]:
        pairs = {m[1].lower(): m[2] if m[2] is not None else m[3] for m in _PAIR.finditer(part)}
        algorithm = pairs.get("algorithm", "MD5").upper()
        qops = [q.strip() for q in pairs.get("qop", "").split(",") if q.strip()]
        if algorithm in ("MD5", "SHA-256") and "nonce" in pairs and (not qops or "auth" in qops):
            strong = algorithm == "SHA-256"
            found.append(Challenge(pairs.get("realm", ""), pairs["nonce"], pairs.get("opaque"), bool(qops), strong))
    return max(found, key=lambda c: c.sha256, default=None)


def answer(
    challenge: Challenge, username: str, password: str, method: str, target: str, nonce: str, count: int = 1
) -> str:
    """The value of the Authorization header for one request; `target` is its path with its query."""

    def digest(text: str) -> str:
        data = text.encode()
        return sha256(data).hexdigest() if challenge.sha256 else md5(data, usedforsecurity=False).hexdigest()

    secret = digest(f"{username}:{challenge.realm}:{password}")
    request = digest(f"{method}:{target}")
    parts = {"username": username, "realm": challenge.realm, "nonce": challenge.nonce, "uri": target}
    bare = {"algorithm": "SHA-256" if challenge.sha256 else "MD5"}
    if challenge.has_qop:
        number = f"{count:08x}"
        parts["response"] = digest(f"{secret}:{challenge.nonce}:{number}:{nonce}:auth:{request}")
        parts["cnonce"] = nonce
        bare |= {"qop": "auth", "nc": number}
    else:
        parts["response"] = digest(f"{secret}:{challenge.nonce}:{request}")
    if challenge.opaque is not None:
        parts["opaque"] = challenge.opaque
    quoted = ", ".join(f'{name}="{_quoted(value)}"' for name, value in parts.items())
    return f"Digest {quoted}, {', '.join(f'{name}={value}' for name, value in bare.items())}"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
