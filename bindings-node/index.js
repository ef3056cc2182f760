// The Node package for `import`. The same calls as index.cjs, over the same addon.
import native from "./native.cjs";
import { makeApi } from "./api.js";

export { TierraError } from "./api.js";
export const {
  EmissionFactors,
  RateLimiter,
  allocate,
  callJson,
  checkWebhookAddress,
  checkWebhookUrl,
  conflictsWith,
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
} = makeApi(native);
