// The Node package for `require`. Each `.cjs` beside this one is made by the build from the `.js` of that name.
const native = require("./native.cjs");
const { TierraError, makeApi } = require("./api.cjs");

const calls = makeApi(native);
const { importFactors } = require("./imports.cjs").makeImports(native, calls.EmissionFactors);
module.exports = { TierraError, ...calls, importFactors, Ledger: require("./ledger.cjs").makeLedger(native) };
