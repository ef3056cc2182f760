// The ledger as a JavaScript user sees it, over the native addon. Only Node has it: a page has no file to keep it in.
//
// Like api.js it turns arguments into JSON text and answers into objects, and nothing else.
import { fileURLToPath } from "node:url";
import { ledgerCalls } from "./ledger-calls.js";
import { TierraError, answerOf, jsonText, toJson, withOptions } from "./values.js";

/** An instant as the core takes it. An invalid Date has no ISO text; the core refuses what it prints. */
function instantText(instant) {
  if (!(instant instanceof Date)) return instant;
  return Number.isNaN(instant.getTime()) ? String(instant) : instant.toISOString();
}

const refuse = (code, path, message) => {
  throw new TierraError({ code, path, message });
};

/** A path as the core takes it: the text, or that of a `file:` URL. */
function pathText(path) {
  if (!(path instanceof URL)) return path;
  try {
    return fileURLToPath(path);
  } catch {
    return refuse("wrong_type", "path", `is the URL \`${path}\`; expected a path or the URL of a file`);
  }
}

/** The input with its options, of which some are instants, and the present time, which a call may be given. */
function atInstant(input, options, names, instants = []) {
  const all = withOptions(input, options, names);
  for (const name of instants) all[name] = instantText(all[name]);
  all.now = instantText(all.now === undefined ? new Date() : all.now);
  return all;
}

/** Metadata is stored as it comes: what JSON has no form for must not reach it in the form that toJson gives it. */
function checkMetadata(request, path = "") {
  const metadata = request?.metadata;
  if (metadata === undefined || metadata === null) return;
  const where = `${path}metadata`;
  try {
    toJson(metadata, (kind, text) => {
      const found = kind === "$date" ? "a Date" : `\`${text}\``;
      const code = text === "NaN" || text.endsWith("Infinity") ? "not_finite" : "wrong_type";
      refuse(code, where, `holds ${found}, for which JSON has no form; expected plain JSON`);
    });
  } catch (error) {
    if (!(error instanceof TierraError) || error.path === where) throw error;
    refuse(error.code, where, error.path === "" ? error.reason : `at \`${error.path}\`: ${error.reason}`);
  }
}

/** A request, or a batch of them, whose metadata is plain JSON. */
function withPlainMetadata(request) {
  checkMetadata(request);
  const items = request?.registrations;
  if (Array.isArray(items)) items.forEach((item, index) => checkMetadata(item, `registrations[${index}].`));
  return request;
}

/** A file that exists nowhere would be a ledger in memory, which forgets. */
function requiredPath(path) {
  if (path === undefined || path === null) refuse("missing_field", "path", "is missing; expected the path of a file");
  return pathText(path);
}

function textAnswer(answer) {
  if (answer.startsWith('{"error":')) answerOf(answer);
  return answer;
}

/** The addon takes this one instant as a text of its own. */
function textOf(now) {
  if (typeof now === "string") return now;
  return refuse("wrong_type", "now", `is of type \`${typeof now}\`; expected a Date or a string`);
}

/** The class `Ledger` over the native module. */
export function makeLedger(native) {
  return class Ledger {
    #data;

    constructor(options) {
      this.#data = new native.LedgerData(toJson(options) ?? "null");
      const refused = this.#data.loadError();
      if (refused) answerOf(refused);

      const call = (name, ...given) => answerOf(this.#data.callExactJson(name, toJson(atInstant(...given))));
      const groups = ledgerCalls(call, (...given) => this.#callAsync(...given), withPlainMetadata);
      groups.registrations.importCsv = (caller, path, options) => this.#importCsv(caller, path, options);
      for (const [name, calls] of Object.entries(groups)) this[name] = Object.freeze(calls);
      Object.freeze(this);
    }

    static open(path, options) {
      return new Ledger(withOptions({ path: requiredPath(path) }, options));
    }

    static inMemory(options) {
      return new Ledger(withOptions({ path: null }, options));
    }

    static callNames() {
      return native.ledgerCallNames().split(",");
    }

    callJson(name, text) {
      return textAnswer(this.#data.callJson(String(name), jsonText(text)));
    }

    async callJsonAsync(name, text) {
      return textAnswer(await this.#data.callJsonAsync(String(name), jsonText(text)));
    }

    async backUp(path, options) {
      await this.#callAsync("back_up", { path: pathText(path) }, options);
    }

    close() {
      answerOf(this.#data.callJson("close", "{}"));
    }

    [Symbol.dispose]() {
      this.close();
    }

    async #callAsync(name, ...given) {
      return answerOf(await this.#data.callJsonAsync(name, toJson(atInstant(...given))));
    }

    async #importCsv(caller, path, options) {
      const { now, onProgress, signal, ...fields } = withOptions({ caller, path: pathText(path) }, options);
      if (onProgress !== undefined && typeof onProgress !== "function") {
        refuse("wrong_type", "onProgress", `is of type \`${typeof onProgress}\`; expected a function`);
      }
      if (signal !== undefined && typeof signal?.aborted !== "boolean") {
        refuse("wrong_type", "signal", "is no AbortSignal; expected that of an AbortController");
      }
      const rows = new native.ImportData(toJson(fields));
      const refused = rows.loadError();
      if (refused) answerOf(refused);

      const problems = [];
      let progress = { rows: 0, created: 0, conflict: 0, failed: 0, bytes_read: 0, bytes_total: null, done: false };
      while (!progress.done && !signal?.aborted) {
        const { now: text } = atInstant({}, { now });
        progress = answerOf(await rows.stepJson(this.#data, textOf(text)));
        problems.push(...progress.problems);
        await onProgress?.(progress);
      }
      return { ...progress, problems, cancelled: !progress.done };
    }
  };
}
