// What the inventory examples of Node and of the browser say and draw. The Python one prints the same to the letter.

/** The row whose way is shown. */
const SHOWN = "A097";

/** A row of the file as tierra takes it: what is empty is absent, a contract is an instrument. */
export function activity(row) {
  const { id, authority, category, fuel_type: fuelType, region, amount, unit, contract } = row;
  const rate = { name: contract, value: row.contract_kg_per_kwh, unit: "kg CO2e/kWh" };
  const all = { id, authority, category, fuelType, region, amount, unit };
  const given = Object.fromEntries(Object.entries(all).filter(([, cell]) => cell !== ""));
  return contract === "" ? given : { ...given, instruments: [rate] };
}

function tonnes(kg) {
  if (kg === null) return "not stated";
  return `${(Number(kg) / 1000).toLocaleString("en-US", { minimumFractionDigits: 3, maximumFractionDigits: 3 })} t`;
}

/** kg CO2e of each site by scope, and by the market-based method for what it bought. */
export function bySite(rows, inventory) {
  const sites = new Map();
  // A row that failed is not zero: a site of which none was counted is not here, but named with its rows.
  for (const found of inventory.rows) {
    const name = rows[found.row].site;
    if (!sites.has(name)) sites.set(name, { scope_1: 0, scope_2: 0, market: 0 });
    const site = sites.get(name);
    site[found.scope] += Number(found.co2eKg);
    site.market += Number(found.marketBasedCo2eKg ?? 0);
  }
  return sites;
}

/** The lines of the report. */
export function report(rows, inventory) {
  const { totals } = inventory;
  const market = (kg) => (kg === null ? "" : `   market-based ${tonnes(kg)}`);
  const line = (name, kg, more) => `  ${name.padEnd(18)} ${tonnes(kg).padStart(14)}${more}`;
  return [
    `${totals.rows} of ${rows.length} rows counted, ${totals.failedRows} not; GWP values of ${inventory.gwpVersion.toUpperCase()}`,
    "",
    ...totals.byScope.map((group) => line(group.scope ?? "no scope", group.co2eKg, market(group.marketBasedCo2eKg))),
    line("total", totals.co2eKg, market(totals.marketBasedCo2eKg)),
    line("biogenic CO2", totals.biogenicCo2Kg, "   apart from the total"),
    "",
    `  ${"site".padEnd(18)} ${"scope 1".padStart(14)} ${"scope 2".padStart(14)} ${"market-based".padStart(14)}`,
    ...[...bySite(rows, inventory)].map(([name, site]) => {
      const cells = [site.scope_1, site.scope_2, site.market].map((kg) => tonnes(kg).padStart(14));
      return `  ${name.padEnd(18)} ${cells.join(" ")}`;
    }),
    "",
    ...inventory.failed.map(({ row, id, error }) => `  not counted: ${id}, ${rows[row].site}: ${error.message}`),
    "",
    ...trace(rows, inventory),
  ];
}

/** How one row was counted. */
function trace(rows, inventory) {
  const at = Math.max(0, rows.findIndex((row) => row.id === SHOWN));
  const row = rows[at];
  const found = inventory.rows.find((found) => found.row === at);
  const { library, libraryMatch, libraryDigest, factors } = inventory.methods[found.method];
  const lines = [
    `How ${row.id} was counted: ${row.amount} ${row.unit} of ${row.fuel_type}, ${row.site}, ${row.month}`,
    `  library   ${library.publication}`,
    `            ${libraryMatch} for the reporting year; content ${libraryDigest.slice(0, 16)}…`,
  ];
  factors.forEach(({ factor, tier, conversions, gwp }, use) => {
    const gas = found.gases[use];
    lines.push(`  ${gas.gas.padEnd(9)} ${factor.value} ${factor.unit}, ${tier}: ${factor.source.table}, ${factor.source.row}`);
    for (const step of conversions) {
      const ratio = step.divisor === "1" ? `× ${step.multiplier}` : `× ${step.multiplier} ÷ ${step.divisor}`;
      lines.push(`            ${step.from} → ${step.to}: ${ratio}, by ${step.basis}`);
    }
    const by = gwp === null ? "CO2e already" : `GWP ${gwp.value}`;
    lines.push(`            ${gas.emittedKg} kg, ${by}: ${gas.co2eKg} kg CO2e, ${gas.role}`);
  });
  lines.push(`  together  ${found.co2eKg} kg CO2e; ${found.warnings.join(", ") || "no warnings"}`);
  return lines;
}

/** Each site's tonnes by scope, for ECharts; a line marks where the market-based method would end. */
export function chart(rows, inventory) {
  const sites = [...bySite(rows, inventory)].reverse();
  const series = (name, color, value) => ({
    name, type: "bar", stack: "site", itemStyle: { color }, data: sites.map(([, site]) => value(site) / 1000),
  });
  const failed = inventory.totals.failedRows;
  return {
    animation: false,
    title: { text: `Emissions by site (${failed} rows could not be counted)`, left: 8, textStyle: { fontSize: 15 } },
    legend: { bottom: 0 },
    tooltip: { trigger: "axis", valueFormatter: (t) => `${t.toFixed(3)} t CO2e` },
    grid: { left: 16, right: 32, top: 44, bottom: 56, containLabel: true },
    xAxis: { type: "value", name: "t CO2e, 2024", nameLocation: "middle", nameGap: 26 },
    yAxis: { type: "category", data: sites.map(([name]) => name), axisTick: { show: false } },
    series: [
      series("Scope 1, direct", "#b5542c", (site) => site.scope_1),
      series("Scope 2, location-based", "#2f6f9f", (site) => site.scope_2),
      {
        name: "Total, market-based", type: "scatter", symbol: "rect", symbolSize: [3, 30], itemStyle: { color: "#111111" },
        data: sites.map(([, site]) => (site.scope_1 + site.market) / 1000),
      },
    ],
  };
}
