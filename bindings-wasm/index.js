// The browser package. Load the module first: `await init()` in a page, `initSync({ module: bytes })` elsewhere.
import init, * as native from "./tierra_wasm.js";
import { makeApi } from "./api.js";

export { initSync } from "./tierra_wasm.js";
export { TierraError } from "./api.js";
export default init;
export const {
  EmissionFactors,
  allocate,
  callJson,
  conflictsWith,
  findConflicts,
  identify,
  identifyBatch,
  irr,
  opNames,
  summarizePortfolio,
  xirr,
  xnfv,
  xnpv,
} = makeApi(native);
