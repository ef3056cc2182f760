// The Node package for `require`. Each `.cjs` beside this one is made by the build from the `.js` of that name.
const api = require("./api.cjs");
const native = require("./native.cjs");

const calls = api.makeApi(native);
const { importFactors } = require("./imports.cjs").makeImports(native, api, calls.EmissionFactors);
module.exports = { ...calls, importFactors, Ledger: require("./ledger.cjs").makeLedger(native, api) };
