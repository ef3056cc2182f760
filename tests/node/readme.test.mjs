// Every JavaScript snippet of the README runs: Node's with the package `tierra`, the page's in headless Chromium.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const readme = await readFile(join(root, "README.md"), "utf8");
const snippets = (language) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(([, code]) => code);

test("the JavaScript snippets run in order", async () => {
  const code = snippets("js");
  assert.ok(code.length >= 4);
  // In the package's folder, where its own name leads to itself.
  const file = join(root, "bindings-node", `readme-${process.pid}.test-tmp.mjs`);
  await writeFile(file, code.join("\n"));
  process.chdir(root);
  const failed = [];
  const assertion = console.assert;
  console.assert = (holds) => holds || failed.push(new Error().stack);
  try {
    await import(file);
    assert.deepEqual(failed, []);
  } finally {
    console.assert = assertion;
    await rm(file);
  }
});

/** Serves files by their paths in a page's address, and gives the page's DOM once it is quiet; or a picture of it. */
async function opened(fileOf, path, ...more) {
  const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".csv": "text/csv" };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    try {
      const body = await fileOf(pathname);
      response.writeHead(200, { "content-type": types[pathname === "/" ? ".html" : extname(pathname)] });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const profile = await mkdtemp(join(tmpdir(), "tierra-chromium-"));
  try {
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-quic", "--virtual-time-budget=20000", "--dump-dom",
      `--user-data-dir=${profile}`, ...more];
    const address = `http://127.0.0.1:${server.address().port}${path}`;
    const { stdout } = await promisify(execFile)(process.env.TIERRA_BROWSER ?? "chromium", [...flags, address], { timeout: 120_000 });
    return stdout;
  } finally {
    server.close();
    await rm(profile, { recursive: true, force: true });
  }
}

test("the page runs in a browser", async () => {
  const [page] = snippets("html");
  assert.ok(page, "the README has a page");
  const fileOf = (path) => (path === "/" ? page : readFile(join(root, "bindings-wasm/pkg", path.replace("/tierra-wasm/", ""))));
  assert.match(await opened(fileOf, "/"), /<output>WALLBOX, serial …2913, 42 kg CO2e, 9\.37 % a year<\/output>/);
});

test("the inventory of the browser's page is that of Node and Python", async () => {
  const page = await opened((path) => readFile(join(root, path)), "/examples/browser/index.html");
  const [, shown] = page.match(/<pre id="report">([^]*?)<\/pre>/);
  const expected = await readFile(join(root, "examples/inventory/report.txt"), "utf8");
  assert.equal(`${shown.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")}\n`, expected);
  assert.match(page, /<svg[^]*Scope 2, location-based/);
  assert.match(page, /<p id="refused" role="alert"><\/p>/);
});
