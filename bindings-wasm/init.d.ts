/**
 * Loads the module; await it once before any other call. Without an argument the file beside this script is fetched.
 */
export default function init(
  source?: { module_or_path: string | URL | Request | Response | BufferSource | WebAssembly.Module },
): Promise<unknown>;

/** Loads the module from its bytes, for Node and for workers. */
export function initSync(source: { module: BufferSource | WebAssembly.Module }): unknown;
