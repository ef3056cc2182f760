// Loading a module, and saying so where that was forgotten.
import { TierraError } from "./values.js";

/** `init`, `initSync` and the module's exports over what wasm-bindgen made. */
export function loadable(native, name) {
  let loaded = false;
  // Asked for before it is loaded, an error that says so in place of a TypeError from within.
  const checked = new Proxy(native, {
    get(module, property) {
      if (!loaded) {
        const message = `the module is not loaded yet; expected \`await init()\` of \`${name}\` before the first call`;
        throw new TierraError({ code: "not_loaded", path: "", message });
      }
      return Reflect.get(module, property);
    },
  });
  return {
    checked,
    async init(source) {
      const exports = await native.default(source);
      loaded = true;
      return exports;
    },
    initSync(source) {
      const exports = native.initSync(source);
      loaded = true;
      return exports;
    },
  };
}
