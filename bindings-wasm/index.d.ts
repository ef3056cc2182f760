// The browser module of all calls but those on emission factors.

export type * from "./types.js";
export {
  TierraError,
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
} from "./types.js";

/**
 * Loads the module; await it once before any other call. Without an argument the file beside this script is fetched.
 */
export default function init(
  source?: { module_or_path: string | URL | Request | Response | BufferSource | WebAssembly.Module },
): Promise<unknown>;

/** Loads the module from its bytes, for Node and for workers. */
export function initSync(source: { module: BufferSource | WebAssembly.Module }): unknown;
