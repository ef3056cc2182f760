"""Signatures and addresses of webhooks, by Python's own hmac, hashlib, base64 and ipaddress. DECISIONS 3, 9 and 10."""

import base64
import hashlib
import hmac
import ipaddress
import re
import unicodedata
from urllib.parse import unquote

from . import identity
from .fault import Fault

LAST_SECOND = 253_402_300_799
NODE_METADATA = {"168.63.129.16", "fd00:ec2::254"}


def keyed_hash(question) -> dict:
    found = identity.identify({"vendor": question["vendor"], "serial": question["serial"]})
    secret = question["secret"].encode()
    if len(secret) < 16:
        raise Fault("out_of_range", "secret")
    message = f"{found['vendor_canonical']}:{found['serial_normalized']}"
    return {"keyed_hash": _hex(secret, message.encode())}


def sign_webhook(question) -> dict:
    secrets = _secrets(question["secrets"])
    name, body = question["id"], question["body"].encode()
    if not name.strip():
        raise Fault("empty", "id")
    if len(name) > 255:
        raise Fault("too_long", "id")
    if not re.fullmatch(r"[!-\-/-~]+", name):
        raise Fault("invalid_character", "id")
    time = int(str(question["timestamp"]))
    if not 0 <= time <= LAST_SECOND:
        raise Fault("out_of_range", "timestamp")
    evr = ",".join([f"t={time}"] + ["v1=" + _hex(text.encode(), b"%d.%s" % (time, body)) for text, _ in secrets])
    signed = b"%s.%d.%s" % (name.encode(), time, body)
    standard = " ".join("v1," + base64.b64encode(_mac(key, signed)).decode() for _, key in secrets)
    return {
        "headers": {
            "EVR-Signature": evr,
            "webhook-id": name,
            "webhook-timestamp": str(time),
            "webhook-signature": standard,
        }
    }


def verify_webhook(question) -> dict:
    body = question["body"].encode()
    secrets = _secrets(question["secrets"])
    now, tolerance = int(str(question["now"])), int(str(question.get("tolerance", 300)))
    if tolerance < 0:
        raise Fault("out_of_range", "tolerance")
    if "signature" in question:
        return _verify_evr(question["signature"], body, secrets, now, tolerance, "signature")
    found = {}
    for name, value in question["headers"].items():
        if isinstance(value, str):
            lower = name.lower()
            if lower in found and lower in ("evr-signature", "webhook-id", "webhook-timestamp", "webhook-signature"):
                raise Fault("invalid_signature", "headers." + {"evr-signature": "EVR-Signature"}.get(lower, lower))
            found[lower] = value
    if "evr-signature" in found:
        return _verify_evr(found["evr-signature"], body, secrets, now, tolerance, "headers.EVR-Signature")
    try:
        name, time, signatures = (found["webhook-" + part] for part in ("id", "timestamp", "signature"))
    except KeyError:
        raise Fault("invalid_signature", "headers") from None
    if not re.fullmatch(r"[!-\-/-~]{1,255}", name):
        raise Fault("invalid_signature", "headers.webhook-id")
    if not _is_time(time):
        raise Fault("invalid_signature", "headers.webhook-timestamp")
    given = [entry[3:] for entry in signatures.split(" ") if entry.startswith("v1,")]
    own = [base64.b64encode(_mac(key, f"{name}.{time}.".encode() + body)).decode() for _, key in secrets]
    # A malformed one hides none that fits.
    if len(given) > 16 or not set(given) & set(own):
        raise Fault("invalid_signature", "headers.webhook-signature")
    return _in_time(time, now, tolerance, "headers.webhook-timestamp")


def _verify_evr(header, body, secrets, now, tolerance, path) -> dict:
    # A field without `=` or a malformed `v1` hides none that fits.
    pairs = [field.strip(" \t").split("=", 1) for field in header.split(",") if "=" in field]
    refused = Fault("invalid_signature", path)
    times = [value for name, value in pairs if name == "t"]
    given = [value for name, value in pairs if name == "v1"]
    if len(times) != 1 or not _is_time(times[0]) or not 1 <= len(given) <= 16:
        raise refused
    own = {_hex(text.encode(), times[0].encode() + b"." + body) for text, _ in secrets}
    if not own & set(given):
        raise refused
    return _in_time(times[0], now, tolerance, path)


def sign_body(question) -> dict:
    if not question["secret"]:
        raise Fault("empty", "secret")
    return {"signature": _hex(question["secret"].encode(), question["body"].encode())}


def verify_body(question) -> dict:
    if sign_body(question)["signature"] != question["signature"]:
        raise Fault("invalid_signature", "signature")
    return {"verified": True}


def check_webhook_address(question) -> dict:
    try:
        address = ipaddress.ip_address(question["address"])
    except ValueError:
        raise Fault("unknown_value", "address") from None
    if "%" in question["address"]:
        raise Fault("unknown_value", "address")
    if not _public(address):
        raise Fault("forbidden_address", "address")
    return {"address": str(address)}


def check_webhook_url(question) -> dict:
    """The part of the WHATWG URL standard that the cases need: no dot segments, no percent-encoding of the path."""
    url = question["url"]
    if not url.strip():
        raise Fault("empty", "url")
    if len(url) > 2048:
        raise Fault("too_long", "url")
    refused = Fault("invalid_url", "url")
    match = re.fullmatch(r"(?i:https)://([^/?\s\\]*)([^#\s\\]*)", url)
    if match is None:
        raise refused
    authority, rest = match.groups()
    host, _, port = authority.partition(":") if not authority.startswith("[") else _split_bracket(authority)
    if not host or "@" in authority or "#" in authority or (port and not (port.isdigit() and 0 < int(port) < 65536)):
        raise refused
    host = _host(host, refused)
    suffix = f":{int(port)}" if port and int(port) != 443 else ""
    return {"url": f"https://{host}{suffix}{rest if rest.startswith('/') else '/' + rest}"}


def _split_bracket(authority):
    host, _, rest = authority.partition("]")
    return host + "]", "", rest.removeprefix(":")


def _host(host, refused) -> str:
    forbidden = Fault("forbidden_address", "url")
    if host.startswith("["):
        try:
            address = ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            raise refused from None
        if not _public(address):
            raise forbidden
        return f"[{address}]"
    host = unicodedata.normalize("NFKC", unquote(host)).replace("。", ".").lower()
    if not host.isascii():
        host = host.encode("idna").decode()
    if re.search(r"[^a-z0-9._-]", host):
        raise refused
    parts = host.removesuffix(".").split(".")
    if parts[-1].isdigit() or re.fullmatch("0x[0-9a-f]*", parts[-1]):
        address = _ipv4(parts)
        if address is None:
            raise refused
        if not _public(address):
            raise forbidden
        return str(address)
    local = parts[-1] in ("localhost", "local", "internal") or parts[-2:] == ["home", "arpa"]
    if len(parts) < 2 or local:
        raise forbidden
    return host


def _ipv4(parts):
    """What the C library's inet_aton reads: 1 to 4 parts, decimal, octal or hexadecimal; the last takes what is left."""
    if len(parts) > 4:
        return None
    numbers = []
    for part in parts:
        base = 16 if part.startswith("0x") else 8 if part.startswith("0") and len(part) > 1 else 10
        try:
            numbers.append(int(part.removeprefix("0x") or "0", base))
        except ValueError:
            return None
    *head, last = numbers
    if any(number > 255 for number in head) or last >= 256 ** (4 - len(head)):
        return None
    return ipaddress.IPv4Address(sum(number << (24 - 8 * at) for at, number in enumerate(head)) + last)


def _public(address) -> bool:
    """Globally reachable by the IANA registries, and no address in disguise."""
    if str(address) in NODE_METADATA or address.is_multicast or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address not in ipaddress.ip_network("192.88.99.0/24")
    return address in ipaddress.ip_network("2000::/3") and not address.sixtofour and not address.teredo


def _secrets(given) -> list:
    texts = [given] if isinstance(given, str) else given
    if not texts:
        raise Fault("empty", "secrets")
    if len(texts) > 16:
        raise Fault("out_of_range", "secrets")
    found = []
    for index, text in enumerate(texts):
        path = "secrets" if isinstance(given, str) else f"secrets[{index}]"
        try:
            key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
        except ValueError:
            raise Fault("unknown_value", path) from None
        if not text.startswith("whsec_"):
            raise Fault("unknown_value", path)
        if not 24 <= len(key) <= 64:
            raise Fault("out_of_range", path)
        found.append((text, key))
    return found


def _is_time(digits) -> bool:
    return re.fullmatch("0|[1-9][0-9]{0,11}", digits) is not None and int(digits) <= LAST_SECOND


def _in_time(digits, now, tolerance, path) -> dict:
    if abs(int(digits) - now) > tolerance:
        raise Fault("timestamp_out_of_tolerance", path)
    return {"timestamp": int(digits)}


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _hex(key: bytes, message: bytes) -> str:
    return _mac(key, message).hex()
