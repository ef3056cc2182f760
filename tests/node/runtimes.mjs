// The three packages under test: Node by `import` and by `require`, and the browser's two modules in Node, as one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as imported from "../../bindings-node/index.js";
import * as emission from "../../bindings-wasm/pkg/emission.js";
import * as other from "../../bindings-wasm/pkg/index.js";

/** The browser's modules, each of which a page may load alone. */
export const browserModules = { "tierra-wasm/emission": emission, "tierra-wasm": other };

const required = createRequire(import.meta.url)("../../bindings-node/index.cjs");
for (const [module, file] of [[emission, "tierra_emission_bg.wasm"], [other, "tierra_wasm_bg.wasm"]]) {
  module.initSync({ module: readFileSync(new URL(`../../bindings-wasm/pkg/${file}`, import.meta.url)) });
}

function outcome(module, op, text) {
  try {
    return { text: module.callJson(op, text) };
  } catch (error) {
    return { error };
  }
}

const browser = {
  ...other,
  ...emission,
  callJson(op, text) {
    const having = Object.values(browserModules).filter((module) => module.opNames().includes(op));
    // An unknown call is no call of either. That for an error's status is in both, which must answer alike.
    const [answer, again = answer] = (having.length > 0 ? having : [other]).map((module) => outcome(module, op, text));
    assert.deepEqual(again, answer, op);
    if (answer.error) throw answer.error;
    return answer.text;
  },
  opNames: () => [...new Set(Object.values(browserModules).flatMap((module) => module.opNames()))].sort(),
};

export const runtimes = { "Node, import": imported, "Node, require": required, "browser module": browser };
