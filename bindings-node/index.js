// The Node package for `import`. The same calls as index.cjs, over the same addon.
import native from "./native.cjs";
import { makeApi } from "./api.js";

export { TierraError } from "./api.js";
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
