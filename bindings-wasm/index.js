// The browser package. Load the module first: `await init()` in a page, `initSync({ module: bytes })` elsewhere.
import load, { initSync as loadSync } from "./tierra_wasm.js";
import * as native from "./tierra_wasm.js";
import { TierraError, makeApi } from "./api.js";

export { TierraError };

let loaded = false;

export default async function init(source) {
  const exports = await load(source);
  loaded = true;
  return exports;
}

export function initSync(source) {
  const exports = loadSync(source);
  loaded = true;
  return exports;
}

/** The module's exports; asked for before it is loaded, an error that says so in place of a TypeError from within. */
const checked = new Proxy(native, {
  get(module, name) {
    if (!loaded) {
      const message = "the module is not loaded yet; expected `await init()` before the first call";
      throw new TierraError({ code: "not_loaded", path: "", message });
    }
    return Reflect.get(module, name);
  },
});

export const {
  EmissionFactors,
  allocate,
  callJson,
  conflictsWith,
  convertUnit,
  errorBody,
  findConflicts,
  identify,
  identifyBatch,
  irr,
  keyedHash,
  opNames,
  signBody,
  signWebhook,
  summarizePortfolio,
  verifyBody,
  verifyWebhook,
  xirr,
  xnfv,
  xnpv,
} = makeApi(checked);
