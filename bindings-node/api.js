// What a JavaScript user sees, over a native addon (Node) or a WebAssembly module (browser). It turns arguments into JSON
// text and answers into objects; every rule stands behind the text. Both packages ship this file.

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
const dataText = (data) => (typeof data === "string" ? jsonText(data) : (toJson(data) ?? "null"));

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
function bodyText(body) {
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
const answersOrErrors = (results) =>
  results.map((answer) => (Object.hasOwn(answer, "error") ? new TierraError(answer.error) : answer));

/** The field in which a request's headers stand, or the one header alone. `Headers` of fetch has no fields of its own. */
function signatureField(headers) {
  if (typeof headers === "string") return { signature: headers };
  const fetched = typeof Headers === "function" && headers instanceof Headers;
  return { headers: fetched ? Object.fromEntries(headers) : headers };
}

/**
 * The public calls over a native module with answerJson, answerJsonDigits, opNames and FactorData; with RateLimiterData,
 * too, where there is one.
 */
export function makeApi(native) {
  const call = (op, input) => answerOf(native.answerJson(op, toJson(input)));

  class EmissionFactors {
    #data;

    constructor(data) {
      this.#data = data instanceof native.FactorData ? data : new native.FactorData(dataText(data));
      const refused = this.#data.loadError();
      if (refused) throw new TierraError(JSON.parse(refused).error);
    }

    static reference() {
      return new EmissionFactors({ reference: true });
    }

    extended(data) {
      const more = data instanceof EmissionFactors ? data.#data.answerJson("data", "{}") : dataText(data);
      return new EmissionFactors(this.#data.extended(more));
    }

    data() {
      return this.#answer("data", {});
    }

    libraries(query = {}) {
      return this.#answer("libraries", query);
    }

    search(query) {
      return this.#answer("search", query);
    }

    fuelProperties(query) {
      return this.#answer("fuel_properties", query);
    }

    gwpValues(query = {}) {
      return this.#answer("gwp_values", query);
    }

    resolve(query) {
      return this.#answer("resolve", query);
    }

    resolveBatch(queries) {
      return answersOrErrors(this.#answer("resolve_batch", { queries }).results);
    }

    explain(query) {
      return this.#answer("explain", query);
    }

    digest(libraryId) {
      return this.#answer("digest", { libraryId }).digest;
    }

    co2e(query) {
      return this.#answer("co2e", query);
    }

    emissions(query) {
      return this.#answer("emissions", query);
    }

    inventory(query) {
      return this.#answer("inventory", query);
    }

    async inventoryAsync(query) {
      const text = toJson(query) ?? "null";
      // The browser module has no other thread.
      const answer = this.#data.answerJsonAsync?.("inventory", text) ?? this.#data.answerJson("inventory", text);
      return answerOf(await answer);
    }

    #answer(name, query) {
      return answerOf(this.#data.answerJson(name, toJson(query) ?? "null"));
    }
  }

  class RateLimiter {
    #data;

    constructor(limits) {
      this.#data = new native.RateLimiterData(toJson(limits) ?? "null");
      const refused = this.#data.loadError();
      if (refused) throw new TierraError(JSON.parse(refused).error);
    }

    check(request) {
      return answerOf(this.#data.checkJson(toJson(request) ?? "null"));
    }
  }

  function errorBody(error) {
    if (!(error instanceof TierraError)) return call("error_body", error ?? null);
    const { code, path, reason: message, issues } = error;
    return call("error_body", { code, path, message, issues });
  }

  return {
    TierraError,
    EmissionFactors,
    RateLimiter,
    identify: (vendor, serial) => call("identify", { vendor, serial }),
    identifyBatch(chargers) {
      const { results, lookalikes } = call("identify_batch", { chargers });
      return { results: answersOrErrors(results), lookalikes };
    },
    keyedHash: (vendor, serial, secret) => call("keyed_hash", { vendor, serial, secret }).keyed_hash,
    findConflicts: (registrations) => call("find_conflicts", { registrations }).conflicts,
    conflictsWith: (registration, registrations) => call("conflicts_with", { registration, registrations }).conflicts,
    convertUnit: (amount, from, to) => call("convert_unit", { amount, from, to }).amount,
    xnpv: (rate, flows, options) => call("xnpv", withOptions({ rate, flows }, options)).npv,
    xnfv: (rate, flows, options) => call("xnfv", withOptions({ rate, flows }, options)).nfv,
    irr: (amounts) => call("irr", { amounts }),
    xirr: (flows, options) => call("xirr", withOptions({ flows }, options)),
    allocate: (total, shares, options) => call("allocate", withOptions({ total, shares }, options)).allocations,
    summarizePortfolio: (investments, options) => call("summarize_portfolio", withOptions({ investments }, options)),
    signWebhook: (secrets, id, timestamp, body) =>
      call("sign_webhook", { secrets, id, timestamp, body: bodyText(body) }).headers,
    verifyWebhook(headers, body, secrets, options) {
      const input = { ...signatureField(headers), body: bodyText(body), secrets };
      return call("verify_webhook", withOptions(input, options)).timestamp;
    },
    signBody: (secret, body) => call("sign_body", { secret, body: bodyText(body) }).signature,
    verifyBody(signature, body, secret) {
      call("verify_body", { signature, body: bodyText(body), secret });
    },
    errorBody,
    checkWebhookUrl: (url) => call("check_webhook_url", { url }).url,
    httpStatus(error) {
      const { code, issues } = error instanceof TierraError ? error : { code: error };
      return call("http_status", { code, issues }).status;
    },
    checkWebhookAddress: (address) => call("check_webhook_address", { address }).address,
    callJson(op, text) {
      const answer = native.answerJsonDigits(String(op), jsonText(text));
      if (answer.startsWith('{"error":')) answerOf(answer);
      return answer;
    },
    opNames: () => native.opNames().split(","),
  };
}
