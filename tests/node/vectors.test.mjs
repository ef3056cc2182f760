// The vectors: the contract between the languages, run by Node and by the browser module in Node.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { browserModules, runtimes } from "./runtimes.mjs";

const folder = new URL("../vectors/", import.meta.url);
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const manifest = JSON.parse(readFileSync(new URL("manifest.json", folder), "utf8"));

/** The value with references to fixtures expanded, as the schema of the vectors says. */
function expanded(value, fixtures) {
  if (Array.isArray(value)) return value.map((item) => expanded(item, fixtures));
  if (value === null || typeof value !== "object") return value;
  const { $fixture: name, ...rest } = value;
  const changes = Object.entries(rest).map(([field, item]) => [field, expanded(item, fixtures)]);
  if (name === undefined) return Object.fromEntries(changes);
  assert.ok(Object.hasOwn(fixtures, name), `no fixture ${name} above`);
  return changes.length === 0 ? fixtures[name] : { ...fixtures[name], ...Object.fromEntries(changes) };
}

const cases = Object.entries(manifest.files).flatMap(([name, listed]) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  assert.equal(sha256(text), listed.sha256, `${name} is not the manifest's`);
  const { fixtures, cases: read } = JSON.parse(text);
  for (const [fixture, value] of Object.entries(fixtures)) fixtures[fixture] = expanded(value, fixtures);
  assert.deepEqual([read.length, Object.keys(fixtures).length], [listed.cases, listed.fixtures], name);
  return read.map((one) => ("input" in one ? { ...one, input: expanded(one.input, fixtures) } : one));
});
assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
assert.equal(cases.length, manifest.total.cases);
// The calls that the browser module lacks, by the feature that they need and that it is built without. A case of `ledger` is a
// scenario, whose steps are calls of one ledger.
const needed = { ledger: "ledger", "webhook-delivery": "check_webhook_url" };
const needing = (feature) => cases.filter(({ needs }) => needs === feature);
for (const [feature, op] of Object.entries(needed)) {
  assert.deepEqual(needing(feature), cases.filter((one) => one.op === op), feature);
}
for (const [feature, count] of Object.entries(manifest.needs)) assert.equal(needing(feature).length, count, feature);
assert.ok(cases.every(({ needs }) => needs === undefined || needs in manifest.needs));

/** Whether a package was built with the core's own reference data. */
function hasReferenceData(tierra) {
  try {
    tierra.callJson("factors", '{"data":{"reference":true},"call":"gwp_values","query":{}}');
    return true;
  } catch (error) {
    assert.deepEqual([error.code, error.path], ["unknown_value", "data.reference"]);
    return false;
  }
}

/** An error as the contract writes it: with its issues where it has some. */
const told = ({ code, path, reason, issues }) => ({ code, path, message: reason, ...(issues.length > 0 && { issues }) });

/** Opens a ledger in memory, makes the calls of a scenario one after the other and joins their answers. */
function play(tierra, { options, steps }) {
  const ledger = tierra.Ledger.inMemory(options);
  const folder = mkdtempSync(join(tmpdir(), "tierra-vectors-"));
  try {
    const texts = [];
    for (const { call, input } of steps) {
      const answers = texts.map((text) => JSON.parse(text));
      texts.push(answerText(tierra, ledger, call, resolved(input, answers, folder)));
    }
    return `{"answers":[${texts.join(",")}]}`;
  } finally {
    ledger.callJson("close", "{}");
    rmSync(folder, { recursive: true });
  }
}

/** The answer, or the refusal as a batch shows one. */
function answerText(tierra, ledger, call, input) {
  try {
    return ledger.callJson(call, JSON.stringify(input));
  } catch (error) {
    if (!(error instanceof tierra.TierraError)) throw error;
    return JSON.stringify({ error: told(error) });
  }
}

/** The value with references to earlier answers replaced, and names of files by their paths. */
function resolved(value, answers, folder) {
  if (Array.isArray(value)) return value.map((item) => resolved(item, answers, folder));
  if (value === null || typeof value !== "object") return value;
  if ("$answer" in value) {
    const parts = value.at === undefined ? [] : value.at.split(".");
    return parts.reduce((found, part) => {
      assert.ok(Object.hasOwn(found, part), `${part} of ${value.at}`);
      return found[part];
    }, answers[value.$answer]);
  }
  if ("$temporary" in value) return join(folder, value.$temporary);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolved(item, answers, folder)]));
}

/**
 * The public function of a call whose arguments are the fields of its input: those that the function names, and the others as
 * options. What JSON wraps the answer into, `expected` tells.
 */
const byName = (tierra, op) => (input, expected) => {
  const camel = (name) => name.replace(/_[a-z0-9]/g, (found) => found[1].toUpperCase());
  const call = tierra[camel(op)];
  const names = /\(([^)]*)\)/.exec(String(call))[1].split(", ").filter((name) => name !== "options" && name !== "");
  const taken = Object.keys(input).filter((name) => names.includes(camel(name)));
  const options = Object.fromEntries(Object.entries(input).filter(([name]) => !taken.includes(name)));
  const given = names.map((name) => input[taken.find((field) => camel(field) === name)]);
  const answer = String(call).includes("options") ? call(...given, options) : call(...given);
  const [wrap, ...more] = Object.keys(expected ?? {});
  const is = more.length > 0 || (answer !== null && typeof answer === "object" && wrap in answer);
  return is ? answer : { [wrap]: answer };
};

/** The public function of each call, given the call's input. */
const publicCall = (tierra) => {
  const factors = (name) => (input) => new tierra.EmissionFactors(input.data)[name](input.query);
  const rest = (input, ...taken) => Object.fromEntries(Object.entries(input).filter(([name]) => !taken.includes(name)));
  return {
    identify: ({ vendor, serial }) => tierra.identify(vendor, serial),
    identify_batch: ({ chargers }) => tierra.identifyBatch(chargers),
    find_conflicts: ({ registrations }) => ({ conflicts: tierra.findConflicts(registrations) }),
    conflicts_with: ({ registration, registrations }) => ({
      conflicts: tierra.conflictsWith(registration, registrations),
    }),
    resolve: factors("resolve"),
    co2e: factors("co2e"),
    factors: (input) => {
      const name = String(input.call).replace(/_[a-z]/g, (found) => found[1].toUpperCase());
      const names = ["libraries", "search", "resolve", "explain", "fuelProperties", "gwpValues", "digest", "co2e", "emissions", "resolveBatch"];
      // A call that does not exist is no method, and `data` takes nothing: only the text form can say otherwise.
      const asks = name === "data" ? JSON.stringify(input.query) === "{}" : [...names, "inventory"].includes(name);
      if (!asks) return JSON.parse(tierra.callJson("factors", JSON.stringify(input)));
      if (name === "digest") return { digest: new tierra.EmissionFactors(input.data).digest(input.query?.libraryId) };
      // Whatever is beside the queries, the method does not see.
      if (name === "resolveBatch") {
        if (JSON.stringify(Object.keys(input.query)) !== '["queries"]') return JSON.parse(tierra.callJson("factors", JSON.stringify(input)));
        return { results: new tierra.EmissionFactors(input.data).resolveBatch(input.query.queries) };
      }
      return factors(name)(input);
    },
    convert_unit: ({ amount, from, to }) => ({ amount: tierra.convertUnit(amount, from, to) }),
    error_body: (error) => tierra.errorBody(error),
    xnpv: (input) => ({ npv: tierra.xnpv(input.rate, input.flows, rest(input, "rate", "flows")) }),
    xnfv: (input) => ({ nfv: tierra.xnfv(input.rate, input.flows, rest(input, "rate", "flows")) }),
    xirr: (input) => tierra.xirr(input.flows, rest(input, "flows")),
    irr: ({ amounts }) => tierra.irr(amounts),
    allocate: (input) => ({
      allocations: tierra.allocate(input.total, input.shares, rest(input, "total", "shares")),
    }),
    summarize_portfolio: (input) => tierra.summarizePortfolio(input.investments, rest(input, "investments")),
    keyed_hash: ({ vendor, serial, secret }) => ({ keyed_hash: tierra.keyedHash(vendor, serial, secret) }),
    sign_webhook: ({ secrets, id, timestamp, body }) => ({
      headers: tierra.signWebhook(secrets, id, timestamp, bytes(body)),
    }),
    verify_webhook: (input) => {
      const options = rest(input, "headers", "signature", "body", "secrets");
      return { timestamp: tierra.verifyWebhook(input.signature ?? input.headers, bytes(input.body), input.secrets, options) };
    },
    sign_body: ({ secret, body }) => ({ signature: tierra.signBody(secret, bytes(body)) }),
    verify_body: ({ signature, body, secret }) => ({ verified: tierra.verifyBody(signature, bytes(body), secret) === undefined }),
    check_webhook_url: ({ url }) => ({ url: tierra.checkWebhookUrl(url) }),
    http_status({ code, issues }) {
      const error = issues === undefined ? code : new tierra.TierraError({ code, path: "", message: "", issues });
      return { status: tierra.httpStatus(error) };
    },
    check_webhook_address: ({ address }) => ({ address: tierra.checkWebhookAddress(address) }),
  };
};

/** A body as the bytes that a server receives. */
const bytes = (body) => (typeof body === "string" ? new TextEncoder().encode(body) : body);

/** As the contract writes it; an exact number is a string here and a number there. */
function assertSame(ours, expected, where) {
  if (ours instanceof Error) ours = { error: told(ours) };
  if (expected !== null && typeof expected === "object") {
    assert.deepEqual(Object.keys(ours), Object.keys(expected), where);
    for (const name of Object.keys(expected)) assertSame(ours[name], expected[name], `${where}.${name}`);
  } else if (typeof expected === "number" && typeof ours === "string") {
    assert.equal(Number(ours), expected, where);
  } else {
    assert.equal(ours, expected, where);
  }
}

for (const [name, tierra] of Object.entries(runtimes)) {
  const lacking = name === "browser module" ? Object.values(needed) : [];
  const withoutData = hasReferenceData(tierra) ? [] : needing("reference-data");
  const own = cases.filter((one) => !lacking.includes(one.op) && !withoutData.includes(one));
  const notRun = cases.filter((one) => !own.includes(one)).map(({ id }) => id);
  const left = [...(lacking.length > 0 ? Object.keys(needed).flatMap(needing) : []), ...withoutData];
  assert.deepEqual(notRun.sort(), left.map(({ id }) => id).sort());

  test(`${name}: text answers byte for byte`, () => {
    for (const { id, op, input, input_text: text = JSON.stringify(input), sha256: expected } of own) {
      let answer;
      try {
        answer = op === "ledger" ? play(tierra, input) : tierra.callJson(op, text);
      } catch (error) {
        assert.ok(error instanceof tierra.TierraError, `${id}: ${error}`);
        answer = JSON.stringify(told(error));
      }
      assert.equal(sha256(answer), expected, `${id}: ${answer}`);
    }
    const rest = notRun.length > 0 ? `, ${notRun.length} not run: they need a feature that it lacks` : "";
    console.log(`vectors in ${name}: ${own.length} passed${rest}`);
  });

  test(`${name}: the public functions answer the same`, () => {
    const calls = publicCall(tierra);
    for (const op of lacking) delete calls[op];
    const byHand = Object.keys(calls);
    for (const op of tierra.opNames().filter((op) => !byHand.includes(op))) calls[op] = byName(tierra, op);
    assert.deepEqual(Object.keys(calls).sort(), tierra.opNames());
    const absent = [tierra.checkWebhookUrl, tierra.RateLimiter, tierra.Ledger].map((one) => one === undefined);
    assert.deepEqual(absent, lacking.length > 0 ? [true, true, true] : [false, false, false]);
    const takes = ({ op, input }) => input !== undefined && op in calls;
    for (const { id, op, input, expected } of own.filter((one) => takes(one) && one.expected)) {
      assertSame(calls[op](input, expected), expected, id);
    }
    // What JavaScript's arguments can say at all: an object with fields of its own.
    const plain = cases.filter((one) => takes(one) && one.error && one.input !== null && typeof one.input === "object");
    let refused = 0;
    for (const { id, op, input, error: stated } of plain.filter(({ input }) => !Array.isArray(input))) {
      try {
        calls[op](input);
        // Only a field that no argument stands for can be lost on the way.
        assert.equal(stated.code, "unknown_field", id);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assert.ok(error instanceof tierra.TierraError, `${id}: ${error}`);
        if (error.code === stated.code) refused += 1;
      }
    }
    assert.ok(refused > plain.length * 0.9, `${refused} of ${plain.length}`);
  });
}

test("each of the browser's modules tells the status of an error", () => {
  for (const [name, tierra] of Object.entries(browserModules)) {
    const issues = [{ code: "too_small", message: "is too small", path: ["page"] }];
    const refused = new tierra.TierraError({ code: "out_of_range", path: "page", message: "is too small", issues });
    const other = new tierra.TierraError({ code: "out_of_range", path: "page", message: "is too small" });
    assert.deepEqual([refused, other, "not_found"].map(tierra.httpStatus), [400, 422, 404], name);
  }
});
