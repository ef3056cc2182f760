// Copies of the package in one process: what one of them made, the others take or refuse, and never count as empty. And what
// it weighs to make many.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { runtimes } from "./runtimes.mjs";

const require = createRequire(import.meta.url);
const path = require.resolve("../../bindings-node/index.cjs");

/** The package once more, as `jest.resetModules()` or a second version in the tree would have it. */
function copy() {
  for (const name of Object.keys(require.cache)) if (name.includes("bindings-node") && !name.endsWith(".node")) delete require.cache[name];
  return require(path);
}
const { "Node, import": imported, "Node, require": required, "browser module": browser } = runtimes;
const second = copy();
const copies = { imported, required, second, browser };

test("there is one class for import and require", () => {
  assert.equal(imported.EmissionFactors, required.EmissionFactors);
  assert.equal(imported.TierraError, required.TierraError);
  assert.equal(imported.Ledger, required.Ledger);
  assert.deepEqual(Object.keys(imported).filter((name) => name !== "default").sort(), Object.keys(required).sort());
  assert.notEqual(second.EmissionFactors, required.EmissionFactors);
});

test("factors of another copy are taken whole", async () => {
  const expected = imported.EmissionFactors.reference().libraries().length;
  assert.ok(expected > 5);
  for (const [of, { EmissionFactors: Of }] of Object.entries(copies)) {
    const made = Of.reference();
    for (const [by, { EmissionFactors: By }] of Object.entries(copies)) {
      assert.equal(new By(made).libraries().length, expected, `${of} by ${by}`);
      assert.equal(new By({}).extended(made).libraries().length, expected, `${of} by ${by}`);
      assert.deepEqual(new By(made).data(), made.data(), `${of} by ${by}`);
    }
  }
  for (const [of, { EmissionFactors: Of }] of Object.entries(copies)) {
    const ledger = imported.Ledger.inMemory();
    const { loaded } = await ledger.factors.load(Of.reference(), { now: "2026-01-01T00:00:00Z" });
    assert.equal(loaded.libraries, expected, of);
  }
});

test("an object that would count as empty is refused", () => {
  class Own { #libraries = []; }
  const objects = [
    Promise.resolve({}), new Response("{}"), /x/, new Own(), new Error("x"), new WeakMap(), new ArrayBuffer(8),
    imported.EmissionFactors, () => 1,
  ];
  for (const [name, { EmissionFactors, TierraError, identifyBatch }] of Object.entries(copies)) {
    for (const object of objects) {
      for (const call of [
        () => new EmissionFactors(object),
        () => EmissionFactors.reference().extended(object),
        () => identifyBatch([object]),
        () => new EmissionFactors({ libraries: object }),
      ]) {
        assert.throws(call, (error) => error instanceof TierraError && error.code === "wrong_type", `${name} ${object}`);
      }
    }
    assert.throws(() => new EmissionFactors(fetch), TierraError);
    assert.throws(() => new EmissionFactors(Promise.resolve("{}")), /class `Promise`; expected .*; await it first/);
    assert.throws(() => identifyBatch([{ vendor: "KEBA", serial: "1" }, { vendor: /x/, serial: "1" }]), /^TierraError: chargers\[1\]\.vendor: is an object of the class `RegExp`/);
    // What has fields is read, whatever its class, and what has no prototype at all.
    class Charger { vendor = "KEBA"; serial = "1"; }
    assert.equal(identifyBatch([new Charger(), Object.assign(Object.create(null), { vendor: "KEBA", serial: "1" })]).results.length, 2);
  }
  const ledger = imported.Ledger.inMemory();
  const refused = (code, path) => (error) => error.code === code && error.path === path;
  assert.throws(() => ledger.factors.load(Promise.resolve({})), refused("wrong_type", "data"));
});

test("an error of another copy is one", () => {
  for (const [of, { identify }] of Object.entries(copies)) {
    let error;
    try { identify("", "1"); } catch (refused) { error = refused; }
    for (const [by, { TierraError, httpStatus, errorBody }] of Object.entries(copies)) {
      assert.ok(error instanceof TierraError, `${of} by ${by}`);
      assert.equal(httpStatus(error), 422, `${of} by ${by}`);
      assert.equal(errorBody(error).body.code, "EMPTY", `${of} by ${by}`);
      class Special extends TierraError {}
      assert.ok(!(error instanceof Special));
      assert.ok(new Special({ code: "empty", path: "", message: "x" }) instanceof TierraError);
      for (const other of [null, undefined, "x", {}, new Error("x"), TierraError.prototype.constructor]) assert.ok(!(other instanceof TierraError));
    }
  }
});

test("closed factors let go and say so; what others share stays theirs", () => {
  for (const { EmissionFactors } of Object.values(copies)) {
    const closed = (error) => error.code === "closed";
    const [first, same] = [EmissionFactors.reference(), EmissionFactors.reference()];
    const third = new EmissionFactors(first);
    first.close();
    first.close();
    assert.throws(() => first.libraries(), closed);
    assert.throws(() => first.extended({}), closed);
    assert.throws(() => new EmissionFactors(first), closed);
    assert.ok(same.libraries().length > 0 && third.libraries().length > 0);
    same[Symbol.dispose]();
    assert.ok(third.libraries().length > 0);
    third.close();
    // Read once more, now that nobody has it.
    assert.ok(EmissionFactors.reference().libraries().length > 0);
    const own = new EmissionFactors({});
    own.close();
    assert.throws(() => own.libraries(), closed);
  }
});

test("many sets of factors take no more memory than a few", async () => {
  const megabytes = () => process.memoryUsage().rss / 2 ** 20;
  for (const [name, { EmissionFactors }] of Object.entries({ imported, browser })) {
    for (let made = 0; made < 20; made++) EmissionFactors.reference().gwpValues();
    const before = megabytes();
    for (let made = 0; made < 600; made++) EmissionFactors.reference().gwpValues();
    assert.ok(megabytes() - before < 100, `${name}: reference() 600 times took ${megabytes() - before} MB`);
    for (let made = 0; made < 150; made++) {
      const more = EmissionFactors.reference().extended({});
      more.gwpValues();
      more.close();
    }
    assert.ok(megabytes() - before < 150, `${name}: closed ones took ${megabytes() - before} MB`);
  }
  // Not closed: V8 was told what they weigh, and looks for garbage before there is too much of it.
  const before = megabytes();
  for (let made = 0; made < 300; made++) {
    imported.EmissionFactors.reference().extended({}).gwpValues();
    if (made % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(megabytes() - before < 600, `unclosed ones took ${megabytes() - before} MB`);
  const then = megabytes();
  for (let made = 0; made < 1500; made++) {
    imported.Ledger.inMemory().access.organizations();
    if (made % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(megabytes() - then < 250, `unclosed ledgers took ${megabytes() - then} MB`);
});

test("sentences say what to do", () => {
  for (const { findConflicts, xirr, TierraError } of Object.values(copies)) {
    const claim = { public_id: "r1", organization: "Green Miles", serial_hash: "0".repeat(64), status: "active" };
    const day = () => findConflicts([{ ...claim, period: { start: new Date(0), end: "2026-01-01" } }]);
    assert.throws(day, (error) => error.code === "wrong_type" && error.path === "registrations[0].period.start");
    assert.throws(day, /is a `Date` of the instant `1970-01-01T00:00:00\.000Z`; expected the day itself as a string `YYYY-MM-DD`, which is `1970-01-01` in UTC/);
    assert.throws(() => xirr([{ date: new Date(NaN), amount: -1 }]), TierraError);
    assert.throws(() => xirr([], { guess: 1 }), /^TierraError: guess: `guess` is not a known option; expected `day_count`, `annualize_short_period`$/);
  }
  const missing = `${tmpdir()}/no such workbook.xlsx`;
  assert.throws(() => imported.importFactors(missing, "defra", {}), (error) =>
    error instanceof imported.TierraError && error.code === "file_error" && error.path === "source" && error.cause.code === "ENOENT");
  assert.throws(() => imported.Ledger.open(":memory:"), (error) => error.code === "unknown_value" && error.path === "path");
  const ledger = imported.Ledger.inMemory();
  const { public_id: organization } = ledger.access.createOrganization("Green Miles");
  const caller = { organization, scopes: ["registrations:write"] };
  const noted = (metadata) => ledger.registrations.register(caller, {
    vendor: "KEBA", serial: "1", program_name: "Spring", start_date: "2026-01-01", end_date: "2026-12-31", metadata,
  });
  for (const metadata of [{ a: /x/ }, { a: [Promise.resolve()] }, { a: new Date() }, { a: () => 1 }]) {
    assert.throws(() => noted(metadata), (error) => error.code === "wrong_type" && error.path === "metadata", String(metadata.a));
  }
  assert.throws(() => noted({ a: "\ud800" }), (error) => error.code === "invalid_unicode" && error.path === "metadata.a");
  assert.throws(() => ledger.registrations.list(caller, { pages: 1 }), /`pages` is not a known option; expected `status`, `page`, `per_page`, `now`/);
});

test("headers are known whoever made them", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  class Headers {
    #pairs;
    constructor(pairs) { this.#pairs = new Map(Object.entries(pairs)); }
    get(name) { return this.#pairs.get(name) ?? null; }
    entries() { return this.#pairs.entries(); }
  }
  for (const { signWebhook, verifyWebhook } of Object.values(copies)) {
    const signed = signWebhook(secret, "evt_1", 1767225600, "{}");
    for (const headers of [signed, new Headers(signed), new globalThis.Headers(signed), new Map(Object.entries(signed))]) {
      assert.equal(verifyWebhook(headers, "{}", secret, { now: 1767225600 }), 1767225600);
    }
    assert.throws(() => verifyWebhook(Promise.resolve(signed), "{}", secret, { now: 1767225600 }), (error) =>
      error.code === "wrong_type" && error.path === "headers");
  }
});

test("the package's own files name each other", () => {
  // A bundler takes index.js for `import`: it must hold nothing but the names of index.cjs.
  const text = readFileSync(new URL("../../bindings-node/index.js", import.meta.url), "utf8");
  assert.match(text, /import tierra from "\.\/index\.cjs"/);
});
