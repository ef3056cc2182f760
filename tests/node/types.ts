// Compiled, never run: what the declarations allow and what they refuse, for both packages.
import * as tierra from "tierra";
import init, * as browser from "tierra-wasm";
import * as emission from "tierra-wasm/emission";
// The declarations that `require` gets, made by the build.
import type { Ledger as Required } from "../../bindings-node/index.cjs";

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

const claimed: tierra.Claim = {
  public_id: "r1",
  organization: "Green Miles",
  serial_hash: hash,
  period: { start: "2026-01-01", end: "2026-12-31" },
  status: "active",
};
const conflicts: tierra.Overlap[] = tierra.findConflicts([claimed]);
const fresh: tierra.NewOverlap[] = tierra.conflictsWith(claimed, [claimed]);
// @ts-expect-error a status that does not exist
tierra.findConflicts([{ ...claimed, status: "live" }]);

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
const more: tierra.EmissionFactors = tierra.EmissionFactors.reference().extended(factors).extended({ factors: [] });
const everything: tierra.EmissionFactorData = more.data();
const newest: tierra.EmissionFactorLibrary | undefined = more.libraries({ releaseYear: 2024 }).concat(more.libraries())[0];
const pinned: tierra.ResolveQuery = { ...query, factorUnit: "kWh", libraryDigest: more.digest(newest?.id ?? "") };
const found: tierra.EmissionFactor[] = more.search({ libraryId: "…", gas: "CH4", page: 2, pageSize: 100 }).items;
const [density]: tierra.FuelProperty<string>[] = more.fuelProperties({ libraryId: "…", propertyType: "density" });
const gwp: string | undefined = more.gwpValues({ version: "ar6" })[0]?.value;
const batched: (tierra.ResolvedFactor | tierra.TierraError)[] = more.resolveBatch([pinned]);
const tied: tierra.ErrorCode | undefined = more.explain(pinned).refused?.code;
const activity: tierra.Activity = { ...query, amount: "12.5", unit: "kWh", scope: "scope_2", instruments: [{ name: "REGO", value: 0, unit: "kg CO2e/kWh" }] };
const market: string | null = more.emissions({ ...activity, gwpVersion: "ar5" }).marketBasedCo2eKg;
const rows: tierra.InventoryQuery = { rows: [{ id: 1, amount: 1n, unit: "kWh" }], gwpVersion: "ar5", defaults: { authority: "epa" } };
const total: string = more.inventory(rows).totals.co2eKg;
const later: Promise<tierra.Inventory> = emission.EmissionFactors.reference().inventoryAsync({ ...rows, defaults: null });
// @ts-expect-error an amount is a row's alone
more.inventory({ ...rows, defaults: { amount: 1 } });
// @ts-expect-error a search needs a library
more.search({ gas: "CH4" });
const kilometres: string = tierra.convertUnit(10, "miles", "km");
function answer(error: tierra.TierraError): number {
  const issue: tierra.Issue | undefined = error.issues[0];
  return issue === undefined ? 500 : emission.errorBody(error).status + tierra.errorBody(error).body.details.issues.length;
}

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
const status: number = tierra.httpStatus("not_found");
const checked: string = tierra.checkWebhookUrl("https://example.com/") + tierra.checkWebhookAddress("1.1.1.1");
const inBrowser: number = browser.httpStatus("not_found") + browser.checkWebhookAddress("1.1.1.1").length;
// @ts-expect-error the browser module has no URLs to check
browser.checkWebhookUrl("https://example.com/");
const keyed: string = browser.keyedHash("ABB", "1", "sixteen bytes or more");
const limit: tierra.RateLimit = { capacity: 1, refill: 1, period_seconds: 60 };
const decision = new tierra.RateLimiter({ key: limit, ip: limit, serial_hash: limit }).check({ now: 0.5, ip: "1.1.1.1" });
const refusedBy: "key" | "ip" | "serial_hash" | null = decision.refused_by;

const ledger: tierra.Ledger = tierra.Ledger.open(new URL("file:///tmp/registry.sqlite"), { read_only: false });
const green: tierra.Ledger.Organization = ledger.access.createOrganization("Green Miles", { now: new Date() });
const key: tierra.Ledger.IssuedSecret = ledger.access.issueKey(green.public_id, "server", ["lookup", "registrations:write"]);
const caller: tierra.Ledger.Caller = ledger.access.verify(`Bearer ${key.secret}`);
const claim: tierra.Ledger.RegistrationRequest = {
  vendor: "ABB",
  serial: "1",
  program_name: "Spring Rebate",
  start_date: "2026-01-01",
  end_date: "2026-12-31",
  metadata: { site: { kwh: 12.5 } },
};
const registered: tierra.Ledger.Registered = ledger.registrations.register(caller, claim, { now: "2026-01-01T00:00:00Z" });
const active: tierra.Ledger.Registration[] = ledger.registrations.list(caller, { status: "active", per_page: 100 }).data;
const one: number = ledger.lookup.charger(caller, { vendor: "ABB", serial: "1" }).registration_count;
const loaded: number = ledger.factors.load({ reference: true }).loaded.factors;
const applied: tierra.ResolvedFactor = ledger.factors.resolve(
  caller,
  { authority: "defra", reportingYear: 2024, fuelType: "Diesel", gas: "CO2e", category: "Fuels" },
  { now: new Date() },
);
const tons: tierra.DecimalString = ledger.factors.inventory(caller, { rows: [], gwpVersion: "ar5" }).totals.co2eKg;
const many: tierra.Ledger.LookupItem[] = ledger.lookup.charger(caller, { items: [] }).results;
const conflictId: string | undefined = registered.conflicts[0]?.public_id;
ledger.webhooks.record(1, 1, { status: 503, retry_after: "30" });
ledger.webhooks.record(1, 1, { error: "timed out" });
// @ts-expect-error a way out of a conflict that does not exist
ledger.registrations.register(caller, { ...claim, on_conflict: "maybe" });
// @ts-expect-error a scope that does not exist
ledger.access.issueKey(green.public_id, "server", ["everything"]);
// @ts-expect-error a Date is no day
ledger.registrations.renew(caller, "…", { start_date: new Date(), end_date: "2026-12-31" });
// @ts-expect-error the browser package has no ledger
browser.Ledger.inMemory();
// @ts-expect-error a ledger is opened, not constructed
new tierra.Ledger();

async function longWork(required: Required, signal: AbortSignal): Promise<boolean> {
  using copy = tierra.Ledger.inMemory({ seed: "for tests" });
  await required.backUp("copy.sqlite");
  const onProgress = ({ rows, bytes_total }: tierra.Ledger.ImportProgress) => void [rows, bytes_total];
  const report = await copy.registrations.importCsv(caller, "rows.csv", { on_conflict: "fail", onProgress, signal });
  const known: tierra.Ledger.AuditHead = copy.audit.head();
  return report.cancelled || (await copy.audit.verify({ known })).ok;
}

async function page(): Promise<number> {
  await init();
  browser.initSync({ module: new Uint8Array() });
  const same: browser.ChargerIdentity = browser.identify("ABB", "1");
  return same.lookalikes.length;
}

export { active, answer, batch, checked, conflictId, conflicts, density, everything, found, fresh, gwp, keyed, kg, kilometres, later, longWork, many, market, one, page, rate, refusedBy, shares, signedAt, summary, text, tied, total, value, values };
