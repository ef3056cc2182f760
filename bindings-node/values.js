// JavaScript values as JSON text and back, and the error that a refusal becomes. Both packages ship this file.

/** The one public error. */
export class TierraError extends Error {
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

/** Data as JSON text: as given, or of an object. */
export const dataText = (data) => (typeof data === "string" ? jsonText(data) : (toJson(data) ?? "null"));

/** A call's input with its options. A value that is no object would vanish in the spreading. */
export function withOptions(input, options = {}) {
  if (options === null || typeof options !== "object" || Array.isArray(options) || options instanceof Map) {
    throw new TierraError({ code: "wrong_type", path: "options", message: "is no plain object; expected named options" });
  }
  const taken = Object.keys(options).find((name) => Object.hasOwn(input, name));
  if (taken !== undefined) {
    const message = `\`${taken}\` is an argument of its own; expected options only`;
    throw new TierraError({ code: "unknown_field", path: taken, message });
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
