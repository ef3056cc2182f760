// Emission factors: what the wrapper adds to the calls that the vectors check.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runtimes } from "./runtimes.mjs";

const createdAt = "2024-07-08T00:00:00.000Z";
const id = (number) => `00000000-0000-0000-0000-${String(number).padStart(12, "0")}`;
const library = { id: id(1), name: "DEFRA 2024", authority: "defra", version: "1", releaseYear: 2024, isDefault: true, createdAt };
const factor = (number, fuelType, unit, more) => ({
  id: id(number), libraryId: library.id, category: "Fuels", fuelType, gas: "CO2e", isBiogenic: false, value: "0.1829",
  oxidationFactor: 1, unit, createdAt, scope: "scope_1", ...more,
});
const data = {
  libraries: [library],
  factors: [
    factor(10, "Natural gas", "kg CO2e/kWh (Gross CV)", { lower: "0.18", upper: 0.19 }),
    factor(11, "Electricity", "kg CO2e/kWh", { category: "Electricity", scope: "scope_2", value: "0.2", region: "GB" }),
  ],
  gwpValues: [{ id: id(20), version: "ar5", gas: "N2O", value: 265, createdAt }],
};
const gas = { authority: "defra", reportingYear: 2024, category: "Fuels", fuelType: "Natural gas" };
const gross = "kWh (Gross CV)";

for (const [name, tierra] of Object.entries(runtimes)) {
  const { EmissionFactors, TierraError } = tierra;
  const factors = new EmissionFactors(data);
  const refusal = (call) => {
    try {
      call();
    } catch (error) {
      assert.ok(error instanceof TierraError, error);
      return error;
    }
    assert.fail("not refused");
  };

  test(`${name}: issues tell all that is wrong`, () => {
    const error = refusal(() => factors.search({ libraryId: "x", gas: "", pageSize: 500 }));
    assert.deepEqual(error.issues.map(({ code, path }) => [code, path]), [
      ["invalid_string", ["libraryId"]],
      ["too_small", ["gas"]],
      ["too_big", ["pageSize"]],
    ]);
    assert.deepEqual(refusal(() => tierra.identify("", "1")).issues, []);
    const { status, body } = tierra.errorBody(error);
    assert.deepEqual([status, body.code, body.details.issues], [400, "VALIDATION_FAILED", error.issues]);
    assert.equal(tierra.httpStatus(error), status);
    const other = tierra.errorBody(refusal(() => factors.digest(id(9))));
    assert.deepEqual([other.status, other.body.code], [422, "UNKNOWN_REFERENCE"]);
  });

  test(`${name}: the lists of the contract`, () => {
    assert.deepEqual(factors.libraries().map((one) => one.id), [library.id]);
    assert.deepEqual(factors.libraries({ authority: "epa" }), []);
    const page = factors.search({ libraryId: library.id, fuelType: "natural  GAS", pageSize: "1" });
    assert.deepEqual([page.total, page.pageSize, page.items[0].lower, page.items[0].upper], [1, 1, "0.18", "0.19"]);
    assert.deepEqual(factors.gwpValues().map(({ value }) => value), ["265"]);
    assert.deepEqual(factors.fuelProperties({ libraryId: library.id }), []);
    assert.match(factors.digest(library.id), /^[0-9a-f]{64}$/);
    assert.equal(factors.explain({ ...gas, gas: "CO2e" }).candidates[0].outcome, "chosen");
  });

  test(`${name}: more data stands behind what is there`, () => {
    const more = { factors: [factor(12, "Coal", "kg CO2e/tonnes")] };
    for (const given of [more, JSON.stringify(more)]) {
      assert.equal(factors.extended(given).search({ libraryId: library.id }).total, 3);
    }
    assert.equal(factors.search({ libraryId: library.id }).total, 2);
    const other = new EmissionFactors({ libraries: [{ ...library, id: id(2), releaseYear: 2020 }] });
    assert.equal(factors.extended(other).libraries().length, 2);
    assert.deepEqual(factors.extended(factors).data(), factors.data());
    const changed = { libraries: [{ ...library, name: "Its official file", isDefault: false }], factors: [factor(12, "Coal", "kg CO2e/tonnes")] };
    const replaced = factors.extended(changed);
    assert.equal(replaced.libraries()[0].name, "Its official file");
    assert.equal(replaced.libraries()[0].isDefault, factors.libraries()[0].isDefault);
    assert.equal(replaced.search({ libraryId: library.id }).total, 1);
    assert.deepEqual(new EmissionFactors(factors.data()).data(), factors.data());
  });

  test(`${name}: reference data is there or refused`, () => {
    try {
      assert.ok(EmissionFactors.reference().libraries().length > 0);
    } catch (error) {
      assert.deepEqual([error.code, error.path], ["unknown_value", "reference"]);
    }
  });

  test(`${name}: inventories, on this thread and on another`, async () => {
    const rows = [
      { id: "boiler", amount: 1000, unit: gross },
      { id: 7, amount: "0.5", unit: "MWh (Gross CV)" },
      { amount: 1, unit: "acres" },
      { ...gas, category: "Electricity", fuelType: "Electricity", region: "GB", amount: 10n, unit: "kWh",
        instruments: [{ name: "REGO", value: 0, unit: "kg CO2e/kWh", amount: 4 }] },
    ];
    const query = { rows, gwpVersion: "ar5", defaults: gas };
    const inventory = factors.inventory(query);
    assert.deepEqual(inventory.rows.map(({ row, id, co2eKg }) => [row, id, co2eKg]), [[0, "boiler", "182.9"], [1, 7, "91.45"], [3, null, "2"]]);
    assert.deepEqual(inventory.failed.map(({ row, error }) => [row, error.code, error.path]), [[2, "unknown_unit", "rows[2].unit"]]);
    assert.deepEqual([inventory.totals.co2eKg, inventory.totals.marketBasedCo2eKg, inventory.totals.failedRows], ["276.35", "275.55", 1]);
    assert.equal(inventory.methods[inventory.rows[0].method].factors[0].factor.id, id(10));
    const { id: _, ...alone } = rows[3];
    assert.equal(factors.emissions({ ...alone, gwpVersion: "ar5" }).marketBasedCo2eKg, "1.2");
    assert.deepEqual(await factors.inventoryAsync(query), inventory);
    await assert.rejects(factors.inventoryAsync({ rows: 5, gwpVersion: "ar5" }), (error) => error instanceof TierraError && error.path === "rows");
    await assert.rejects(factors.inventoryAsync(), TierraError);
  });

  test(`${name}: units convert`, () => {
    assert.equal(tierra.convertUnit(10, "miles", "km"), "16.09344");
    assert.equal(tierra.convertUnit("0.1", "short tons", "kg"), "90.718474");
  });
}

test("the event loop goes on while rows are counted", async () => {
  const { EmissionFactors } = runtimes["Node, import"];
  const rows = Array.from({ length: 20_000 }, (_, row) => ({ amount: row, unit: gross }));
  const counted = new EmissionFactors(data).inventoryAsync({ rows, gwpVersion: "ar5", defaults: gas });
  let turns = 0;
  let done = false;
  counted.finally(() => (done = true));
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  assert.equal((await counted).totals.rows, 20_000);
  assert.ok(turns > 1, `${turns}`);
});

test("the example makes its report and a chart", async () => {
  const example = (path) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), "tierra-chart-"));
  const chart = join(folder, "chart.svg");
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [example("node/inventory.mjs"), "--chart", chart]);
    assert.equal(stdout, await readFile(example("inventory/report.txt"), "utf8"));
    assert.match(await readFile(chart, "utf8"), /^<svg[^]*Emissions by site \(2 rows could not be counted\)/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("official files, with a report that adds up; what is none is refused", () => {
  const { importFactors, TierraError } = runtimes["Node, import"];
  const csv = "category,fuel_type,gas,value,unit\nSite,Wood chips,CO2e,1.7,kg CO2e/kg\nSite,Peat,CO2e,,kg CO2e/kg\n";
  const ours = { name: "Ours", authority: "iea", version: "1", releaseYear: 2024, createdAt };
  const { factors, report } = importFactors(Buffer.from(csv), "csv", { library: ours });
  assert.deepEqual([report.rowsRead, report.factorsMade, report.reasons], [2, 1, { blank: 1 }]);
  const found = factors.resolve({ authority: "iea", reportingYear: 2024, category: "site", fuelType: "wood chips", gas: "CO2e" });
  assert.equal(found.factor.value, "1.7");
  for (const [bytes, kind, code] of [[Buffer.from("no workbook"), "defra", "invalid_workbook"], [Buffer.alloc(0), "egrid", "invalid_workbook"], [Buffer.from(csv), "xls", "unknown_value"]]) {
    assert.throws(() => importFactors(bytes, kind), (error) => error instanceof TierraError && error.code === code, kind);
  }
  assert.throws(() => importFactors(5, "defra"), (error) => error.code === "wrong_type");
  assert.throws(() => importFactors("no/such/file.xlsx", "defra"), (error) => error.code === "file_error" && error.cause.code === "ENOENT");
});
