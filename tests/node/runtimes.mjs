// The three packages under test: Node by `import` and by `require`, and the browser's two modules in Node, as one.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as imported from "../../bindings-node/index.js";
import * as emission from "../../bindings-wasm/pkg/emission.js";
import * as other from "../../bindings-wasm/pkg/index.js";

const required = createRequire(import.meta.url)("../../bindings-node/index.cjs");
for (const [module, file] of [[emission, "tierra_emission_bg.wasm"], [other, "tierra_wasm_bg.wasm"]]) {
  module.initSync({ module: readFileSync(new URL(`../../bindings-wasm/pkg/${file}`, import.meta.url)) });
}

const browser = {
  ...other,
  ...emission,
  // An unknown call is no call of either.
  callJson: (op, text) => (emission.opNames().includes(op) ? emission : other).callJson(op, text),
  opNames: () => [...emission.opNames(), ...other.opNames()].sort(),
};

export const runtimes = { "Node, import": imported, "Node, require": required, "browser module": browser };
