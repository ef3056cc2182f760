// The JavaScript snippets of the README and of docs/, pasted as strict TypeScript.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("the snippets are strict TypeScript", () => {
  const names = ["README.md", ...readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];
  // In the package's folder, where the types of Node are.
  const folder = mkdtempSync(join(root, "bindings-node", "test-tmp-"));
  try {
    const files = [];
    for (const name of names) {
      const snippets = [...readFileSync(join(root, name), "utf8").matchAll(/^```js\n([^]*?)^```/gm)].map(([, code]) => code);
      if (snippets.length === 0) continue;
      files.push(`${name.replace("/", "-")}.mts`);
      writeFileSync(join(folder, files.at(-1)), `${snippets.join("\n")}\nexport {};\n`);
    }
    assert.ok(files.length >= 5, `${files}`);
    const compilerOptions = {
      noEmit: true, strict: true, module: "nodenext", target: "es2022", lib: ["es2022", "dom"], types: ["node"],
      typeRoots: ["../node_modules/@types"], paths: { tierra: ["../index.d.ts"] },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    execFileSync(join(root, "bindings-node", "node_modules", ".bin", "tsc"), ["-p", folder], { encoding: "utf8" });
  } catch (error) {
    assert.fail(error.stdout ?? error);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
