// The three packages under test: Node by `import` and by `require`, and the browser module in Node.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as imported from "../../bindings-node/index.js";
import * as browser from "../../bindings-wasm/pkg/index.js";

const required = createRequire(import.meta.url)("../../bindings-node/index.cjs");
browser.initSync({ module: readFileSync(new URL("../../bindings-wasm/pkg/tierra_wasm_bg.wasm", import.meta.url)) });

export const runtimes = { "Node, import": imported, "Node, require": required, "browser module": browser };
