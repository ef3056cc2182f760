// Emission factors in the browser, with the reference data. Load the module first: `await init()` in a page,
// `initSync({ module: bytes })` elsewhere.
import * as native from "./tierra_emission.js";
import { TierraError, makeApi } from "./api.js";
import { loadable } from "./load.js";

export { TierraError };

const { checked, init, initSync } = loadable(native, "tierra-wasm/emission");
export { init as default, initSync };

export const { EmissionFactors, callJson, convertUnit, errorBody, httpStatus, opNames } = makeApi(checked);
