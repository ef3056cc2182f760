// The ledger as a JavaScript user sees it, over the native addon. Only Node has it: a page has no file to keep it in.
//
// Like api.js it turns arguments into JSON text and answers into objects, and nothing else.
import { fileURLToPath } from "node:url";

/** An instant as the core takes it. An invalid Date has no ISO text; the core refuses what it prints. */
function instantText(instant) {
  if (!(instant instanceof Date)) return instant;
  return Number.isNaN(instant.getTime()) ? String(instant) : instant.toISOString();
}

/** The class `Ledger` over the native module, with the helpers of api.js in its ESM or its CommonJS form. */
export function makeLedger(native, { TierraError, answerOf, jsonText, toJson, withOptions }) {
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

  /** The input with its options and the present time, which a call may be given. */
  function atInstant(input, options) {
    const all = withOptions(input, options);
    all.now = instantText(all.now === undefined ? new Date() : all.now);
    return all;
  }

  /** Metadata is stored as it comes: what JSON has no form for must not reach it in the form that toJson gives it. */
  function checkMetadata(request, path = "") {
    const metadata = request?.metadata;
    if (metadata === undefined || metadata === null) return;
    toJson(metadata, (kind, text) => {
      const found = kind === "$date" ? "a Date" : `\`${text}\``;
      const code = text === "NaN" || text.endsWith("Infinity") ? "not_finite" : "wrong_type";
      refuse(code, `${path}metadata`, `holds ${found}, for which JSON has no form; expected plain JSON`);
    });
  }

  /** A file that exists nowhere would be a ledger in memory, which forgets. */
  function requiredPath(path) {
    if (path === undefined || path === null) refuse("missing_field", "path", "is missing; expected the path of a file");
    return pathText(path);
  }

  return class Ledger {
    #data;

    constructor(options) {
      this.#data = new native.LedgerData(toJson(options) ?? "null");
      const refused = this.#data.loadError();
      if (refused) answerOf(refused);

      const call = (name, input, options) => answerOf(this.#data.callJson(name, toJson(atInstant(input, options))));
      const exact = (name, input, options) => answerOf(this.#data.callExactJson(name, toJson(atInstant(input, options))));
      this.access = accessCalls(call);
      this.lookup = lookupCalls(call);
      this.registrations = registrationCalls(call, (caller, path, options) => this.#importCsv(caller, path, options));
      this.disputes = disputeCalls(call);
      this.webhooks = webhookCalls(call);
      this.factors = factorCalls(exact);
      this.audit = auditCalls(call, (name, input, options) => this.#callAsync(name, input, options));
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

    async #callAsync(name, input, options) {
      return answerOf(await this.#data.callJsonAsync(name, toJson(atInstant(input, options))));
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

  function textAnswer(answer) {
    if (answer.startsWith('{"error":')) answerOf(answer);
    return answer;
  }

  /** The addon takes this one instant as a text of its own. */
  function textOf(now) {
    if (typeof now === "string") return now;
    return refuse("wrong_type", "now", `is of type \`${typeof now}\`; expected a Date or a string`);
  }

  function accessCalls(call) {
    return Object.freeze({
      createOrganization: (name, options) => call("access.create_organization", { name }, options),
      organizations: (options) => call("access.organizations", {}, options),
      issueKey(organization, name, scopes, options) {
        const input = withOptions({ organization, name, scopes }, options);
        return call("access.issue_key", { ...input, expires_at: instantText(input.expires_at) });
      },
      createClient: (organization, name, scopes, options) =>
        call("access.create_client", { organization, name, scopes }, options),
      credentials: (organization, options) => call("access.credentials", { organization }, options).data,
      rotate: (id, options) => call("access.rotate", { id }, options),
      revoke: (id, options) => call("access.revoke", { id }, options),
      token: (request, options) => call("access.token", { request }, options),
      revokeToken(token, options) {
        call("access.revoke_token", { token }, options);
      },
      verify: (token, options) => call("access.verify", { token }, options),
    });
  }

  function lookupCalls(call) {
    return Object.freeze({
      byHash: (serial_hash, options) => call("lookup.by_hash", { serial_hash }, options),
      byKeyedHash: (keyed_hash, options) => call("lookup.by_keyed_hash", { keyed_hash }, options),
      byPrefix: (prefix, options) => call("lookup.by_prefix", { prefix }, options),
      charger: (caller, request, options) => call("lookup.charger", { caller, request }, options),
    });
  }

  function registrationCalls(call, importCsv) {
    return Object.freeze({
      register(caller, request, options) {
        checkMetadata(request);
        return call("registrations.register", { caller, request }, options);
      },
      registerBatch(caller, request, options) {
        const items = request?.registrations;
        if (Array.isArray(items)) items.forEach((item, index) => checkMetadata(item, `registrations[${index}].`));
        return call("registrations.register_batch", { caller, request }, options);
      },
      importCsv,
      list: (caller, options) => call("registrations.list", { caller }, options),
      show: (caller, public_id, options) => call("registrations.show", { caller, public_id }, options),
      update(caller, public_id, request, options) {
        checkMetadata(request);
        return call("registrations.update", { caller, public_id, request }, options);
      },
      cancel: (caller, public_id, options) => call("registrations.cancel", { caller, public_id }, options),
      renew: (caller, public_id, request, options) =>
        call("registrations.renew", { caller, public_id, request }, options),
      expire: (options) => call("registrations.expire", {}, options),
    });
  }

  function disputeCalls(call) {
    return Object.freeze({
      open: (caller, request, options) => call("disputes.open", { caller, request }, options),
      list: (caller, options) => call("disputes.list", { caller }, options),
      show: (caller, public_id, options) => call("disputes.show", { caller, public_id }, options),
      message: (caller, public_id, request, options) =>
        call("disputes.message", { caller, public_id, request }, options),
      withdraw: (caller, public_id, options) => call("disputes.withdraw", { caller, public_id }, options),
      review: (caller, public_id, options) => call("disputes.review", { caller, public_id }, options),
      resolve: (caller, public_id, request, options) =>
        call("disputes.resolve", { caller, public_id, request }, options),
    });
  }

  function webhookCalls(call) {
    return Object.freeze({
      create: (caller, request, options) => call("webhooks.create", { caller, request }, options),
      list: (caller, options) => call("webhooks.list", { caller }, options).data,
      show: (caller, id, options) => call("webhooks.show", { caller, id }, options),
      update: (caller, id, request, options) => call("webhooks.update", { caller, id, request }, options),
      delete(caller, id, options) {
        call("webhooks.delete", { caller, id }, options);
      },
      rotateSecret: (caller, id, options) => call("webhooks.rotate_secret", { caller, id }, options),
      deliveries: (caller, id, options) => call("webhooks.deliveries", { caller, id }, options),
      attempts: (caller, id, options) => call("webhooks.attempts", { caller, id }, options).data,
      resend: (caller, id, options) => call("webhooks.resend", { caller, id }, options),
      events: (options) => call("webhooks.events", {}, options).data,
      due: (options) => call("webhooks.due", {}, options).data,
      nextDue: (options) => call("webhooks.next_due", {}, options).due_at,
      record: (delivery_id, attempt, outcome, options) =>
        call("webhooks.record", { delivery_id, attempt, outcome }, options),
    });
  }

  /** The queries have the contract's names; what is no query is the core's to refuse. */
  function factorCalls(call) {
    const ask = (name) => (caller, query, options) => call(`factors.${name}`, { caller, query }, options);
    return Object.freeze({
      load: (data, options) => call("factors.load", { data }, options),
      libraries: ask("libraries"),
      search: ask("search"),
      fuelProperties: ask("fuel_properties"),
      gwpValues: ask("gwp_values"),
      resolve: ask("resolve"),
      explain: ask("explain"),
      digest: (caller, libraryId, options) => call("factors.digest", { caller, query: { libraryId } }, options).digest,
      co2e: ask("co2e"),
      emissions: ask("emissions"),
      inventory: ask("inventory"),
    });
  }

  function auditCalls(call, callAsync) {
    return Object.freeze({
      entries: (options) => call("audit.entries", {}, options).data,
      head: (options) => call("audit.head", {}, options),
      verify: (options) => callAsync("audit.verify", {}, options),
    });
  }
}
