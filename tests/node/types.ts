// Compiled, never run: what the declarations allow and what they refuse, for both packages.
import * as tierra from "tierra";
import init, * as browser from "tierra-wasm";

const identity: tierra.ChargerIdentity = tierra.identify("ABB", "1");
const hash: string = identity.serial_hash;
const batch = tierra.identifyBatch([{ vendor: "ABB", serial: "1" }]);
for (const answer of batch.results) {
  if (answer instanceof tierra.TierraError) {
    const code: tierra.ErrorCode = answer.code;
    void code;
  } else {
    const last4: string = answer.serial_last4;
    void last4;
  }
}

const registration: tierra.Registration = {
  public_id: "r1",
  organization: "Green Miles",
  serial_hash: hash,
  period: { start: "2026-01-01", end: "2026-12-31" },
  status: "active",
};
const conflicts: tierra.Conflict[] = tierra.findConflicts([registration]);
const fresh: tierra.NewConflict[] = tierra.conflictsWith(registration, [registration]);
// @ts-expect-error a status that does not exist
tierra.findConflicts([{ ...registration, status: "live" }]);

const factors = new tierra.EmissionFactors({ libraries: [], factors: [] });
const query: tierra.ResolveQuery = {
  authority: "defra",
  reportingYear: 2024,
  fuelType: "Natural gas",
  gas: "CO2e",
  category: "Scope 1",
};
const resolved = factors.resolve(query);
const value: string | undefined = resolved.factor?.value;
// @ts-expect-error the factor may be null
void resolved.factor.value;
const kg: string = factors.co2e({ ...query, activity: { amount: 1, unit: "kWh" }, gwpVersion: "ar5" }).co2eKg;
// @ts-expect-error an authority that does not exist
factors.resolve({ ...query, authority: "unknown" });

const flows: tierra.CashFlow[] = [{ date: "2020-01-01", amount: -1 }, { date: "2021-01-01", amount: "1.1" }];
const rate: number = tierra.xirr(flows, { day_count: "ACT/360", annualize_short_period: true }).rate;
// @ts-expect-error a day count that does not exist
tierra.xirr(flows, { day_count: "ACT/361" });
// @ts-expect-error a Date is no day
tierra.xnpv(0.1, [{ date: new Date(), amount: 1 }]);
const values: number[] = [tierra.xnpv(0.1, flows), tierra.xnfv(0.1, flows), tierra.irr([-1, 2n, "3"]).rate];
const shares: { id: string; amount: string }[] = tierra.allocate("1.00", [{ id: "a", weight: 1 }]);
const summary: tierra.PortfolioSummary = tierra.summarizePortfolio([], { currency: "USD", rates: { EUR: 1.1 } });
const text: string = tierra.callJson("irr", "{}");

const headers: tierra.SignedHeaders = tierra.signWebhook(["whsec_…"], "evt_1", 1767225600, new Uint8Array());
const signedAt: number = tierra.verifyWebhook(headers, "{}", "whsec_…", { now: 1767225600 });
tierra.verifyWebhook(new Headers(), "{}", ["whsec_…"], { now: 1767225600, tolerance: 60 });
tierra.verifyWebhook({ host: undefined, accept: ["a", "b"] }, "{}", "whsec_…", { now: 1 });
tierra.verifyBody(tierra.signBody("secret", "{}"), new ArrayBuffer(0), "secret");
// @ts-expect-error the time must be given
tierra.verifyWebhook("t=1,v1=…", "{}", "whsec_…");
const checked: string = tierra.checkWebhookUrl("https://example.com/") + tierra.checkWebhookAddress("1.1.1.1");
// @ts-expect-error the browser module has no URLs to check
browser.checkWebhookUrl("https://example.com/");
const keyed: string = browser.keyedHash("ABB", "1", "sixteen bytes or more");
const limit: tierra.RateLimit = { capacity: 1, refill: 1, period_seconds: 60 };
const decision = new tierra.RateLimiter({ key: limit, ip: limit, serial_hash: limit }).check({ now: 0.5, ip: "1.1.1.1" });
const refusedBy: "key" | "ip" | "serial_hash" | null = decision.refused_by;

async function page(): Promise<number> {
  await init();
  browser.initSync({ module: new Uint8Array() });
  const same: browser.ChargerIdentity = browser.identify("ABB", "1");
  return same.lookalikes.length;
}

export { batch, checked, conflicts, fresh, keyed, kg, page, rate, refusedBy, shares, signedAt, summary, text, value, values };
