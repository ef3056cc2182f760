// `node examples/node/registry.mjs`: two programmes, one charger, and the ledger that keeps the story.
//
// The Rust twin is examples/registry/main.rs; both tell the same, line by line (examples/registry/story.txt).
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
// In a project of yours: from "tierra".
import { Ledger, TierraError, identify, verifyWebhook } from "../../bindings-node/index.js";

const folder = mkdtempSync(join(tmpdir(), "tierra-registry-"));
const ledger = Ledger.open(join(folder, "registry.sqlite"));

// The story's own clock: the ledger has none, so a year may pass in a second. A server leaves `now` out.
let now = new Date("2026-01-05T09:00:00Z");
const later = (minutes) => (now = new Date(now.getTime() + minutes * 60_000));
const say = (line) => console.log(`${now.toISOString().slice(11, 16)}  ${line}`);

/** The code that a call is refused with. */
function refusal(call) {
  try {
    call();
  } catch (error) {
    if (error instanceof TierraError) return error.code;
    throw error;
  }
  throw new Error("expected a refusal");
}

/** An organisation with a key, as whoever shows that key. */
function organization(name, scopes) {
  const { public_id } = ledger.access.createOrganization(name, { now });
  const { secret } = ledger.access.issueKey(public_id, "server", scopes, { now });
  return ledger.access.verify(`Bearer ${secret}`, { now });
}

// --- Green Miles's server, which takes webhooks. It is down when the first one comes.

let isDown = true;
let webhookSecret;
const received = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  if (isDown) {
    say("  Green Miles's server is down: 503.");
    response.writeHead(503).end();
    return;
  }
  // The body as it came, byte for byte, before anybody parses it.
  const seconds = Math.floor(now.getTime() / 1000);
  verifyWebhook(request.headers, body, webhookSecret, { now: seconds });
  const altered = refusal(() => verifyWebhook(request.headers, `${body} `, webhookSecret, { now: seconds }));
  say(`  ${JSON.parse(body).type} arrives and is genuine; with one blank more: ${altered}.`);
  response.writeHead(204).end();
});
received.listen(0, "127.0.0.1");
await once(received, "listening");

// --- The registry's sender

/**
 * Sends one request and answers its status. The endpoint's URL is https and public; here it leads to the server above. In
 * earnest: resolve the URL's host, pass each address to `checkWebhookAddress`, connect to the one that passed, over TLS,
 * and follow no redirects.
 */
async function send({ url, method, headers, body }) {
  const { pathname } = new URL(url);
  const { port } = received.address();
  const response = await fetch(`http://127.0.0.1:${port}${pathname}`, { method, headers, body, redirect: "manual" });
  return { status: response.status, retry_after: response.headers.get("retry-after") };
}

async function deliverWhatIsDue() {
  for (const request of ledger.webhooks.due({ now })) {
    const outcome = await send(request).catch((error) => ({ error: String(error) }));
    ledger.webhooks.record(request.delivery_id, request.attempt, outcome, { now });
  }
}

// --- The story

try {
  const own = ["lookup", "registrations:write", "disputes:write", "webhooks:manage"];
  const green = organization("Green Miles", own);
  const volt = organization("Volt Credits", own);
  const operator = organization("The Registry", ["disputes:resolve"]);
  const endpoint = ledger.webhooks.create(green, {
    url: "https://hooks.green-miles.example/registry",
    events: ["conflict.detected", "dispute.created", "dispute.resolved"],
  }, { now });
  webhookSecret = endpoint.secret; // shown this once

  console.log("Two programmes, one charger\n");
  const claim = { vendor: "WALLBOX", serial: "WBX00482913", start_date: "2026-01-01", end_date: "2026-12-31" };
  const first = ledger.registrations.register(green, { ...claim, program_name: "Spring Rebate" }, { now });
  say(`Green Miles registers WALLBOX …${first.registration.charger.serial_last4} for 2026. Nobody else claims it.`);

  later(1);
  const { serial_hash } = identify("WALLBOX", "WBX00482913");
  const anybody = ledger.lookup.byHash(serial_hash, { now });
  say(`A buyer looks it up by its hash: registered ${anybody.registration_count} time, by whom is not said.`);

  later(1);
  const twice = {
    vendor: "Wall Box Chargers S.L.", serial: "S/N: wbx-0048.2913", program_name: "Fleet Credits",
    start_date: "2026-07-01", end_date: "2027-06-30",
  };
  const refused = refusal(() => ledger.registrations.register(volt, { ...twice, on_conflict: "fail" }, { now }));
  say(`Volt Credits asks for "${twice.vendor}, ${twice.serial}" from July, if it is free: ${refused}.`);

  later(1);
  const second = ledger.registrations.register(volt, twice, { now });
  const [conflict] = second.conflicts;
  const other = conflict.conflicting_registration;
  say(`It registers all the same. Both stand, and so does a conflict with ${other.organization}.`);
  await deliverWhatIsDue();

  isDown = false;
  now = new Date(ledger.webhooks.nextDue());
  await deliverWhatIsDue();

  later(10);
  const reason = "We bought this charger new in 2025.";
  const { dispute } = ledger.disputes.open(green, { conflict: conflict.public_id, reason }, { now });
  say(`Green Miles opens a dispute: "${reason}"`);
  await deliverWhatIsDue();

  later(10);
  const answer = { body: "Ours is the one beside it: we misread an 8 as a 3." };
  const message = ledger.disputes.message(volt, dispute.public_id, answer, { now });
  say(`${message.organization} answers: "${message.body}"`);

  later(1);
  const { status } = ledger.registrations.cancel(volt, second.registration.public_id, { now });
  const right = ledger.registrations.register(volt, { ...twice, serial: "WBX-0048.2918" }, { now });
  const { serial_last4 } = right.registration.charger;
  say(`Its registration is ${status}; it registers …${serial_last4}, with ${right.conflicts.length} conflicts.`);

  later(5);
  ledger.disputes.review(operator, dispute.public_id, { now });
  const resolution_note = "A misread digit. Volt Credits withdrew.";
  const resolved = ledger.disputes.resolve(operator, dispute.public_id, { resolution_note }, { now });
  say(`The registry's operator records it as ${resolved.status}: "${resolution_note}"`);
  await deliverWhatIsDue();

  later(1);
  const report = await ledger.audit.verify({ known: ledger.audit.head() });
  const verdict = report.ok ? "still says what was done" : "was altered";
  say(`The log holds ${report.audit_rows} changes, and the file ${verdict}.`);
} finally {
  received.close();
  ledger.close();
  rmSync(folder, { recursive: true });
}
