"""Which device is this? DECISIONS 1-3."""

from . import Cases

cases = Cases("identity")
D1, D2, D3, ISSUE = "DECISIONS 1", "DECISIONS 2", "DECISIONS 3", "issue 2, bad input"


def same(name, vendor, serial, note, source, canonical=None, normalized=None, pending=None):
    states = {"vendor_canonical": canonical, "serial_normalized": normalized}
    states = {key: value for key, value in states.items() if value is not None}
    cases.good(name, "identify", {"vendor": vendor, "serial": serial}, note, source, states, pending=pending)


def refused(name, vendor, serial, code, path, note, source=ISSUE, pending=None, names=None):
    cases.bad(name, "identify", {"vendor": vendor, "serial": serial}, code, path, note, source, None, pending, names)


def raw(name, text, code, path, note, source=ISSUE, op="identify"):
    cases.bad(name, op, None, code, path, note, source, text=text)


# Vendors: every spelling of DECISIONS 1.
same("ev-duty", "EV Duty", "5555", "a blank within the name falls", D1, "EVDUTY", "5555")
same("ev-duty-lower", "evduty", "5555", "case does not matter", D1, "EVDUTY")
same("ev-duty-inc", "EVduty Inc.", "5555", "the legal form falls with its full stop", D1, "EVDUTY")
same("wall-box-chargers", "Wall Box Chargers", "W1", "an alias: the company's full name", D1, "WALLBOX")
same("alfen-bv", "Alfen BV", "ACE1", "a Dutch legal form", D1, "ALFEN")
same("tesla-motors", "Tesla Motors", "T1", "an alias: the former name", D1, "TESLA")
same("bosch", "Bosch", "B1", "the maker without diacritics", D1, "BOSCH")
same("boesch-umlaut", "Bösch", "B1", "diacritics are kept: another maker than Bosch", D1, "BÖSCH")
same("legal-ltd", "Rolec Services Ltd", "1", "the legal form Ltd", D1, "ROLECSERVICES")
same("legal-gmbh", "go-e GmbH", "1", "the legal form GmbH; the hyphen is no letter", D1, "GOE")
same("legal-ag", "Juice Technology AG", "1", "the legal form AG", D1, "JUICETECHNOLOGY")
same("legal-sas", "Legrand SAS", "1", "the legal form SAS", D1, "LEGRAND")
same("legal-dotted-bv", "Alfen B.V.", "1", "full stops within a legal form do not matter", D1, "ALFEN")
same("legal-slash", "Zaptec A/S", "1", "a slash within a legal form does not matter", D1, "ZAPTEC")
same("legal-comma", "Wallbox Chargers, S.L.U.", "1", "a comma before the form, then the alias", D1, "WALLBOX")
same("legal-compound", "MENNEKES Elektrotechnik GmbH & Co. KG", "1", "three forms in a row, then the alias", D1, "MENNEKES")
same("legal-polish", "Ekoenergetyka Polska Sp. z o.o.", "1", "a form of three words", D1, "EKOENERGETYKAPOLSKA")
same(
    "legal-mexican", "Cargadores del Norte S.A. de C.V.", "1", "the longest form counts: SA DE CV, not CV alone", D1,
    "CARGADORESDELNORTE",
)
same("legal-alone", "AG", "1", "the first word always stays: a form alone is a name", "doc of canonicalize_vendor", "AG")
same("legal-forms-only", "Co. Ltd.", "1", "the first word stays, the second falls", "doc of canonicalize_vendor", "CO")
same("legal-inner", "AG Charging", "1", "a legal form at the front is part of the name", D1, "AGCHARGING")
same(
    "legal-turkish", "Vestel Elektronik Ltd. Şti.", "1", "Ltd. Şti. with its small dotless-looking i", D1, "VESTEL",
)
same("fullwidth", "ｅａｓｅｅ ＡＳ", "EH123456", "full-width letters are the same letters (NFKC)", D1, "EASEE")
same("decomposed", "Bo\u0308sch", "B1", "o and a combining diaeresis are ö (NFKC)", D1, "BÖSCH")
same("ligature", "ﬁmer S.p.A.", "1", "the ligature is two letters (NFKC)", D1, "FIMER")
same("sharp-s", "Groß", "1", "ß has the capital SS", D1, "GROSS")
same("no-break-space", "EVduty\u00a0Inc", "5555", "a no-break space parts words as well", D1, "EVDUTY")
same("zero-width-space", "EV\u200bduty", "5555", "an invisible character is no letter", D1, "EVDUTY")
same("variation-selector", "ABB\ufe0f", "1", "a variation selector is neither letter nor diacritic", D1, "ABB")
same("mark-alone", "X\u0302BB", "1", "a diacritic that no precomposed letter takes in is kept", D1, "X\u0302BB")
same("japanese", "ニチコン株式会社", "1", "letters of any script are letters", D1, "ニチコン株式会社")
same("cyrillic-whole", "ПАРУС Электро", "1", "a name wholly in Cyrillic, not all of which looks Latin", D1, "ПАРУСЭЛЕКТРО")
same("apostrophe", "L'Oréal-Charge", "1", "punctuation falls, é stays", D1, "LORÉALCHARGE")
same("digits", "3M", "1", "digits count as letters do", D1, "3M")
same("at-sign", "ABB E-mobility", "1", "an alias with a hyphen in it", D1, "ABB")
same("vendor-120", "V" * 120, "1", "120 characters are allowed", ISSUE, "V" * 120)
same("vendor-120-wide", "ö" * 120, "1", "characters are counted, not bytes", ISSUE, "Ö" * 120)

for slug, vendor in [("tm", "KEBA™"), ("registered", "KEBA®"), ("copyright", "KEBA © AG"), ("service-mark", "KEBA℠"), ("written", "KEBA(R)")]:
    same(f"trade-sign-{slug}", vendor, "1", "a sign of trade is no part of the name", D1, "KEBA")
same("fold-sharp-s", "Heiß", "1", "case is folded in full", D1, "HEISS")
same("fold-capital-sharp-s", "HEIẞ", "1", "the capital ẞ is the SS of its small letter", D1, "HEISS")
for slug, vendor in [
    ("acute", "Dell´Orto"), ("straight", "Dell'Orto"), ("curly", "Dell’Orto"), ("grave", "Dell`Orto"),
    ("modifier", "Dell\u02bcOrto"), ("prime", "Dell\u02b9Orto"), ("greek-tonos", "Dell\u0384Orto"), ("blank-and-mark", "Dell \u0301Orto"),
]:
    same(f"apostrophe-{slug}", vendor, "1", "an accent that stands on no letter splits no maker", D1, "DELLORTO")
same("lone-diaeresis", "W¨", "1", "a spacing accent at the end", D1, "W")
same("composed-after-removal", "S()\u0323T3", "1", "what is left is composed again", D1, "\u1e62T3")
same("composed-over-invisible", "Bo\u200b\u0308sch", "1", "an invisible character parts no letter from its mark", D1, "BÖSCH")
same("mark-first", "\u0301ABB", "1", "a mark before any letter belongs to none", D1, "ABB")
same("n-apostrophe", "ŉAlfen", "1", "the upper case of ŉ is an apostrophe and N", D1, "NALFEN")
same("iota-alone", "\u037aABB", "1", "a subscript iota that stands alone is an accent, although its capital is a letter", D1, "ABB")

# Serials.
for slug, serial in [
    ("twice", "S/N: S/N: 1"), ("two-kinds", "SN: Serial No. 1"), ("behind-dash", "-S/N: 1"),
    ("behind-wide-dash", "－Seriennummer: 1"), ("behind-hash", "#SN. SN 1"),
]:
    same(f"label-{slug}", "KEBA", serial, "labels fall where they are repeated or stand behind a separator", D2, normalized="1")
same("label-sn-dash", "KEBA", "SN-22004711", "SN with a dash may be the maker's own: an advisory", D2, normalized="SN22004711")
same("label-serial-dash", "KEBA", "Serial-No-A7", "a label without its end: an advisory", D2, normalized="SERIALNOA7")
same("label-letters-only", "KEBA", "SNOW", "nothing of digits behind the letters: no advisory", D2, normalized="SNOW")
same("shortened-number", "KEBA", "1.00E12", "a number that a spreadsheet shortened: an advisory", D2, normalized="100E12")
same("shortened-no-number", "KEBA", "1.005E2", "a fraction is no shortened serial", D2, normalized="1005E2")
same("serial-sharp-s", "KEBA", "A-ẞ1", "case is folded in full in serials as well", D2, normalized="ASS1")
same("label-sn-slash", "KEBA", "S/N: 12345", "the label falls", D2, normalized="12345")
same("label-serial-no", "KEBA", "Serial No. 00012", "the label falls, leading zeros stay", D2, normalized="00012")
same("label-lower", "KEBA", "s/n12345", "S/N is a label whatever follows", D2, normalized="12345")
same("label-sn-colon", "KEBA", "SN: 0000-5555", "SN with a colon is a label", D2, normalized="00005555")
same("label-sn-part", "KEBA", "SN12345", "SN without a mark belongs to the serial", "doc of normalize_serial", normalized="SN12345")
same("label-german", "KEBA", "Serien-Nr.: 77", "a German label", D2, normalized="77")
same("label-fullwidth", "KEBA", "Ｓ／Ｎ：１２３", "full-width label, colon and digits (NFKC)", D2, normalized="123")
same("label-spaced", "KEBA", "S / N: 12345", "blanks within the label do not matter", D2, normalized="12345")
same("label-like-word", "KEBA", "SERIAL1", "a serial that begins like a label", D2, normalized="SERIAL1")
same("leading-zeros", "Easee", "0001", "leading zeros are kept: 0001 is not 1", D2, normalized="0001")
same("separators", "Alfen", "ace_0.1/2:3#4 5-6", "every separator of the list falls", D2, normalized="ACE0123456")
same("dashes", "Alfen", "A‐B‑C–D—E―F−G－H", "every Unicode dash falls", D2, normalized="ABCDEFGH")
same("dashes-rare", "Alfen", "A\u2e3aB\u301cC\u30a0D\ufe58E", "dashes of other scripts fall", D2, normalized="ABCDE")
same("white-space", "Alfen", "\tA B\u2003C\u3000D\r\n", "every kind of white space falls", D2, normalized="ABCD")
same("circled-digits", "Alfen", "①②", "compatibility digits are digits (NFKC)", D2, normalized="12")
same("superscript", "Alfen", "A²", "a superscript is its digit (NFKC)", D2, normalized="A2")
same("lower-case", "Wallbox", "wbx-0048.2913", "lower case is raised", D2, normalized="WBX00482913")
same("serial-64", "ABB", "A" * 64, "64 letters and digits are allowed", D2, normalized="A" * 64)
same("serial-255", "ABB", "-" * 254 + "A", "255 characters as given are allowed", ISSUE, normalized="A")
same("lookalikes", "Easee", "EH12O456", "O may be 0: an advisory, no error", D2, normalized="EH12O456")
same("lookalikes-all", "Easee", "OISB0158", "all four letters, none of their digits", D2, normalized="OISB0158")
same("last4-short", "ABB", "7", "a serial shorter than four is its own last four", D3)
same("last4", "ABB", "12345", "the last four of the normalised serial", D3)
same("hash", "EVduty", "0000-5555", "SHA-256 of EVDUTY:00005555 in lower-case hex", D3)

# Refusals.
refused("vendor-empty", "", "1", "empty", "vendor", "an empty vendor")
refused("vendor-blank", " \t\u3000", "1", "empty", "vendor", "white space alone is empty")
refused("vendor-no-letter", "-&.", "1", "empty", "vendor", "nothing is left once only letters and digits stay", D1)
refused("vendor-121", "V" * 121, "1", "too_long", "vendor", "121 characters")
refused("vendor-nul", "AB\u0000B", "1", "invalid_character", "vendor", "NUL", names="U+0000 at position 3")
refused("vendor-escape", "AB\u001bB", "1", "invalid_character", "vendor", "a control character that is no white space")
refused("vendor-cyrillic", "\u0410BB", "1", "invalid_character", "vendor", "Cyrillic А among Latin letters")
refused("vendor-cyrillic-all", "\u0410\u0412\u0412", "1", "invalid_character", "vendor", "Cyrillic letters that all look Latin")
refused("vendor-cyrillic-late", "Zaptec Pr\u043e", "1", "invalid_character", "vendor", "position 10 is named", names="(U+043E) at position 10")
refused("vendor-greek", "\u0391BB", "1", "invalid_character", "vendor", "Greek Alpha among Latin letters")
refused(
    "vendor-greek-bold", "\U0001d6a8BB", "1", "invalid_character", "vendor",
    "a mathematical bold Alpha is Greek once it is normalised",
    "doc of canonicalize_vendor",
)
refused(
    "vendor-cyrillic-small", "авв", "1", "invalid_character", "vendor",
    "small Cyrillic letters whose capitals all look Latin: the canonical name is drawn as ABB",
    "doc of canonicalize_vendor",
)
refused("serial-empty", "ABB", "", "empty", "serial", "an empty serial")
refused("serial-blank", "ABB", "\u00a0 ", "empty", "serial", "white space alone is empty")
refused("serial-separators", "ABB", "- / -", "empty", "serial", "separators alone leave nothing", D2)
for slug, label in [("sn", "S/N:"), ("serial-no", "Serial No."), ("german", "Seriennummer: ")]:
    refused(
        f"serial-label-alone-{slug}", "ABB", label, "empty", "serial",
        "a label with nothing behind it is no serial", D2,
    )
refused("serial-256", "ABB", "-" * 255 + "A", "too_long", "serial", "256 characters as given")
refused("serial-65", "ABB", "A" * 65, "too_long", "serial", "65 letters and digits once normalised", D2)
refused("serial-nul", "ABB", "12\u000034", "invalid_character", "serial", "NUL")
refused("serial-cyrillic", "ABB", "\u0410CE0123456", "invalid_character", "serial", "Cyrillic А at position 1", D2, names="`А` (U+0410) at position 1")
refused("serial-arabic-digits", "ABB", "AB\u0663", "invalid_character", "serial", "Arabic digits, which NFKC leaves", D2, names="(U+0663) at position 3")
refused("serial-zero-width", "ABB", "AB\u200b1", "invalid_character", "serial", "an invisible character is named by its code point", D2, names="(U+200B) at position 3")
refused("serial-after-label", "ABB", "S/N: \u00c41", "invalid_character", "serial", "the position counts in the text as given, label included", D2, names="`Ä` (U+00C4) at position 6")
refused("serial-plus", "ABB", "A1+", "invalid_character", "serial", "a plus sign is no separator", D2)
refused(
    "serial-degree", "ABB", "A\u00b01", "invalid_character", "serial", "a degree sign belongs to the label N° only", D2,
    names="(U+00B0) at position 2",
)
refused("vendor-signs-alone", "™´", "1", "empty", "vendor", "signs of trade and accents that stand alone are no name", D1)
refused("vendor-micro", "µCharge", "1", "invalid_character", "vendor", "the micro sign is the Greek letter once it is normalised", "doc of canonicalize_vendor")
refused("vendor-iota-below", "Alf\u0345en", "1", "invalid_character", "vendor", "the capital of an iota below is a Greek letter", "doc of canonicalize_vendor")
refused("vendor-cyrillic-modifier", "АВ\u02b9", "1", "invalid_character", "vendor", "a prime that falls makes no other script of letters that look Latin", D1)
refused("vendor-cyrillic-komi", "\u050c\u0412", "1", "invalid_character", "vendor", "Komi Sje is drawn as G", "Unicode Technical Standard 39")
refused("serial-trade-sign", "ABB", "A1™", "invalid_character", "serial", "a trade mark sign is not the letters TM", D2, names="`™` (U+2122) at position 3")
refused("serial-labels-alone", "ABB", "S/N: Serial No.", "empty", "serial", "labels with nothing behind them are no serial", D2)
refused("serial-label-parted", "ABB", "Serial-N-o", "empty", "serial", "a label in canonical letters is no serial either", D2)
refused("serial-shortened", "ABB", "1,00E+12", "invalid_character", "serial", "a shortened number with its plus sign; the sentence says so", D2, names="a spreadsheet shortened")
refused("both-bad", "", "", "empty", "vendor", "the first field in order is named")

# Shapes and JSON text.
raw("missing-serial", '{"vendor":"ABB"}', "missing_field", "serial", "a field is absent")
raw("null-vendor", '{"vendor":null,"serial":"1"}', "missing_field", "vendor", "null counts as absent")
raw("wrong-type-serial", '{"vendor":"ABB","serial":12345}', "wrong_type", "serial", "a number is no serial: leading zeros would be lost")
raw("wrong-type-vendor", '{"vendor":["ABB"],"serial":"1"}', "wrong_type", "vendor", "a list where a text belongs")
raw("wrong-type-input", '"ABB"', "wrong_type", "", "the input is no object")
raw("unknown-field", '{"vendor":"ABB","serial":"1","model":"Terra"}', "unknown_field", "model", "a field that the shape does not have")
raw("unknown-field-case", '{"Vendor":"ABB","serial":"1"}', "unknown_field", "Vendor", "field names are matched by case")
raw("duplicate-key", '{"vendor":"ABB","vendor":"ABL","serial":"1"}', "duplicate", "vendor", "a later duplicate must not win")
raw("duplicate-key-escaped", '{"vendor":"ABB","v\\u0065ndor":"ABL","serial":"1"}', "duplicate", "vendor", "the same name by an escape")
raw("lone-surrogate", '{"vendor":"\\ud800","serial":"1"}', "invalid_unicode", "vendor", "a high surrogate alone, as JavaScript can hold it")
raw("lone-surrogate-low", '{"vendor":"ABB","serial":"1\\udc00"}', "invalid_unicode", "serial", "a low surrogate alone")
raw("lone-surrogate-swapped", '{"vendor":"\\ude00\\ud83d","serial":"1"}', "invalid_unicode", "vendor", "a pair in the wrong order")
cases.good(
    "surrogate-pair", "identify", None, "a pair of escapes is one character, here one that is no letter", D1,
    {"vendor_canonical": "ABB"}, text='{"vendor":"ABB \\ud83d\\ude00","serial":"1"}',
)
raw("truncated", '{"vendor":"ABB","serial":"1"', "invalid_json", "", "the text ends too early")
raw("trailing", '{"vendor":"ABB","serial":"1"} x', "invalid_json", "", "something stands behind the value")
raw("trailing-comma", '{"vendor":"ABB","serial":"1",}', "invalid_json", "", "a comma before the brace")
raw("empty-text", "", "invalid_json", "", "no text at all")
raw("single-quotes", "{'vendor':'ABB'}", "invalid_json", "", "Python's notation is no JSON")
raw("raw-control", '{"vendor":"A\nB","serial":"1"}', "invalid_json", "", "a line feed must be escaped in JSON")
raw("too-deep", '{"vendor":' + "[" * 40 + "]" * 40 + ',"serial":"1"}', "out_of_range", "vendor" + "[0]" * 31, "nesting deeper than 32 levels", "doc of parse_json")
raw("unknown-op", "{}", "unknown_op", "", "a call that does not exist", op="identify_fleet")
raw("unknown-op-case", "{}", "unknown_op", "", "names of calls are matched by case", op="Identify")


# Batches.
def batch(name, chargers, note, source):
    chargers = [{"vendor": vendor, "serial": serial} for vendor, serial in chargers]
    cases.good(name, "identify_batch", {"chargers": chargers}, note, source)


batch("batch-order", [("KEBA", "2"), ("ABB", "1"), ("KEBA", "2")], "answers stand in the order asked, repeats included", "issue 2, identity")
batch("batch-empty", [], "nothing asked, nothing answered", "issue 2, identity")
batch(
    "batch-errors-inside",
    [("ABB", "1"), ("", "2"), ("ABB", "\u0410"), ("ABB", "3")],
    "a refused item leaves the others untouched and has its own path",
    "doc of identify_batch",
)
batch(
    "batch-lookalikes",
    [("Easee", "EH10"), ("Easee", "EH77"), ("easee AS", "EHIO"), ("Easee", "EH1O"), ("Easee", "EH10")],
    "serials that differ only in O/0 and I/1 are one group; a repeat is named once",
    D2,
)
batch(
    "batch-lookalikes-apart",
    [("ABB", "S5"), ("ABL", "55"), ("ABB", "5S"), ("ABB", "B8"), ("ABB", "88")],
    "groups never cross makers; two groups in the order of their first member",
    D2,
)
batch(
    "batch-lookalikes-label",
    [("KEBA", "SN-22004711"), ("KEBA", "22004711"), ("KEBA", "S/N 2200471I"), ("ABL", "22004711")],
    "a serial with and without the letters of a label are one group",
    D2,
)
batch(
    "batch-lookalikes-beside-errors",
    [("ABB", ""), ("ABB", "O1"), ("", "01"), ("ABB", "01")],
    "indices count refused items too",
    D2,
)
cases.good(
    "batch-shape-errors-inside", "identify_batch", None,
    "an item of a wrong shape is refused like one of a wrong value", "doc of identify_batch",
    text='{"chargers":[{"vendor":"ABB"},{"vendor":"ABB","serial":1},"ABB",{"vendor":"ABB","serial":"1","x":0},null]}',
)
cases.bad("batch-missing", "identify_batch", {}, "missing_field", "chargers", "no list", ISSUE)
cases.bad("batch-no-list", "identify_batch", {"chargers": {"vendor": "ABB"}}, "wrong_type", "chargers", "an object where a list belongs", ISSUE)
cases.bad("batch-unknown-field", "identify_batch", {"chargers": [], "strict": True}, "unknown_field", "strict", "an option that does not exist", ISSUE)
raw("batch-lone-surrogate", '{"chargers":[{"vendor":"ABB","serial":"1"},{"vendor":"ABB","serial":"\\udfff"}]}', "invalid_unicode", "chargers[1].serial", "text that is no Unicode refuses the whole call, with the place", op="identify_batch")
raw("batch-duplicate-key", '{"chargers":[{"vendor":"ABB","serial":"1","serial":"2"}]}', "duplicate", "chargers[0].serial", "a doubled key refuses the whole call, with the place", op="identify_batch")
