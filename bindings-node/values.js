// JavaScript values as JSON text and back, and the error that a refusal becomes. Both packages ship this file.

// Marks that every copy of the package knows, whichever loaded it: two versions in one tree, `jest.resetModules()`.
const IS_ERROR = Symbol.for("tierra.TierraError");
/** The mark of loaded factors: a method that answers them as JSON text. */
export const FACTORS = Symbol.for("tierra.EmissionFactors");

/** The one public error. */
export class TierraError extends Error {
  /** That of another copy of the package is one, too. */
  static [Symbol.hasInstance](value) {
    if (this !== TierraError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && value[IS_ERROR] === true;
  }

  get [IS_ERROR]() {
    return true;
  }

  constructor({ code, path, message, issues = [] }) {
    super(path === "" ? message : `${path}: ${message}`);
    this.name = "TierraError";
    this.code = code;
    this.path = path;
    this.reason = message;
    this.issues = issues;
  }
}

/** What JSON has no form for travels as an object that only a field of its kind takes. */
const wrap = (kind, text) => ({ [kind]: text });

/** Whether an object has no class of its own, in whichever realm it was made. */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** What JSON makes `{}` of although it is more: a promise, a response, a regular expression, what keeps its fields private. */
function saysNothing(item) {
  if (typeof item !== "object" || item === null || Array.isArray(item) || isPlain(item)) return false;
  const isBoxed = item instanceof Number || item instanceof String || item instanceof Boolean || item instanceof BigInt;
  return !isBoxed && Object.keys(item).length === 0;
}

/** An object of a class as a message shows it. */
const ofClass = (value) => `an object of the class \`${value.constructor?.name ?? "Object"}\``;

const hint = (value) => (typeof value?.then === "function" ? "; await it first" : "");

/** Where an item stands in a value: `registrations[1].metadata`. */
function pathOf(value, wanted, path = "", seen = new Set()) {
  if (value === wanted) return path;
  if (typeof value !== "object" || value === null || seen.has(value)) return undefined;
  seen.add(value);
  const entries = value instanceof Map ? value.entries() : Object.entries(value instanceof Set ? [...value] : value);
  for (const [name, item] of entries) {
    const here = Array.isArray(value) || value instanceof Set ? `${path}[${name}]` : path === "" ? `${name}` : `${path}.${name}`;
    const found = pathOf(item, wanted, here, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * JSON text of any value. What JSON would drop or change in silence is handed on so that the core can refuse it: NaN and
 * the infinities by name, big integers by their digits. JSON.stringify escapes lone surrogates, and the core names them.
 */
export function toJson(value, special = wrap) {
  try {
    return JSON.stringify(value, function (key, item) {
      if (typeof item === "number" && !Number.isFinite(item)) return special("$number", String(item));
      if (typeof item === "bigint") return special("$number", item.toString());
      // JSON.stringify has made a text of it before this function sees it.
      if (this[key] instanceof Date) return special("$date", String(item));
      if (ArrayBuffer.isView(item) && !(item instanceof DataView)) return Array.from(item);
      if (item instanceof Map) return Object.fromEntries(item);
      if (item instanceof Set) return Array.from(item);
      if (typeof item === "function" || typeof item === "symbol") {
        throw new TierraError({
          code: "wrong_type",
          path: "",
          message: `holds a value of type \`${typeof item}\`; expected plain values`,
        });
      }
      // Its decimals are texts, so that nothing is lost on the way.
      if (typeof item?.[FACTORS] === "function") return JSON.parse(item[FACTORS]());
      if (saysNothing(item)) {
        const message = `is ${ofClass(item)}; expected plain values${hint(item)}`;
        throw new TierraError({ code: "wrong_type", path: pathOf(value, item) ?? "", message });
      }
      return item;
    });
  } catch (error) {
    if (error instanceof TypeError && /circular|cyclic/i.test(error.message)) {
      throw new TierraError({ code: "wrong_type", path: "", message: "holds itself; expected plain values" });
    }
    if (error instanceof RangeError) {
      const message = "is nested too deep or too large for JSON text; expected smaller batches";
      throw new TierraError({ code: "out_of_range", path: "", message });
    }
    throw error;
  }
}

/** JSON text as given, or the error for what is none. */
export function jsonText(text) {
  if (typeof text !== "string") {
    throw new TierraError({
      code: "wrong_type",
      path: "",
      message: `is a value of type \`${typeof text}\`; expected a string of JSON`,
    });
  }
  // A lone surrogate outside an escape would cross as U+FFFD. Escaped, the core can name it.
  return text.isWellFormed?.() === false
    ? text.replace(/\p{Surrogate}/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`)
    : text;
}

export function answerOf(json) {
  const answer = JSON.parse(json);
  if (Object.hasOwn(answer, "error")) throw new TierraError(answer.error);
  return answer;
}

/**
 * Data as JSON text: as given, of a plain object, or of factors that are loaded already, by whichever copy of the package.
 * Any other object would count as empty.
 */
export function dataText(data) {
  if (typeof data === "string") return jsonText(data);
  if (typeof data !== "object" || data === null || Array.isArray(data)) return toJson(data) ?? "null";
  if (typeof data[FACTORS] === "function") return data[FACTORS]();
  if (isPlain(data) || data instanceof Map) return toJson(data);
  const message = `is ${ofClass(data)}; expected a plain object, JSON text or \`EmissionFactors\`${hint(data)}`;
  throw new TierraError({ code: "wrong_type", path: "", message });
}

/**
 * A call's input with its options, whose names are known for most. A value that is no object would vanish in the spreading.
 */
export function withOptions(input, options = {}, names = undefined) {
  if (options === null || typeof options !== "object" || Array.isArray(options) || options instanceof Map || saysNothing(options)) {
    throw new TierraError({ code: "wrong_type", path: "options", message: "is no plain object; expected named options" });
  }
  const taken = Object.keys(options).find((name) => Object.hasOwn(input, name));
  if (taken !== undefined) {
    const message = `\`${taken}\` is an argument of its own; expected options only`;
    throw new TierraError({ code: "unknown_field", path: taken, message });
  }
  const unknown = Object.keys(options).find((name) => options[name] !== undefined && names?.includes(name) === false);
  if (unknown !== undefined) {
    const known = names.length === 0 ? "none" : names.map((name) => `\`${name}\``).join(", ");
    const message = `\`${unknown}\` is not a known option; expected ${known}`;
    throw new TierraError({ code: "unknown_field", path: unknown, message });
  }
  return { ...input, ...options };
}

/** The text of a body that came as bytes. What is neither is handed on, for the core to refuse. */
export function bodyText(body) {
  if (!(body instanceof ArrayBuffer) && !(body instanceof Uint8Array)) return body;
  try {
    // A byte order mark is part of what was signed.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    const message = "is not UTF-8; expected the text of a webhook";
    throw new TierraError({ code: "invalid_unicode", path: "body", message });
  }
}

/** The answers of a batch, each its own or the error that says why it was refused. */
export const answersOrErrors = (results) =>
  results.map((answer) => (Object.hasOwn(answer, "error") ? new TierraError(answer.error) : answer));
