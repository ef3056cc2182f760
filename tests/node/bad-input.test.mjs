// What a stranger may hand over: every refusal is a TierraError with a code and a path, in all three packages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runtimes } from "./runtimes.mjs";

const holdsItself = [];
holdsItself.push(holdsItself);
const registration = (changes) => ({
  public_id: "r1",
  organization: "Green Miles",
  serial_hash: "0".repeat(64),
  period: { start: "2026-01-01", end: "2026-12-31" },
  status: "active",
  ...changes,
});
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const day = (date, amount) => ({ date, amount });

const refused = [
  ["empty vendor", (t) => t.identify("", "1"), "empty", "vendor"],
  ["undefined vendor", (t) => t.identify(undefined, "1"), "missing_field", "vendor"],
  ["number for a vendor", (t) => t.identify(5, "1"), "wrong_type", "vendor"],
  ["object for a serial", (t) => t.identify("ABB", {}), "wrong_type", "serial"],
  ["lone surrogate", (t) => t.identify("ABB\ud800", "1"), "invalid_unicode", "vendor"],
  ["a body that is not UTF-8", (t) => t.signBody("secret", new Uint8Array([0xff])), "invalid_unicode", "body"],
  ["a parsed body", (t) => t.signBody("secret", { a: 1 }), "wrong_type", "body"],
  ["a signature over a byte order mark", (t) => t.verifyBody(t.signBody("s", "{}"), new TextEncoder().encode("\ufeff{}"), "s"),
    "invalid_signature", "signature"],
  ["no options", (t) => t.verifyWebhook("t=1,v1=2", "{}", []), "missing_field", "now"],
  ["a fraction of a second", (t) => t.verifyWebhook("t=1,v1=2", "{}", [], { now: 1.5 }), "invalid_number", "now"],
  ["headers of fetch", (t) => t.verifyWebhook(new Headers({ "EVR-Signature": "x" }), "{}", secret, { now: 1 }),
    "invalid_signature", "headers.EVR-Signature"],
  ["a short secret", (t) => t.keyedHash("ABB", "1", "short"), "out_of_range", "secret"],
  ["NUL", (t) => t.identify("ABB", "1\0"), "invalid_character", "serial"],
  ["Cyrillic look-alike", (t) => t.identify("ABB", "\u0410CE1"), "invalid_character", "serial"],
  ["121 characters", (t) => t.identify("v".repeat(121), "1"), "too_long", "vendor"],
  ["256 characters", (t) => t.identify("ABB", "1".repeat(256)), "too_long", "serial"],
  ["a string for a batch", (t) => t.identifyBatch("ABB"), "wrong_type", "chargers"],
  ["a function", (t) => t.identify(() => 1, "1"), "wrong_type", ""],
  ["a symbol", (t) => t.identify(Symbol("x"), "1"), "wrong_type", ""],
  ["start after end", (t) => t.findConflicts([registration({ period: { start: "2026-02-01", end: "2026-01-01" } })]),
    "invalid_period", "registrations[0].period.start"],
  ["a Date for a day", (t) => t.findConflicts([registration({ period: { start: new Date(0), end: "2026-01-01" } })]),
    "wrong_type", "registrations[0].period.start"],
  ["NaN for a vendor", (t) => t.identify(NaN, "1"), "wrong_type", "vendor"],
  ["a bigint for a serial", (t) => t.identify("ABB", 123n), "wrong_type", "serial"],
  ["a Date for a vendor", (t) => t.identify(new Date(0), "1"), "wrong_type", "vendor"],
  ["an argument among the options", (t) => t.allocate("1", [{ id: "a", weight: 1 }], { total: "9" }), "unknown_field", "total"],
  ["a Map for options", (t) => t.xirr([day("2020-01-01", -1)], new Map()), "wrong_type", "options"],
  ["2,000 claims on one placeholder", (t) => t.findConflicts(Array.from({ length: 2000 }, (_, i) => registration({ public_id: `r${i}` }))),
    "out_of_range", "registrations"],
  ["unknown status", (t) => t.findConflicts([registration({ status: "live" })]), "unknown_value", "registrations[0].status"],
  ["unknown field", (t) => t.findConflicts([registration({ extra: 1 })]), "unknown_field", "registrations[0].extra"],
  ["NaN", (t) => t.irr([-1, NaN]), "not_finite", "amounts[1]"],
  ["infinity in a typed array", (t) => t.irr(new Float64Array([-1, Infinity])), "not_finite", "amounts[1]"],
  ["NaN for money", (t) => t.allocate(NaN, [{ id: "a", weight: 1 }]), "not_finite", "total"],
  ["1e400 as text", (t) => t.allocate("1e400", [{ id: "a", weight: 1 }]), "out_of_range", "total"],
  ["a list that holds itself", (t) => t.irr(holdsItself), "wrong_type", ""],
  ["no flows", (t) => t.xirr(), "missing_field", "flows"],
  ["a hole in a list", (t) => t.irr([-1, , 2]), "wrong_type", "amounts[1]"],
  ["one sign", (t) => t.xirr([day("2020-01-01", 1), day("2021-01-01", 1)]), "one_sign", "flows"],
  ["a short period", (t) => t.xirr([day("2020-01-01", -1), day("2020-02-01", 2)]), "short_period", "flows"],
  ["a number for options", (t) => t.xirr([day("2020-01-01", -1)], 0.1), "wrong_type", "options"],
  ["an unknown option", (t) => t.xirr([day("2020-01-01", -1)], { guess: 1 }), "unknown_field", "guess"],
  ["data that is no object", (t) => new t.EmissionFactors(5), "wrong_type", ""],
  ["no data", (t) => new t.EmissionFactors(), "wrong_type", ""],
  ["data that is no JSON", (t) => new t.EmissionFactors("{"), "invalid_json", ""],
  ["unknown authority", (t) => new t.EmissionFactors({}).resolve(
    { authority: "x", reportingYear: 2024, fuelType: "x", gas: "CO2", category: "y" }), "unknown_value", "authority"],
  ["year 1800", (t) => new t.EmissionFactors({}).resolve(
    { authority: "defra", reportingYear: 1800, fuelType: "x", gas: "CO2", category: "y" }), "out_of_range", "reportingYear"],
  ["no query", (t) => new t.EmissionFactors({}).resolve(), "wrong_type", ""],
  ["no UUID for a library", (t) => new t.EmissionFactors({}).search({ libraryId: "x", page: 0 }), "invalid_uuid", "libraryId"],
  ["no search", (t) => new t.EmissionFactors({}).search(), "wrong_type", ""],
  ["an unknown report", (t) => new t.EmissionFactors({}).gwpValues({ version: "ar9" }), "unknown_value", "version"],
  ["a library that is not loaded", (t) => new t.EmissionFactors({}).digest("00000000-0000-0000-0000-000000000009"), "unknown_reference", "libraryId"],
  ["a number for a library", (t) => new t.EmissionFactors({}).digest(5), "wrong_type", "libraryId"],
  ["a property that does not exist", (t) => new t.EmissionFactors({}).fuelProperties(
    { libraryId: "00000000-0000-0000-0000-000000000009", propertyType: "colour" }), "unknown_value", "propertyType"],
  ["more data that is no object", (t) => new t.EmissionFactors({}).extended(5), "wrong_type", ""],
  ["more data that is no JSON", (t) => new t.EmissionFactors({}).extended("{"), "invalid_json", ""],
  ["no rows", (t) => new t.EmissionFactors({}).inventory({ gwpVersion: "ar5" }), "missing_field", "rows"],
  ["an object for rows", (t) => new t.EmissionFactors({}).inventory({ rows: {}, gwpVersion: "ar5" }), "wrong_type", "rows"],
  ["an amount for all rows", (t) => new t.EmissionFactors({}).inventory({ rows: [], gwpVersion: "ar5", defaults: { amount: 1 } }),
    "unknown_field", "defaults.amount"],
  ["NaN for an amount", (t) => t.convertUnit(NaN, "kg", "t"), "not_finite", "amount"],
  ["a unit of another dimension", (t) => t.convertUnit(1, "kWh", "kWh (Net CV)"), "unit_mismatch", "to"],
  ["a ton", (t) => t.convertUnit(1, "ton", "kg"), "unknown_unit", "from"],
  ["no unit", (t) => t.convertUnit(1), "missing_field", "from"],
  ["no error", (t) => t.errorBody(), "wrong_type", ""],
  ["another error", (t) => t.errorBody(new Error("x")), "missing_field", "code"],
  ["a key twice", (t) => t.callJson("irr", '{"amounts":[],"amounts":[]}'), "duplicate", "amounts"],
  ["a number for JSON text", (t) => t.callJson("irr", 5), "wrong_type", ""],
  ["a lone surrogate in JSON text", (t) => t.callJson("identify", '{"vendor":"\ud800","serial":"1"}'), "invalid_unicode", "vendor"],
];

test("rate limits, which the browser module lacks", () => {
  for (const [name, { RateLimiter, TierraError }] of Object.entries(runtimes)) {
    if (name === "browser module") continue;
    const limit = { capacity: 2, refill: 1, period_seconds: 10 };
    const limiter = new RateLimiter({ key: limit, ip: limit, serial_hash: limit });
    const asked = [0, 0.25, 1.5].map((now) => limiter.check({ now, ip: "192.0.2.1", serial_hash: "h" }));
    assert.deepEqual(asked.map(({ allowed }) => allowed), [true, true, false]);
    assert.deepEqual(asked[2], { allowed: false, limit: 2, remaining: 0, retry_after: 9, refused_by: "ip" });
    const refusedAt = (code, path) => (error) => error instanceof TierraError && error.code === code && error.path === path;
    assert.throws(() => limiter.check({ now: 1 }), refusedAt("empty", "buckets"));
    assert.throws(() => limiter.check(), refusedAt("wrong_type", ""));
    assert.throws(() => new RateLimiter({ key: limit, ip: limit }), refusedAt("missing_field", "serial_hash"));
  }
});

for (const [name, tierra] of Object.entries(runtimes)) {
  test(`${name}: refused with code and path`, () => {
    for (const [what, call, code, path] of refused) {
      assert.throws(
        () => call(tierra),
        (error) => {
          assert.ok(error instanceof tierra.TierraError, `${what}: ${error}`);
          assert.deepEqual([error.code, error.path], [code, path], `${what}: ${error.message}`);
          assert.ok(error.message.endsWith(error.reason));
          return true;
        },
        what,
      );
    }
  });

  test(`${name}: JavaScript's own types are taken as they come`, () => {
    assert.equal(tierra.irr(new Float64Array([-1, 2])).rate, 1);
    assert.equal(tierra.irr(new Set([-1, 2])).rate, 1);
    assert.equal(tierra.allocate(10n, [{ id: "a", weight: 1 }])[0].amount, "10");
    assert.equal(tierra.allocate(0.1, [{ id: "a", weight: "1e0" }], { minor_digits: 18 })[0].amount, "0.1");
    const batch = tierra.identifyBatch([{ vendor: "ABB", serial: "1" }, { vendor: "", serial: "1" }]);
    assert.ok(batch.results[1] instanceof tierra.TierraError);
    assert.equal(batch.results[1].path, "chargers[1].vendor");
  });
}
