// The Node package for `require`. api.cjs and ledger.cjs are made from api.js and ledger.js by the build.
const api = require("./api.cjs");
const native = require("./native.cjs");

module.exports = { ...api.makeApi(native), Ledger: require("./ledger.cjs").makeLedger(native, api) };
