// The ledger of the Node package: the whole flow, what is refused, and one file under several threads and processes.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import * as imported from "../../bindings-node/index.js";
import { runtimes } from "./runtimes.mjs";

const { Ledger } = imported;
const required = createRequire(import.meta.url)("../../bindings-node/index.cjs");

const folder = mkdtempSync(join(tmpdir(), "tierra-ledger-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const fresh = (name) => join(folder, `${name}.sqlite`);

const now = new Date("2026-03-01T12:00:00Z");
const every = ["lookup", "registrations:write", "disputes:write", "disputes:resolve", "webhooks:manage"];
const claim = (changes) => ({
  vendor: "WALLBOX",
  serial: "WBX00482913",
  program_name: "Spring Rebate",
  start_date: "2026-01-01",
  end_date: "2026-12-31",
  ...changes,
});
const organizationOf = (ledger, name, scopes = every) =>
  ({ organization: ledger.access.createOrganization(name, { now }).public_id, scopes });
const refusedWith = (code, path, { TierraError: Refusal } = imported) => (error) => {
  assert.ok(error instanceof Refusal, String(error.stack));
  assert.deepEqual([error.code, error.path], [code, path], error.message);
  return true;
};

test("every call of the ledger has its method, and the browser package has none", () => {
  const ledger = Ledger.inMemory();
  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const groups = Object.entries(ledger).flatMap(([group, calls]) => Object.keys(calls).map((name) => `${group}.${snake(name)}`));
  const ours = [...groups, "back_up", "close"].filter((name) => name !== "registrations.import_csv");
  assert.deepEqual(ours.sort(), Ledger.callNames());
  assert.equal(runtimes["browser module"].Ledger, undefined);
});

for (const [name, tierra] of [["import", imported], ["require", required]]) {
  test(`${name}: register, conflict, dispute, resolve, webhook`, async () => {
    const ledger = tierra.Ledger.open(fresh(name), { identity_key: "sixteen bytes or more" });
    const green = ledger.access.createOrganization("Green Miles", { now });
    const key = ledger.access.issueKey(green.public_id, "server", every, { now, expires_at: new Date("2027-01-01") });
    assert.deepEqual([key.kind, key.expires_at, key.scopes], ["api_key", "2027-01-01T00:00:00.000Z", every]);
    const caller = ledger.access.verify(`Bearer ${key.secret}`, { now });
    assert.deepEqual(caller, { organization: green.public_id, scopes: every, credential: key.id });
    const volt = organizationOf(ledger, "Volt Credits");

    const endpoint = ledger.webhooks.create(caller, { url: "HTTPS://Example.com/hook", events: ["conflict.detected"] }, { now });
    assert.equal(endpoint.url, tierra.checkWebhookUrl("https://example.com/hook"));
    assert.deepEqual(ledger.webhooks.list(caller).map(({ id, secret }) => [id, secret]), [[endpoint.id, undefined]]);

    const metadata = { site: "Depot 4", tags: new Set(["a"]), at: new Map([["lat", 1.5]]) };
    const first = ledger.registrations.register(caller, claim({ metadata }), { now });
    assert.deepEqual([first.registration.status, first.conflicts], ["active", []]);
    const id = first.registration.public_id;
    assert.deepEqual(ledger.registrations.show(caller, id, { now }).metadata, { site: "Depot 4", tags: ["a"], at: { lat: 1.5 } });

    const identity = tierra.identify("Wall Box Chargers S.L.", "wbx-0048.2913");
    const seen = { registered: true, registration_count: 1, active_period: { start: "2026-01-01", end: "2026-12-31" } };
    assert.deepEqual(ledger.lookup.byHash(identity.serial_hash, { now }), seen);
    const keyed = tierra.keyedHash("WALLBOX", "WBX00482913", "sixteen bytes or more");
    assert.deepEqual(ledger.lookup.byKeyedHash(keyed, { now }), seen);
    const { suffixes } = ledger.lookup.byPrefix(identity.serial_hash.slice(0, 5), { now });
    assert.equal(suffixes.find(({ suffix }) => suffix === identity.serial_hash.slice(5)).registration_count, 1);
    assert.equal(ledger.lookup.charger(caller, { vendor: "WALLBOX", serial: "WBX00482913" }, { now }).registration_count, 1);
    const { results } = ledger.lookup.charger(caller, { items: [{ vendor: "KEBA", serial: "1" }, { vendor: "KEBA", serial: "—" }] }, { now });
    assert.deepEqual(results.map(({ registered, error }) => [registered, error?.path]), [[false, undefined], [false, "items[1].serial"]]);

    const again = claim({ on_conflict: "fail" });
    assert.throws(() => ledger.registrations.register(volt, again, { now }), refusedWith("conflict", "", tierra));
    const batch = ledger.registrations.registerBatch(volt, { registrations: [claim(), again, claim({ serial: "?" })] }, { now });
    assert.deepEqual(batch.results.map(({ status }) => status), ["created", "conflict", "failed"]);
    assert.deepEqual(batch.summary, { total: 3, created: 1, conflict: 1, failed: 1 });
    const [{ registration, conflicts: [conflict] }] = batch.results;
    assert.equal(conflict.conflicting_registration.organization, "Green Miles");

    assert.ok(ledger.webhooks.nextDue() <= now.toISOString());
    const [request] = ledger.webhooks.due({ now });
    const signed = { now: now / 1000 };
    assert.equal(tierra.verifyWebhook(request.headers, request.body, endpoint.secret, signed), now / 1000);
    assert.equal(JSON.parse(request.body).type, "conflict.detected");
    assert.deepEqual(ledger.webhooks.due({ now }), []);
    const retried = ledger.webhooks.record(request.delivery_id, request.attempt, { error: "refused" }, { now });
    assert.deepEqual([retried.status, retried.attempts], ["pending", 1]);
    const soon = new Date(ledger.webhooks.nextDue());
    const [second] = ledger.webhooks.due({ now: soon });
    assert.equal(ledger.webhooks.record(second.delivery_id, second.attempt, { status: 204 }, { now: soon }).status, "succeeded");
    assert.deepEqual(ledger.webhooks.attempts(caller, request.delivery_id).map((one) => one.response_status), [null, 204]);
    assert.equal(ledger.webhooks.deliveries(caller, endpoint.id).meta.total, 1);
    assert.equal(ledger.webhooks.resend(caller, request.delivery_id, { now }).status, "pending");
    const rotated = ledger.webhooks.rotateSecret(caller, endpoint.id, { now, overlap_seconds: 60 });
    assert.notEqual(rotated.secret, endpoint.secret);
    assert.equal(ledger.webhooks.update(caller, endpoint.id, { status: "disabled" }, { now }).status, "disabled");
    assert.equal(ledger.webhooks.show(caller, endpoint.id).status, "disabled");
    assert.equal(ledger.webhooks.delete(caller, endpoint.id, { now }), undefined);
    assert.deepEqual(ledger.webhooks.events({ limit: 1 }).map(({ type, body }) => [type, body.type]), [["registration.created", "registration.created"]]);

    const { dispute } = ledger.disputes.open(caller, { conflict: conflict.public_id, reason: "Ours." }, { now });
    assert.equal(ledger.disputes.message(volt, dispute.public_id, { body: "Indeed." }, { now }).organization, "Volt Credits");
    assert.equal(ledger.disputes.review(volt, dispute.public_id, { now }).status, "under_review");
    assert.equal(ledger.disputes.resolve(volt, dispute.public_id, { resolution_note: "Theirs." }, { now }).status, "resolved");
    const details = ledger.disputes.show(caller, dispute.public_id);
    assert.deepEqual([details.opened_by, details.other_party, details.resolution_note], ["Green Miles", "Volt Credits", "Theirs."]);
    assert.deepEqual(details.messages.map(({ body }) => body), ["Indeed."]);
    assert.deepEqual(ledger.disputes.list(caller).data, [{ public_id: dispute.public_id, status: "resolved" }]);
    assert.throws(() => ledger.disputes.withdraw(caller, dispute.public_id, { now }), refusedWith("invalid_transition", "status", tierra));

    assert.equal(ledger.registrations.cancel(volt, registration.public_id, { now }).status, "cancelled");
    const update = ledger.registrations.update(caller, id, { program_name: "Spring" }, { now });
    assert.equal(update.program_name, "Spring");
    const renewed = ledger.registrations.renew(caller, id, { start_date: "2027-01-01", end_date: "2027-12-31" }, { now });
    assert.deepEqual([renewed.registration.status, renewed.conflicts], ["pending", []]);
    const page = ledger.registrations.list(caller, { now, status: "active", page: 1, per_page: 1 });
    assert.deepEqual([page.data.map((one) => one.public_id), page.meta.total], [[id], 1]);
    assert.deepEqual(ledger.registrations.expire({ now: "2028-06-01T00:00:00Z", limit: 1 }), { expired: 1, more: true });

    const client = ledger.access.createClient(green.public_id, "app", "lookup", { now });
    const shown = { grant_type: "client_credentials", client_id: client.id, client_secret: client.secret };
    const token = ledger.access.token(shown, { now });
    assert.deepEqual([token.token_type, token.scope, token.expires_in], ["Bearer", "lookup", 3600]);
    assert.equal(ledger.access.verify(token.access_token, { now }).credential, client.id);
    assert.equal(ledger.access.revokeToken(token.access_token, { now }), undefined);
    assert.throws(() => ledger.access.verify(token.access_token, { now }), refusedWith("invalid_token", "token", tierra));
    assert.equal(ledger.access.rotate(key.id, { now, overlap_seconds: 60 }).id, key.id);
    assert.equal(ledger.access.revoke(key.id, { now }).revoked_at, now.toISOString());
    assert.deepEqual(ledger.access.credentials(green.public_id, { kind: "oauth_client" }).map((one) => one.id), [client.id]);
    assert.equal(ledger.access.organizations({ per_page: 1 }).meta.last_page, 2);

    const head = ledger.audit.head();
    assert.deepEqual(ledger.audit.entries({ after: head.seq - 1 }).map(({ seq, hash }) => ({ seq, hash })), [head]);
    assert.equal(ledger.audit.entries({ subject: id })[0].after.public_id, id);
    const report = await ledger.audit.verify({ known: head });
    assert.deepEqual([report.ok, report.findings, report.head], [true, [], head]);
    const known = { seq: head.seq, hash: "0".repeat(64) };
    assert.equal((await ledger.audit.verify({ known })).ok, false);

    const copy = fresh(`${name}-copy`);
    assert.equal(await ledger.backUp(pathToFileURL(copy)), undefined);
    await assert.rejects(ledger.backUp(copy), refusedWith("file_error", "path", tierra));
    const reading = tierra.Ledger.open(copy, { read_only: true });
    assert.deepEqual(reading.audit.head(), head);
    assert.throws(() => reading.access.createOrganization("Third", { now }), refusedWith("read_only", "", tierra));
    reading.close();
    ledger.close();
  });
}

test("text in, text out, on this thread and on another", async () => {
  const ledger = Ledger.inMemory({ seed: "always the same" });
  const input = JSON.stringify({ name: "Green Miles", now });
  const made = JSON.parse(ledger.callJson("access.create_organization", input));
  assert.equal(made.public_id, Ledger.inMemory({ seed: "always the same" }).access.createOrganization("Green Miles", { now }).public_id);
  const caller = { organization: made.public_id, scopes: "registrations:write" };
  const request = JSON.stringify({ now, caller, request: claim({ metadata: 0 }) }).replace('"metadata":0', '"metadata":{"kwh":12.50}');
  const { registration } = JSON.parse(await ledger.callJsonAsync("registrations.register", request));
  // The digits are kept.
  const shown = ledger.callJson("registrations.show", JSON.stringify({ now, caller, public_id: registration.public_id }));
  assert.match(shown, /"metadata":\{"kwh":12\.50\}/);
  assert.throws(() => ledger.callJson("lookup", "{}"), refusedWith("unknown_op", ""));
  assert.throws(() => ledger.callJson("audit.head", "{"), refusedWith("invalid_json", ""));
  assert.throws(() => ledger.callJson("audit.head", {}), refusedWith("wrong_type", ""));
  await assert.rejects(ledger.callJsonAsync("audit.head", '{"a":1}'), refusedWith("unknown_field", "a"));
});

test("the present time, where none is given", () => {
  const ledger = Ledger.inMemory();
  const before = Date.now();
  const made = Date.parse(ledger.access.createOrganization("Green Miles").created_at);
  assert.ok(before <= made && made <= Date.now());
  assert.equal(ledger.access.createOrganization("Volt", { now: undefined }).created_at.slice(0, 10), new Date().toISOString().slice(0, 10));
});

test("refused with code and path", async () => {
  const ledger = Ledger.inMemory();
  const caller = organizationOf(ledger, "Green Miles");
  const other = organizationOf(ledger, "Volt Credits");
  const { public_id } = ledger.registrations.register(caller, claim(), { now }).registration;
  const text = join(folder, "text");
  writeFileSync(text, "no database");
  const refused = [
    [() => Ledger.open(), "missing_field", "path"],
    [() => Ledger.open(null), "missing_field", "path"],
    [() => Ledger.open(5), "wrong_type", "path"],
    [() => Ledger.open(new URL("https://example.com/")), "wrong_type", "path"],
    [() => Ledger.open(text), "not_a_database", "path"],
    [() => Ledger.open(join(folder, "none", "x")), "file_error", "path"],
    [() => Ledger.open(join(folder, "none"), { read_only: true }), "file_error", "path"],
    [() => Ledger.open(fresh("x"), { readOnly: true }), "unknown_field", "readOnly"],
    [() => Ledger.open(fresh("x"), { busy_timeout_ms: -1 }), "out_of_range", "busy_timeout_ms"],
    [() => Ledger.open(fresh("x"), { identity_key: "short" }), "out_of_range", "identity_key"],
    [() => Ledger.open(fresh("x"), 5), "wrong_type", "options"],
    [() => Ledger.inMemory({ path: "x" }), "unknown_field", "path"],
    [() => new Ledger(), "wrong_type", ""],
    [() => ledger.registrations.show(caller, "00000000-0000-0000-0000-000000000000"), "not_found", "public_id"],
    [() => ledger.registrations.show(other, public_id), "not_found", "public_id"],
    [() => ledger.registrations.show(caller, "x"), "invalid_uuid", "public_id"],
    [() => ledger.registrations.show(caller), "missing_field", "public_id"],
    [() => ledger.registrations.list(), "missing_field", "caller"],
    [() => ledger.registrations.list("me"), "wrong_type", "caller"],
    [() => ledger.registrations.list({ ...caller, scopes: ["all"] }), "unknown_value", "caller.scopes[0]"],
    [() => ledger.registrations.list(caller, { status: "live" }), "unknown_value", "status"],
    [() => ledger.registrations.list(caller, { page: NaN }), "invalid_number", "page"],
    [() => ledger.registrations.list(caller, { per_page: 101 }), "out_of_range", "per_page"],
    [() => ledger.registrations.list(caller, { caller }), "unknown_field", "caller"],
    [() => ledger.registrations.list(caller, { limit: 1 }), "unknown_field", "limit"],
    [() => ledger.registrations.list(caller, null), "wrong_type", "options"],
    [() => ledger.registrations.list(caller, { now: new Date(NaN) }), "invalid_date", "now"],
    [() => ledger.registrations.list(caller, { now: "yesterday" }), "invalid_date", "now"],
    [() => ledger.registrations.list(caller, { now: Date.now() }), "wrong_type", "now"],
    [() => ledger.registrations.list(caller, { now: null }), "missing_field", "now"],
    [() => ledger.registrations.list(caller, { now: new Date(8.64e15) }), "invalid_date", "now"],
    [() => ledger.registrations.list(caller, { now: new Date(-1) }), "out_of_range", "now"],
    [() => ledger.registrations.register({ ...caller, scopes: [] }, claim()), "insufficient_scope", "caller"],
    [() => ledger.registrations.register({ ...caller, organization: public_id }, claim()), "not_found", "caller.organization"],
    [() => ledger.registrations.register(caller), "missing_field", "request"],
    [() => ledger.registrations.register(caller, claim({ vendor: "" })), "empty", "vendor"],
    [() => ledger.registrations.register(caller, claim({ serial: 5 })), "wrong_type", "serial"],
    [() => ledger.registrations.register(caller, claim({ start_date: new Date() })), "wrong_type", "start_date"],
    [() => ledger.registrations.register(caller, claim({ end_date: "2025-01-01" })), "invalid_period", "start_date"],
    [() => ledger.registrations.register(caller, claim({ metadata: [] })), "wrong_type", "metadata"],
    [() => ledger.registrations.register(caller, claim({ metadata: NaN })), "not_finite", "metadata"],
    [() => ledger.registrations.register(caller, claim({ metadata: { a: [NaN] } })), "not_finite", "metadata"],
    [() => ledger.registrations.register(caller, claim({ metadata: { a: 1n } })), "wrong_type", "metadata"],
    [() => ledger.registrations.update(caller, public_id, { metadata: { at: new Date() } }), "wrong_type", "metadata"],
    [() => ledger.registrations.registerBatch(caller, { registrations: [claim(), claim({ metadata: { a: Infinity } })] }),
      "not_finite", "registrations[1].metadata"],
    [() => ledger.registrations.registerBatch(caller, [claim()]), "wrong_type", ""],
    [() => ledger.registrations.registerBatch(caller, { registrations: [] }), "out_of_range", "registrations"],
    [() => ledger.registrations.register(caller, claim({ serial: () => 1 })), "wrong_type", ""],
    [() => ledger.lookup.byHash("x"), "unknown_value", "serial_hash"],
    [() => ledger.lookup.byKeyedHash("0".repeat(64)), "missing_field", "identity_key"],
    [() => ledger.webhooks.show(caller, NaN), "invalid_number", "id"],
    [() => ledger.webhooks.show(caller, 2n ** 70n), "out_of_range", "id"],
    [() => ledger.webhooks.create(caller, { url: "http://example.com/", events: [] }), "invalid_url", "url"],
    [() => ledger.webhooks.record(1, 1, { status: 200, error: "x" }), "missing_field", "outcome"],
    [() => ledger.webhooks.due({ limit: 0 }), "out_of_range", "limit"],
    [() => ledger.access.createOrganization("Green Miles"), "duplicate", "name"],
    [() => ledger.access.issueKey(caller.organization, "k", every, { expires_at: new Date(0) }), "out_of_range", "expires_at"],
    [() => ledger.access.verify("tk_unknown"), "invalid_token", "token"],
  ];
  for (const [call, code, path] of refused) assert.throws(call, refusedWith(code, path), String(call));
  const rejected = [
    [() => ledger.audit.verify({ known: 5 }), "wrong_type", "known"],
    [() => ledger.audit.verify(5), "wrong_type", "options"],
    [() => ledger.backUp(), "missing_field", "path"],
    [() => ledger.registrations.importCsv(caller, join(folder, "none")), "file_error", "path"],
    [() => ledger.registrations.importCsv(caller), "missing_field", "path"],
    [() => ledger.registrations.importCsv(caller, text), "unknown_field", "no database"],
    [() => ledger.registrations.importCsv({ ...caller, scopes: [] }, text), "insufficient_scope", "caller"],
    [() => ledger.registrations.importCsv(caller, text, { on_conflict: "stop" }), "unknown_value", "on_conflict"],
    [() => ledger.registrations.importCsv(caller, text, { onProgress: true }), "wrong_type", "onProgress"],
    [() => ledger.registrations.importCsv(caller, text, { signal: true }), "wrong_type", "signal"],
    [() => ledger.registrations.importCsv(caller, text, { signals: true }), "unknown_field", "signals"],
  ];
  for (const [call, code, path] of rejected) await assert.rejects(call, refusedWith(code, path), String(call));
});

test("closed, by name and by `using`", async () => {
  const ledger = Ledger.open(fresh("closed"));
  const caller = organizationOf(ledger, "Green Miles");
  ledger[Symbol.dispose]();
  ledger.close();
  assert.throws(() => ledger.registrations.list(caller), refusedWith("closed", ""));
  assert.throws(() => ledger.registrations.register(caller, claim()), refusedWith("closed", ""));
  await assert.rejects(ledger.audit.verify(), refusedWith("closed", ""));
  await assert.rejects(ledger.backUp(fresh("closed-copy")), refusedWith("closed", ""));
});

const csv = (rows) => ["vendor,serial,program_name,start_date,end_date", ...rows].join("\n");
const row = (serial) => `KEBA,${serial},Spring,2026-01-01,2026-12-31`;

test("a file of rows, with progress, bad ones, a stop, and once more", async () => {
  const ledger = Ledger.open(fresh("rows"));
  const caller = organizationOf(ledger, "Green Miles");
  const rows = Array.from({ length: 2500 }, (_, index) => row(`2200${index}`));
  rows[10] = "KEBA,,Spring,2026-01-01,2026-12-31";
  rows[20] = "KEBA,1,Spring,2026-13-01,2026-12-31";
  rows[1500] = "KEBA,1";
  rows[2400] = row("22000");
  const path = join(folder, "rows.csv");
  writeFileSync(path, csv(rows));

  const stop = new AbortController();
  const seen = [];
  const stopped = await ledger.registrations.importCsv(caller, path, {
    now,
    on_conflict: "fail",
    signal: stop.signal,
    onProgress(progress) {
      seen.push([progress.rows, progress.problems.length, progress.done]);
      stop.abort();
    },
  });
  assert.deepEqual(seen, [[1000, 2, false]]);
  assert.deepEqual([stopped.rows, stopped.created, stopped.failed, stopped.cancelled], [1000, 998, 2, true]);

  seen.length = 0;
  const onProgress = async (progress) => {
    await null;
    seen.push(progress.rows);
  };
  const whole = await ledger.registrations.importCsv(caller, pathToFileURL(path), { now, on_conflict: "fail", onProgress });
  assert.deepEqual(seen, [1000, 2000, 2500]);
  assert.deepEqual([whole.created, whole.conflict, whole.failed, whole.cancelled, whole.done], [1498, 999, 3, false, true]);
  assert.equal(whole.bytes_read, whole.bytes_total);
  assert.equal(whole.problems.length, 1002);
  assert.deepEqual(whole.problems.filter(({ status }) => status === "failed").map(({ line, code, path: at }) => [line, code, at]), [
    [12, "empty", "serial"],
    [22, "invalid_date", "start_date"],
    [1502, "length_mismatch", ""],
  ]);
  assert.equal(whole.problems.at(-1).line, 2402);
  assert.equal(ledger.registrations.list(caller, { now }).meta.total, 2496);

  const none = await ledger.registrations.importCsv(caller, path, { signal: AbortSignal.abort() });
  assert.deepEqual([none.rows, none.cancelled], [0, true]);
  await assert.rejects(ledger.registrations.importCsv(caller, path, { now: new Date(NaN) }), refusedWith("invalid_date", "now"));
  await assert.rejects(ledger.registrations.importCsv(caller, path, { onProgress: () => ledger.close() }), refusedWith("closed", ""));
});

test("the event loop turns while the file is checked", async () => {
  const ledger = Ledger.open(fresh("long"));
  const caller = organizationOf(ledger, "Green Miles");
  const path = join(folder, "long.csv");
  writeFileSync(path, csv(Array.from({ length: 5000 }, (_, index) => row(`2200${index}`))));
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 1);
  await ledger.registrations.importCsv(caller, path);
  const afterImport = turns;
  const reports = await Promise.all([ledger.audit.verify(), ledger.audit.verify()]);
  clearInterval(turning);
  assert.ok(reports.every(({ ok, records }) => ok && records === 5001));
  assert.ok(afterImport > 5 && turns > afterImport, `${afterImport}, ${turns}`);
  ledger.close();
});

// What each thread and each process does: it registers 20 chargers, each only if it is free.
const contender = `
  const { Ledger } = await import(${JSON.stringify(new URL("../../bindings-node/index.js", import.meta.url).href)});
  export default function run(path, caller) {
    const ledger = Ledger.open(path);
    let created = 0;
    for (let serial = 0; serial < 20; serial += 1) {
      try {
        ledger.registrations.register(caller, {
          vendor: "KEBA", serial: String(serial), program_name: "Race", start_date: "2026-01-01", end_date: "2026-12-31",
          on_conflict: "fail",
        });
        created += 1;
      } catch (error) {
        if (error.code !== "conflict") throw error;
      }
    }
    ledger.close();
    return created;
  }
`;

test("threads and processes on one file: each charger is created once", async () => {
  const path = fresh("race");
  const ledger = Ledger.open(path);
  const caller = organizationOf(ledger, "Green Miles");
  const module = join(folder, "contender.mjs");
  writeFileSync(module, contender);
  const url = JSON.stringify(pathToFileURL(module).href);
  const given = [path, caller].map((value) => JSON.stringify(value)).join(", ");
  const inThread = () =>
    new Promise((resolve, reject) => {
      const code = `import(${url}).then(({ default: run }) => require("node:worker_threads").parentPort.postMessage(run(${given})));`;
      const worker = new Worker(code, { eval: true });
      worker.on("message", resolve).on("error", reject);
    });
  const inProcess = async () => {
    const code = `import run from ${url}; console.log(run(${given}));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code]);
    return Number(stdout);
  };
  const created = await Promise.all([inThread(), inThread(), inProcess(), inProcess()]);
  assert.equal(created.reduce((sum, one) => sum + one), 20, String(created));
  assert.equal(ledger.registrations.list(caller).meta.total, 20);
  assert.ok((await ledger.audit.verify()).ok);
  ledger.close();
});

test("a lock that another holds is waited for, or the change is given up as busy", async () => {
  // A second ledger of this process is to SQLite what another process is.
  const path = fresh("busy");
  const [one, impatient] = [Ledger.open(path), Ledger.open(path, { busy_timeout_ms: 0, full_sync: false })];
  const caller = organizationOf(one, "Green Miles");
  const rows = join(folder, "busy.csv");
  writeFileSync(rows, csv(Array.from({ length: 5000 }, (_, index) => row(`2200${index}`))));
  let isDone = false;
  const importing = one.registrations.importCsv(caller, rows).finally(() => (isDone = true));
  const codes = new Set();
  for (let number = 0; !isDone; number += 1) {
    try {
      impatient.access.createOrganization(`Volt ${number}`);
    } catch (error) {
      codes.add(error.code);
    }
    // A reader never waits.
    impatient.access.organizations({ per_page: 1 });
    await new Promise((turn) => setTimeout(turn, 1));
  }
  assert.equal((await importing).created, 5000);
  assert.deepEqual([...codes], ["busy"]);
  one.close();
  impatient.close();
});

test("the example tells its story", async () => {
  const example = (path) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [example("node/registry.mjs")]);
  assert.equal(stdout, readFileSync(example("registry/story.txt"), "utf8"));
});

test("emission factors are loaded once and answer as in memory, every digit", () => {
  const ledger = Ledger.inMemory();
  const caller = organizationOf(ledger, "Green Miles", []);
  const library = "550e8400-e29b-41d4-a716-446655440000";
  const id = (number) => `550e8400-e29b-41d4-a716-44665544000${number}`;
  const createdAt = now.toISOString();
  const data = {
    libraries: [{ id: library, name: "IEA 2024", authority: "iea", version: "1", releaseYear: 2024, isDefault: true, createdAt }],
    factors: [{
      id: id(1), libraryId: library, category: "Grid", fuelType: "Electricity", gas: "CO2", isBiogenic: false, createdAt,
      value: "0.123456789012345678901234567", oxidationFactor: 1, unit: "kg/kWh", region: "FR",
    }],
    fuelProperties: [{ id: id(2), libraryId: library, fuelType: "Coal", propertyType: "ncv", value: 7, unit: "kWh/kg", createdAt }],
    gwpValues: [{ id: id(3), version: "ar5", gas: "CH4", value: 28, createdAt }],
    regionParents: [{ libraryId: library, region: "Paris", parent: "FR" }],
  };
  const counts = { libraries: 1, factors: 1, fuelProperties: 1, regionParents: 1, gwpValues: 1 };
  const first = ledger.factors.load(data, { now });
  assert.deepEqual([first.loaded, ledger.factors.load(data, { now }).already], [counts, counts]);
  assert.throws(() => ledger.factors.load({ ...data, fuelProperties: [] }), refusedWith("duplicate", "libraries[0].id"));

  assert.equal(ledger.factors.libraries(caller)[0].name, "IEA 2024");
  assert.deepEqual(ledger.factors.libraries(caller, { authority: "defra" }), []);
  assert.equal(ledger.factors.search(caller, { libraryId: library, pageSize: 1 }).total, 1);
  assert.equal(ledger.factors.fuelProperties(caller, { libraryId: library })[0].value, "7");
  assert.equal(ledger.factors.gwpValues(caller, { version: "ar5" })[0].value, "28");
  assert.equal(ledger.factors.digest(caller, library), first.libraries[0].digest);
  const query = { authority: "iea", reportingYear: 2025, fuelType: "electricity", gas: "co2", category: "grid", region: "paris" };
  const found = ledger.factors.resolve(caller, query);
  assert.deepEqual([found.factor.region, found.usedFallback], ["FR", true]);
  assert.equal(ledger.factors.explain(caller, query).candidates[0].outcome, "chosen");
  const activity = { amount: 10, unit: "kWh" };
  const kg = "1.23456789012345678901234567";
  assert.equal(ledger.factors.co2e(caller, { ...query, activity, gwpVersion: "ar5" }).co2eKg, kg);
  const { gas, ...row } = { ...query, ...activity };
  assert.equal(ledger.factors.emissions(caller, { ...row, gwpVersion: "ar5" }).co2eKg, kg);
  assert.equal(ledger.factors.inventory(caller, { rows: [row], gwpVersion: "ar5" }).totals.co2eKg, kg);
  const text = ledger.callJson("factors.co2e", JSON.stringify({ caller, query: { ...query, activity, gwpVersion: "ar5" } }));
  assert.ok(text.startsWith(`{"co2eKg":${kg},`));

  assert.throws(() => ledger.factors.search(caller), refusedWith("missing_field", "libraryId"));
  assert.throws(() => ledger.factors.resolve(caller, { ...query, reportingYear: 1800 }), refusedWith("out_of_range", "reportingYear"));
  assert.throws(() => ledger.factors.libraries(id(9)), refusedWith("wrong_type", "caller"));
});
