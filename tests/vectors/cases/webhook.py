"""Is this webhook genuine, may one be sent there, and the keyed hash. DECISIONS 3, 9 and 10."""

import base64
import hashlib
import hmac

from . import Cases

cases = Cases("webhook")
D3, D9, D10 = "DECISIONS 3", "DECISIONS 9", "DECISIONS 10"
RFC = "RFC 4231, section 4"
STANDARD = "Standard Webhooks specification, its example of a symmetric signature"

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(bytes(range(32))).decode()
BODY = '{"type":"registration.created","data":{"public_id":"r1"}}'
NOW = 1767225600
STANDARD_HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
STANDARD_BODY = '{"test": 2432232314}'


def v1(secret=SECRET, time=NOW, body=BODY) -> str:
    return hmac.new(secret.encode(), f"{time}.{body}".encode(), hashlib.sha256).hexdigest()


def evr(*secrets, time=NOW, body=BODY) -> str:
    return ",".join([f"t={time}"] + [f"v1={v1(secret, time, body)}" for secret in secrets or [SECRET]])


# Signing.

def signed(name, note, source=D9, states=None, **changes):
    question = {"secrets": [SECRET], "id": "evt_1", "timestamp": NOW, "body": BODY} | changes
    cases.good(name, "sign_webhook", question, note, source, states)


def unsigned(name, code, path, note, source=D9, **changes):
    question = {"secrets": [SECRET], "id": "evt_1", "timestamp": NOW, "body": BODY} | changes
    question = {field: value for field, value in question.items() if value is not ...}
    cases.bad(name, "sign_webhook", question, code, path, note, source)


signed(
    "sign-standard-example", "the published example: secret, id, time and body", STANDARD, secrets=SECRET,
    id=STANDARD_HEADERS["webhook-id"], timestamp=1614265330, body=STANDARD_BODY,
    states={"headers": {
        "EVR-Signature": evr(SECRET, time=1614265330, body=STANDARD_BODY), **STANDARD_HEADERS,
    }},
)
signed("sign-plain", "one secret: one signature in each form")
signed("sign-rotation", "two live secrets: two signatures in each form, in their order", secrets=[OTHER, SECRET])
signed("sign-secret-alone", "one secret may stand without a list", secrets=OTHER)
signed("sign-empty-body", "an empty body is signed like any other", body="")
signed("sign-unicode-body", "what is signed is the body in UTF-8", body='{"name":"Bösch 充電 \U0001f50c"}')
signed("sign-line-ends", "not a byte of the body is changed", body=' {"a" : 1}\r\n\t')
signed("sign-secret-64", "a secret of 64 bytes: its text is longer than the hash's block and is hashed first", secrets="whsec_" + base64.b64encode(bytes(range(64))).decode())
signed("sign-time-0", "the first second", timestamp=0)
signed("sign-time-last", "the last second of the year 9999", timestamp=253402300799)
signed("sign-id-255", "an id of 255 characters", id="e" * 255)
signed("sign-time-text", "a time as text, as in a query string", timestamp=str(NOW))
unsigned("sign-no-secrets", "empty", "secrets", "no secret at all", secrets=[])
unsigned("sign-17-secrets", "out_of_range", "secrets", "more secrets than a rotation has", secrets=[SECRET] * 17)
unsigned("sign-secret-prefix", "unknown_value", "secrets[1]", "a secret without whsec_", secrets=[SECRET, SECRET[6:]])
unsigned("sign-secret-base64", "unknown_value", "secrets[0]", "a secret that is not base64", secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!"])
unsigned("sign-secret-unpadded", "unknown_value", "secrets", "base64 without its padding", secrets=OTHER.rstrip("="))
unsigned("sign-secret-23", "out_of_range", "secrets", "a secret of 23 bytes", secrets="whsec_" + base64.b64encode(bytes(23)).decode())
unsigned("sign-secret-65", "out_of_range", "secrets", "a secret of 65 bytes", secrets="whsec_" + base64.b64encode(bytes(65)).decode())
unsigned("sign-secret-number", "wrong_type", "secrets[0]", "a number is no secret, and is not shown", secrets=[12345])
unsigned("sign-id-empty", "empty", "id", "an empty id", id="")
unsigned("sign-id-dot", "invalid_character", "id", "a full stop parts the signed fields", id="evt.1")
unsigned("sign-id-blank", "invalid_character", "id", "a blank within a header's value", id="evt 1")
unsigned("sign-id-line-break", "invalid_character", "id", "a line break would begin another header", id="evt\r\nX-Admin: 1")
unsigned("sign-id-umlaut", "invalid_character", "id", "headers are ASCII", id="évt")
unsigned("sign-id-256", "too_long", "id", "256 characters", id="e" * 256)
unsigned("sign-time-negative", "out_of_range", "timestamp", "before 1970", timestamp=-1)
unsigned("sign-time-milliseconds", "out_of_range", "timestamp", "milliseconds in place of seconds", timestamp=253402300800)
unsigned("sign-time-fraction", "invalid_number", "timestamp", "a fraction of a second", timestamp=1767225600.5)
unsigned("sign-body-missing", "missing_field", "body", "no body", body=...)
unsigned("sign-body-object", "wrong_type", "body", "a parsed body: its bytes are lost", body={"a": 1})
unsigned("sign-unknown-field", "unknown_field", "payload", "a field that the shape does not have", payload="x")


# Verifying.

def verified(name, note, source=D9, **changes):
    question = {"signature": evr(), "body": BODY, "secrets": [SECRET], "now": NOW} | changes
    question = {field: value for field, value in question.items() if value is not ...}
    cases.good(name, "verify_webhook", question, note, source)


def false(name, code, path, note, source=D9, names=None, **changes):
    question = {"signature": evr(), "body": BODY, "secrets": [SECRET], "now": NOW} | changes
    question = {field: value for field, value in question.items() if value is not ...}
    cases.bad(name, "verify_webhook", question, code, path, note, source, names=names)


INVALID, STALE = "invalid_signature", "timestamp_out_of_tolerance"
verified("verify-plain", "the signature of the body under the secret")
verified("verify-old-secret", "signed with the secret that is being replaced", secrets=[OTHER, SECRET])
verified("verify-malformed-v1-first", "a malformed signature hides no good one behind it", signature=f"t={NOW},v1=zz,v1={v1()}")
verified("verify-malformed-v1-last", "nor one before it", signature=evr() + ",v1=")
verified("verify-field-without-value", "a field that says nothing hides none that does", signature=f"t={NOW},v1,v1={v1()},")
verified(
    "verify-standard-malformed-first", "a malformed signature hides no good one behind it", STANDARD, signature=...,
    headers={**STANDARD_HEADERS, "webhook-signature": "v1,zz v1, " + STANDARD_HEADERS["webhook-signature"]},
    body=STANDARD_BODY, now=1614265330,
)
verified("verify-several-v1", "one of several signatures fits", signature=evr(OTHER, SECRET))
verified("verify-order", "t need not come first", signature=",".join(reversed(evr(OTHER, SECRET).split(","))))
verified("verify-other-schemes", "fields of other names are passed over", signature=evr() + ",v0=abc,v2=def,x=")
verified("verify-blanks", "blanks after a comma, as proxies write lists", signature=evr().replace(",", ", "))
verified("verify-300-late", "300 s late is within the tolerance", now=NOW + 300)
verified("verify-300-early", "300 s ahead is within the tolerance", now=NOW - 300)
verified("verify-tolerance-0", "no tolerance, and the very second", tolerance=0)
verified("verify-tolerance-wide", "a day's tolerance", tolerance=86400, now=NOW + 86400)
verified("verify-unicode", "a body in UTF-8", body="é", signature=evr(body="é"))
verified(
    "verify-headers", "headers by name, in any case, among others", signature=...,
    headers={"host": "example.com", "evr-signature": evr(), "Content-Type": "application/json"},
)
verified(
    "verify-both-forms", "EVR-Signature is looked at where both stand", signature=...,
    headers={"EVR-Signature": evr(), **STANDARD_HEADERS},
)
verified(
    "verify-header-lists", "values that are no text are of no header that counts", signature=...,
    headers={"set-cookie": ["a", "b"], "x": None, "EVR-Signature": evr()},
)
verified(
    "verify-standard-example", "the published example", STANDARD, signature=..., headers=STANDARD_HEADERS,
    body=STANDARD_BODY, now=1614265330,
)
verified(
    "verify-standard-versions", "another version and a second signature beside it", STANDARD, signature=...,
    headers={
        **STANDARD_HEADERS,
        "webhook-signature": "v1a,AAAA v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= "
        + STANDARD_HEADERS["webhook-signature"],
    },
    body=STANDARD_BODY, now=1614265330,
)
verified(
    "verify-standard-case", "names of headers in any case", STANDARD, signature=...,
    headers={name.title(): value for name, value in STANDARD_HEADERS.items()}, body=STANDARD_BODY, now=1614265330,
)
false("verify-altered", INVALID, "signature", "one character of the body differs", body=BODY.replace("r1", "r2"))
false("verify-body-reformatted", INVALID, "signature", "the same JSON, written again", body=BODY.replace(":", ": "))
false("verify-other-secret", INVALID, "signature", "signed with another's secret", secrets=[OTHER])
false("verify-time-altered", INVALID, "signature", "the time is part of what is signed", signature=evr().replace(str(NOW), str(NOW + 1)))
false("verify-upper-case", INVALID, "signature", "hexadecimal digits are in lower case", signature=f"t={NOW},v1={v1().upper()}", names="no `v1` of 32 bytes")
false("verify-truncated", INVALID, "signature", "half a signature", signature=evr()[:-32], names="no `v1` of 32 bytes")
false("verify-empty", INVALID, "signature", "an empty header", signature="", names="no `t`")
false("verify-no-time", INVALID, "signature", "no time", signature=f"v1={v1()}", names="no `t`")
false("verify-no-v1", INVALID, "signature", "no signature of a known version", signature=f"t={NOW},v0={v1()}", names="no `v1`")
false("verify-two-times", INVALID, "signature", "two times", signature=f"t={NOW},{evr()}", names="`t` twice")
false("verify-time-zeros", INVALID, "signature", "a time with leading zeros", signature=f"t=0{NOW},v1={v1(time=f'0{NOW}')}", names="no time")
false("verify-time-negative", INVALID, "signature", "a time before 1970", signature=f"t=-1,v1={v1(time=-1)}", names="no time")
false("verify-17-signatures", INVALID, "signature", "more signatures than a rotation has", signature=evr(*[OTHER] * 16, SECRET), names="more than 16")
false("verify-301-late", STALE, "signature", "301 s late", now=NOW + 301, names="301 s ago")
false("verify-301-early", STALE, "signature", "301 s ahead", now=NOW - 301, names="301 s ahead")
false("verify-tolerance-0-late", STALE, "signature", "no tolerance, a second late", now=NOW + 1, tolerance=0)
false("verify-altered-and-late", INVALID, "signature", "the signature is looked at before the time", now=NOW + 301, body="{}")
false("verify-no-secrets", "empty", "secrets", "no secret at all", secrets=[])
false("verify-tolerance-negative", "out_of_range", "tolerance", "a tolerance below zero", tolerance=-1)
false("verify-no-now", "missing_field", "now", "the library has no clock", now=...)
false("verify-no-headers", "missing_field", "headers", "neither headers nor a signature", signature=...)
false("verify-headers-and-signature", "unknown_field", "signature", "headers or the one header", headers={})
false("verify-headers-list", "wrong_type", "headers", "a list where headers belong", signature=..., headers=[])
false("verify-unsigned", INVALID, "headers", "headers without a signature", signature=..., headers={"host": "example.com"})
false(
    "verify-half-standard", INVALID, "headers", "one of the three Standard Webhooks headers is absent", STANDARD,
    signature=..., headers={name: value for name, value in STANDARD_HEADERS.items() if name != "webhook-id"},
)
false(
    "verify-header-twice", INVALID, "headers.EVR-Signature", "a header twice, in two spellings", signature=...,
    headers={"EVR-Signature": evr(), "evr-signature": evr()},
)
for slug, header, value, code, at in [
    ("id", "webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJe", INVALID, "webhook-signature"),
    ("id-dot", "webhook-id", "msg.1614265330", INVALID, "webhook-id"),
    ("time", "webhook-timestamp", "1614265331", INVALID, "webhook-signature"),
    ("time-text", "webhook-timestamp", "2021-02-25", INVALID, "webhook-timestamp"),
    ("signature-hex", "webhook-signature", "v1," + "0" * 64, INVALID, "webhook-signature"),
    ("signature-version", "webhook-signature", STANDARD_HEADERS["webhook-signature"].replace("v1", "v2"), INVALID, "webhook-signature"),
    ("signature-unpadded", "webhook-signature", STANDARD_HEADERS["webhook-signature"].rstrip("="), INVALID, "webhook-signature"),
]:
    false(
        f"verify-standard-{slug}", code, f"headers.{at}", f"{header} is `{value[:20]}`", STANDARD, signature=...,
        headers={**STANDARD_HEADERS, header: value}, body=STANDARD_BODY, now=1614265330,
    )
false(
    "verify-standard-late", STALE, "headers.webhook-timestamp", "301 s late", STANDARD, signature=...,
    headers=STANDARD_HEADERS, body=STANDARD_BODY, now=1614265330 + 301,
)

# Terra Lumina's form: RFC 4231's cases whose key and data are text in ASCII.
LUMINA = "investment-api.md, Verifying Webhooks"
LONG_DATA = (
    "This is a test using a larger than block-size key and a larger than block-size data. "
    "The key needs to be hashed before being used by the HMAC algorithm."
)
cases.good(
    "body-rfc-4231-1", "sign_body", {"secret": "\u000b" * 20, "body": "Hi There"}, "test case 1", RFC,
    {"signature": "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
)
cases.good(
    "body-rfc-4231-2", "sign_body", {"secret": "Jefe", "body": "what do ya want for nothing?"}, "test case 2", RFC,
    {"signature": "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
)
cases.good("body-long-key", "sign_body", {"secret": "a" * 131, "body": LONG_DATA}, "a key longer than the hash's block", D9)
cases.good("body-key-64", "sign_body", {"secret": "a" * 64, "body": ""}, "a key of exactly one block, an empty body", D9)
cases.good("body-unicode", "sign_body", {"secret": "schlüssel", "body": "é"}, "key and body in UTF-8", D9)
cases.bad("body-no-secret", "sign_body", {"secret": "", "body": "{}"}, "empty", "secret", "an empty secret", D9)
cases.bad("body-missing", "sign_body", {"secret": "a"}, "missing_field", "body", "no body", D9)
cases.bad("body-wrong-type", "sign_body", {"secret": "a", "body": 5}, "wrong_type", "body", "a number for a body", D9)
LUMINA_SIGNATURE = hmac.new(b"s3cret", BODY.encode(), hashlib.sha256).hexdigest()
cases.good(
    "verify-body", "verify_body", {"signature": LUMINA_SIGNATURE, "body": BODY, "secret": "s3cret"},
    "the signature of the body", LUMINA, {"verified": True},
)
for slug, note, changes in [
    ("altered", "a body that was changed", {"body": BODY + " "}),
    ("other-secret", "another's secret", {"secret": "secret"}),
    ("upper-case", "hexadecimal digits are in lower case", {"signature": LUMINA_SIGNATURE.upper()}),
    ("short", "half a signature", {"signature": LUMINA_SIGNATURE[:32]}),
    ("prefixed", "GitHub's form is another", {"signature": "sha256=" + LUMINA_SIGNATURE}),
]:
    question = {"signature": LUMINA_SIGNATURE, "body": BODY, "secret": "s3cret"} | changes
    cases.bad(f"verify-body-{slug}", "verify_body", question, INVALID, "signature", note, LUMINA)

# The keyed hash.
KEY = "0123456789abcdef"
for slug, vendor, serial, secret, note in [
    ("plain", "EVduty Inc.", "5555", KEY, "HMAC-SHA-256 of EVDUTY:5555"),
    ("spelling", "evduty", "S/N: 55-55", KEY, "another spelling of the same charger"),
    ("other-secret", "EVduty Inc.", "5555", KEY + "!", "another secret, another hash"),
    ("long-secret", "Bösch", "B1", "ü" * 60, "a secret longer than the hash's block, in UTF-8"),
    ("secret-8-wide", "ABB", "1", "é" * 8, "bytes are counted, not characters"),
]:
    cases.good(f"keyed-{slug}", "keyed_hash", {"vendor": vendor, "serial": serial, "secret": secret}, note, D3)
for slug, question, code, path, note in [
    ("short", {"vendor": "ABB", "serial": "1", "secret": "0123456789abcde"}, "out_of_range", "secret", "15 bytes"),
    ("empty", {"vendor": "ABB", "serial": "1", "secret": ""}, "out_of_range", "secret", "an empty secret"),
    ("no-secret", {"vendor": "ABB", "serial": "1"}, "missing_field", "secret", "no secret"),
    ("secret-number", {"vendor": "ABB", "serial": "1", "secret": 12345}, "wrong_type", "secret", "a number, which is not shown"),
    ("serial", {"vendor": "ABB", "serial": "-", "secret": KEY}, "empty", "serial", "a serial of which nothing is left"),
]:
    cases.bad(f"keyed-{slug}", "keyed_hash", question, code, path, note, D3)


# Where a webhook may go.

def url(name, text, normal, note):
    cases.good(f"url-{name}", "check_webhook_url", {"url": text}, note, D10, {"url": normal})


def no_url(name, text, note, code="invalid_url"):
    cases.bad(f"url-{name}", "check_webhook_url", {"url": text}, code, "url", note, D10)


url("plain", "https://hooks.example.com/in?tenant=1", "https://hooks.example.com/in?tenant=1", "a public host")
url("normal-form", "HTTPS://Hooks.Example.COM:443", "https://hooks.example.com/", "lower case, no default port, a path")
url("port", "https://hooks.example.com:8443/", "https://hooks.example.com:8443/", "any port but 0")
url("address", "https://8.8.8.8/", "https://8.8.8.8/", "a public address")
url("address-number", "https://134744072/", "https://8.8.8.8/", "a public address as one number")
url("address-6", "https://[2606:4700:0::1111]:8443/", "https://[2606:4700::1111]:8443/", "a public IPv6 address")
url("umlaut", "https://bücher.example/", "https://xn--bcher-kva.example/", "an international name")
url("localhost-in-name", "https://localhost.example.com/", "https://localhost.example.com/", "localhost not at the end")
url("2048", "https://example.com/" + "a" * 2028, "https://example.com/" + "a" * 2028, "2048 characters")
no_url("empty", "", "an empty URL", "empty")
no_url("2049", "https://example.com/" + "a" * 2029, "2049 characters", "too_long")
no_url("http", "http://hooks.example.com/", "not encrypted")
no_url("file", "file:///etc/passwd", "another scheme")
no_url("relative", "hooks.example.com", "no scheme")
no_url("one-slash", "https:/hooks.example.com/", "browsers add the slash that is missing; other programs do not")
no_url("no-host", "https://", "no host")
no_url("user", "https://user@hooks.example.com/", "a user name")
no_url("password", "https://user:s3cret@hooks.example.com/", "a password")
no_url("fragment", "https://hooks.example.com/#x", "a fragment, which would not be sent")
no_url("port-0", "https://hooks.example.com:0/", "port 0")
no_url("port-65536", "https://hooks.example.com:65536/", "a port beyond the last")
no_url("blank", "https://hooks.example.com/a b", "a blank")
no_url("line-break", "https://hooks.example.com/\r\nHost: internal", "a line break, which browsers drop in silence")
no_url("backslash", "https://hooks.example.com\\@127.0.0.1/", "a backslash, which two programs read in two ways")
no_url("address-256", "https://1.2.3.256/", "an address that is none")
for name, text, note in [
    ("loopback", "https://127.0.0.1/", "loopback"),
    ("hexadecimal", "https://0x7f.1/", "loopback in hexadecimal, two parts"),
    ("decimal", "https://2130706433/", "loopback as one number"),
    ("octal", "https://0177.0.0.01/", "loopback in octal"),
    ("short", "https://127.1/", "loopback in two parts"),
    ("full-width", "https://１２７.0.0.1/", "loopback in full-width digits"),
    ("ideographic", "https://127。0。0。1/", "loopback with ideographic full stops"),
    ("percent", "https://%31%32%37.0.0.1/", "loopback in percent-encoding"),
    ("metadata", "https://169.254.169.254/latest/meta-data/", "a cloud's metadata service"),
    ("private", "https://10.0.0.1:8443/", "a private network"),
    ("loopback-6", "https://[::1]/", "loopback in IPv6"),
    ("mapped", "https://[::ffff:7f00:1]/", "loopback, IPv4-mapped"),
    ("localhost", "https://localhost/", "a name of loopback"),
    ("localhost-dot", "https://LOCALHOST./", "the same with the root's full stop"),
    ("below-localhost", "https://a.localhost/", "a name below localhost"),
    ("local", "https://printer.local/", "a name of the local link"),
    ("internal", "https://metadata.google.internal/", "a name of an internal network"),
    ("home-arpa", "https://router.home.arpa/", "a name of a home network"),
    ("no-dot", "https://intranet/", "a name without a dot"),
]:
    no_url(name, text, note, "forbidden_address")
cases.bad("url-number", "check_webhook_url", {"url": 5}, "wrong_type", "url", "a number is no URL", D10)

for text, usual, note in [
    ("8.8.8.8", "8.8.8.8", "a public host"),
    ("172.32.0.1", "172.32.0.1", "just beyond a private block"),
    ("100.128.0.0", "100.128.0.0", "just beyond the shared block"),
    ("2606:4700:0:0:0:0:0:1111", "2606:4700::1111", "a public host in IPv6, in its usual form"),
    ("2A00:1450::1", "2a00:1450::1", "lower case is the usual form"),
]:
    slug = text.lower().replace(".", "-").replace("::", "-").replace(":", "-")
    cases.good(f"address-{slug}", "check_webhook_address", {"address": text}, note, D10, {"address": usual})
for name, text, note in [
    ("unspecified", "0.0.0.0", "unspecified"),
    ("this-network", "0.1.2.3", "of this network"),
    ("private-10", "10.255.255.255", "private"),
    ("private-172", "172.16.0.1", "private"),
    ("private-192", "192.168.1.1", "private"),
    ("shared", "100.64.0.1", "shared by a carrier's customers"),
    ("shared-metadata", "100.100.100.200", "a cloud's metadata service"),
    ("platform", "168.63.129.16", "a cloud's metadata service in public space"),
    ("loopback", "127.255.255.254", "loopback"),
    ("link-local", "169.254.0.1", "link-local"),
    ("metadata", "169.254.169.254", "a cloud's metadata service"),
    ("protocol", "192.0.0.1", "protocol assignments"),
    ("documentation-1", "192.0.2.1", "documentation"),
    ("documentation-2", "198.51.100.1", "documentation"),
    ("documentation-3", "203.0.113.1", "documentation"),
    ("relay", "192.88.99.1", "a 6to4 relay"),
    ("benchmark", "198.18.0.1", "benchmarks"),
    ("multicast", "224.0.0.1", "multicast"),
    ("reserved", "240.0.0.1", "reserved"),
    ("broadcast", "255.255.255.255", "broadcast"),
    ("unspecified-6", "::", "unspecified"),
    ("loopback-6", "::1", "loopback"),
    ("mapped", "::ffff:10.0.0.1", "IPv4-mapped and private"),
    ("mapped-public", "::ffff:8.8.8.8", "IPv4-mapped, whichever it holds"),
    ("compatible", "::7f00:1", "IPv4-compatible"),
    ("nat64", "64:ff9b::a00:1", "NAT64"),
    ("nat64-local", "64:ff9b:1::1", "NAT64 of a network's own"),
    ("teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
    ("6to4", "2002:7f00:1::", "6to4 of loopback"),
    ("6to4-public", "2002:808:808::1", "6to4, whichever it holds"),
    ("unique-local", "fc00::1", "unique local"),
    ("metadata-6", "fd00:ec2::254", "a cloud's metadata service"),
    ("link-local-6", "fe80::1", "link-local"),
    ("site-local", "fec0::1", "site-local"),
    ("multicast-6", "ff02::1", "multicast"),
    ("documentation-6", "2001:db8::1", "documentation"),
    ("benchmark-6", "2001:2::1", "benchmarks"),
    ("discard", "100::1", "discard-only"),
    ("unassigned", "4000::1", "outside the global unicast space"),
]:
    cases.bad(f"address-{name}", "check_webhook_address", {"address": text}, "forbidden_address", "address", note, D10)
for name, text, note in [
    ("name", "localhost", "a name is no address"),
    ("octal", "0177.0.0.1", "octal is for URLs"),
    ("bracketed", "[::1]", "brackets belong to the URL"),
    ("zone", "fe80::1%eth0", "a zone is the host's own"),
    ("port", "8.8.8.8:443", "a port is no part of an address"),
]:
    cases.bad(f"address-{name}", "check_webhook_address", {"address": text}, "unknown_value", "address", note, D10)

# What several cases share, named once in the file.
cases.fixtures = {
    "to-sign": {"secrets": [SECRET], "id": "evt_1", "timestamp": NOW, "body": BODY},
    "received": {"signature": evr(), "body": BODY, "secrets": [SECRET], "now": NOW},
    "received-standard": {"body": STANDARD_BODY, "secrets": [SECRET], "now": 1614265330, "headers": STANDARD_HEADERS},
}
