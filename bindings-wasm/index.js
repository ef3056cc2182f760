// The browser package, all but emission factors (emission.js). Load the module first: `await init()` in a page,
// `initSync({ module: bytes })` elsewhere.
import * as native from "./tierra_wasm.js";
import { TierraError, makeApi } from "./api.js";
import { loadable } from "./load.js";

export { TierraError };

const { checked, init, initSync } = loadable(native, "tierra-wasm");
export { init as default, initSync };

export const {
  allocate,
  callJson,
  checkWebhookAddress,
  conflictsWith,
  findConflicts,
  httpStatus,
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
