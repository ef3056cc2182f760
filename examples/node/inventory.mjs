// From a CSV file of a company's energy use to an inventory of emissions, with a chart.
//
//     node examples/node/inventory.mjs [FILE.csv] [--chart CHART.svg]
//
// Without a file it takes examples/data/inventory.csv. The factors are the library's own reference data. The chart needs
// `npm install` in examples/browser, which has ECharts; it is drawn without a browser.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { EmissionFactors } from "../../bindings-node/index.js";
import { activity, chart, report } from "../inventory/report.mjs";

const { values, positionals } = parseArgs({ options: { chart: { type: "string" } }, allowPositionals: true });
const file = positionals[0] ?? new URL("../data/inventory.csv", import.meta.url);

// Papa Parse and ECharts stand beside the browser's page, which needs them too.
const require = createRequire(new URL("../browser/package.json", import.meta.url));
const rows = require("papaparse").parse(readFileSync(file, "utf8"), { header: true, skipEmptyLines: true }).data;

const factors = EmissionFactors.reference();
const inventory = factors.inventory({ rows: rows.map(activity), gwpVersion: "ar5", defaults: { reportingYear: 2024 } });
console.log(report(rows, inventory).join("\n"));

if (values.chart !== undefined) {
  const drawing = require("echarts").init(null, null, { renderer: "svg", ssr: true, width: 900, height: 400 });
  drawing.setOption(chart(rows, inventory));
  writeFileSync(values.chart, drawing.renderToSVGString());
  drawing.dispose();
}
