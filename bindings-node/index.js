// The Node package for `import`. The same calls as index.cjs, over the same addon.
import native from "./native.cjs";
import { makeApi } from "./api.js";
import { makeImports } from "./imports.js";
import { makeLedger } from "./ledger.js";

export { TierraError } from "./api.js";
export const Ledger = makeLedger(native);
export const {
  EmissionFactors,
  RateLimiter,
  allocate,
  callJson,
  checkWebhookAddress,
  checkWebhookUrl,
  conflictsWith,
  convertUnit,
  errorBody,
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
} = makeApi(native);
export const { importFactors } = makeImports(native, EmissionFactors);
