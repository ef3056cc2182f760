/// <reference lib="esnext.disposable" />

import type {
  Co2e,
  DateString,
  DecimalString,
  EmissionFactorData,
  EmissionFactorLibrary,
  EmissionFactors,
  Emissions,
  Explanation,
  FactorPage,
  FuelProperty,
  GwpValue,
  Inventory,
  InventoryQuery,
  Period,
  ResolveQuery,
  ResolvedFactor,
} from "./index.js";

/**
 * The charger registry in one SQLite file, for Node: organisations and keys, registrations and their conflicts,
 * disputes, webhooks, emission factors and the log of changes. A web framework is all that a host adds: it reads the request, asks
 * {@link Ledger.Access.verify} who calls, makes the call and writes the answer.
 *
 * One call is one transaction: all of it is on disk when the call returns, or none of it. Any number of threads
 * (`worker_threads`) and processes may use one file, each with a ledger of its own; changes come one after the other,
 * readers never wait.
 *
 * Calls are synchronous, as those of better-sqlite3 are: a look-up takes some tens of microseconds, a change about as
 * long as the disk takes to keep it. Where another process holds the file's lock, a change waits for it, at most
 * `busy_timeout_ms`, and the event loop with it. What takes long returns a promise and works on libuv's pool:
 * {@link Ledger.Audit.verify}, {@link Ledger.Registrations.importCsv}, {@link Ledger.backUp}, and
 * {@link Ledger.callJsonAsync} for every call by name.
 *
 * Requests and answers have the contract's field names. Instants come back as text, `2026-01-01T00:00:00.000Z`. A page
 * of a list is `{ data, meta }`; lists that have no pages are arrays.
 *
 * The options of every call have `now`, the present time where not said; a day is that instant's day in UTC. Besides
 * the errors named at it, every call throws a {@link TierraError} with `missing_field`, `wrong_type`, `unknown_field`,
 * `invalid_date`, `invalid_number`, `invalid_uuid`, `invalid_unicode` or `out_of_range` at a field, `closed`, `busy`,
 * `disk_full`, `read_only`, `corrupt_file` or `file_error` of the file, and one for a caller `insufficient_scope` at
 * `caller` or `not_found` at `caller.organization`.
 */
export class Ledger {
  private constructor();

  /**
   * Opens the ledger in this file, which is made where there is none.
   *
   * @param path the file's path, or its `file:` URL.
   * @throws {TierraError} at `path`: `not_a_database` for a file of another kind, `newer_version` for one of a newer
   *   version, `file_error` and `read_only` where it cannot be opened or written. At `identity_key`: `out_of_range` for
   *   a short one, `unknown_value` for another than the file was made with.
   */
  static open(path: string | URL, options?: Ledger.OpenOptions): Ledger;

  /** A ledger in memory, which is gone when it is closed or no longer used. */
  static inMemory(options?: Ledger.MemoryOptions): Ledger;

  /** The names of all calls that {@link Ledger.callJson} takes, sorted. */
  static callNames(): string[];

  /** Organisations, API keys, OAuth clients and tokens. */
  readonly access: Ledger.Access;
  /** Has somebody registered this charger? */
  readonly lookup: Ledger.Lookup;
  /** Registrations and their conflicts. */
  readonly registrations: Ledger.Registrations;
  /** Disputes over conflicts. */
  readonly disputes: Ledger.Disputes;
  /** Webhook endpoints, the outbox and deliveries. */
  readonly webhooks: Ledger.Webhooks;
  /** Libraries of emission factors, and what they answer. */
  readonly factors: Ledger.Factors;
  /** The log of changes. */
  readonly audit: Ledger.Audit;

  /**
   * Copies the whole ledger to a new file while others read and write; the copy is one state of it. Works on libuv's
   * pool.
   *
   * @throws {TierraError} `file_error` at `path` where a file stands there already; those of the disk; `closed`.
   */
  backUp(path: string | URL, options?: Ledger.At): Promise<void>;

  /** Closes the file. Every later call throws `closed`; closing again does nothing. */
  close(): void;

  /** {@link Ledger.close}, for `using ledger = Ledger.open(…)`. */
  [Symbol.dispose](): void;

  /**
   * Answers a call by its name, such as `registrations.register`, on JSON text with JSON text: for a host that hands
   * bodies through. The input has `now` as text, mostly `caller` and, where the contract has a body, that under
   * `request`; ids and options stand beside it, named as in the typed calls. Numbers in metadata keep their digits.
   *
   * @throws {TierraError} as the call, and `invalid_json`, `invalid_unicode`, `duplicate` or `unknown_op`.
   */
  callJson(name: string, text: string): string;

  /** {@link Ledger.callJson} on libuv's pool, for a host whose event loop must not wait for the disk. */
  callJsonAsync(name: string, text: string): Promise<string>;
}

export namespace Ledger {
  /** A UUID, in lower case. */
  type Id = string;
  /** An instant on the way out: ISO 8601 in UTC with milliseconds, such as `2026-01-01T00:00:00.000Z`. */
  type InstantString = string;
  /** An instant on the way in: a `Date`, or ISO 8601 with an offset. */
  type InstantInput = Date | string;

  /** What a key or token may do. */
  type Scope =
    /** See who has registered a charger. */
    | "lookup"
    /** Register chargers and change registrations. */
    | "registrations:write"
    /** Open disputes, write messages, withdraw. */
    | "disputes:write"
    /** Review and decide disputes: the operator's. */
    | "disputes:resolve"
    /** Manage webhook endpoints. */
    | "webhooks:manage";

  /** What a webhook tells of. */
  type EventType =
    | "registration.created"
    | "registration.updated"
    | "registration.expired"
    | "registration.cancelled"
    | "conflict.detected"
    | "dispute.created"
    | "dispute.resolved";

  /**
   * What to do where others have claimed a day: `warn` creates and lists the conflicts, `force` does too and records
   * them as known, `fail` creates only where there is none.
   */
  type OnConflict = "warn" | "fail" | "force";

  /** A registration's state on the day asked. */
  type RegistrationStatus = "pending" | "active" | "expired" | "cancelled";

  /** How a ledger in memory is opened. */
  interface MemoryOptions {
    /**
     * The secret of the keyed hashes, at least 16 bytes: chargers are then found by {@link Lookup.byKeyedHash} too. It
     * is given when the file is made and from then on; the file holds a check of it and never the secret.
     */
    identity_key?: string;
    /** All ids and secrets follow from it: for tests, and never in earnest. */
    seed?: string;
  }

  /** How a file is opened. */
  interface OpenOptions extends MemoryOptions {
    /** Opens for reading alone: a change throws `read_only`, and a missing file is an error. */
    read_only?: boolean;
    /**
     * Whether a change returns only when the disk has it; true where not said. Without, a loss of power may take the
     * last changes with it, never earlier ones without later ones; a killed process loses nothing either way.
     */
    full_sync?: boolean;
    /** How long a change waits for a lock that another process holds before it throws `busy`; 10,000 where not said. */
    busy_timeout_ms?: number;
  }

  /** What every call may be given. */
  interface At {
    /** The time that the call is made at; the present one where not said. */
    now?: InstantInput;
  }

  /** Which page of a list is asked for. */
  interface PageOptions extends At {
    /** Counted from 1, which it is where not said. */
    page?: number;
    /** 1 to 100; 25 where not said. */
    per_page?: number;
  }

  /** Which rows of a growing list are asked for. */
  interface AfterOptions extends At {
    /** The number of the last row seen; 0 where not said. */
    after?: number;
    /** 1 to 1,000; 100 where not said. */
    limit?: number;
  }

  /** A page of a list. */
  interface Page<T> {
    data: T[];
    meta: {
      current_page: number;
      /** 1 where the list is empty. */
      last_page: number;
      per_page: number;
      /** How many items the whole list has. */
      total: number;
    };
  }

  /**
   * Who a call acts for: an organisation and what it may do. {@link Access.verify} makes one from a key or token; a
   * host that knows its users otherwise makes its own.
   */
  interface Caller {
    organization: Id;
    /** A list of names, or one text with spaces between them. */
    scopes: readonly Scope[] | string;
    /** The API key or OAuth client that was shown, which the log of changes will name. */
    credential?: Id | null;
  }

  // --- Access

  /** Who registers chargers. */
  interface Organization {
    public_id: Id;
    /** No other has it. */
    name: string;
    created_at: InstantString;
  }

  /** An API key or OAuth client, without its secret. */
  interface Credential {
    /** Of a client the `client_id`. */
    id: Id;
    /** `api_key` is itself shown as the bearer; `oauth_client` exchanges its secret for tokens. */
    kind: "api_key" | "oauth_client";
    organization: Id;
    name: string;
    scopes: Scope[];
    created_at: InstantString;
    /** From when on it is refused, if ever. */
    expires_at: InstantString | null;
    revoked_at: InstantString | null;
  }

  /** A key or client with its secret, which is shown here and never again: the ledger keeps its SHA-256 alone. */
  interface IssuedSecret extends Credential {
    /** Of a key what is shown as the bearer, of a client its `client_secret`. */
    secret: string;
  }

  /** What a client sends for a token. */
  interface TokenRequest {
    grant_type: "client_credentials";
    client_id: string;
    client_secret: string;
    /** The scopes wanted, separated by spaces; all of the client's where not said. */
    scope?: string | null;
  }

  /** A token, which is shown here and never again. */
  interface TokenResponse {
    /** What is shown as the bearer. */
    access_token: string;
    token_type: "Bearer";
    /** How many seconds it lives. */
    expires_in: number;
    /** What it may do, separated by spaces. */
    scope: string;
  }

  /**
   * Organisations, keys and tokens. Making, rotating and revoking is the host's: it decides who its users are. Each
   * secret is shown once.
   */
  interface Access {
    /**
     * Makes an organisation.
     *
     * @throws {TierraError} at `name`: `empty`, `too_long` (255 characters), `duplicate`.
     */
    createOrganization(name: string, options?: At): Organization;
    /** The organisations, oldest first. */
    organizations(options?: PageOptions): Page<Organization>;
    /**
     * Makes an API key. Its secret is in the answer and nowhere else.
     *
     * @throws {TierraError} `not_found` at `organization`, `empty` at `name` or `scopes`, `unknown_value` at `scopes`,
     *   `out_of_range` at `expires_at` where it is over already.
     */
    issueKey(
      organization: Id,
      name: string,
      scopes: readonly Scope[] | string,
      options?: At & { expires_at?: InstantInput | null },
    ): IssuedSecret;
    /**
     * Makes an OAuth client: the answer's `id` is its `client_id`, `secret` its `client_secret`, which is shown once.
     *
     * @throws {TierraError} as {@link Access.issueKey}.
     */
    createClient(organization: Id, name: string, scopes: readonly Scope[] | string, options?: At): IssuedSecret;
    /**
     * An organisation's API keys, or its OAuth clients, oldest first, revoked ones too.
     *
     * @throws {TierraError} `not_found` at `organization`.
     */
    credentials(organization: Id, options?: At & { kind?: Credential["kind"] }): Credential[];
    /**
     * Gives a key or client a new secret, which is shown once. The old one goes on for `overlap_seconds` (0 to 30 days,
     * 0 where not said), so that no program is locked out while it is told the new one.
     *
     * @throws {TierraError} `not_found` at `id`; `invalid_transition` for a revoked one; `out_of_range` at
     *   `overlap_seconds`.
     */
    rotate(id: Id, options?: At & { overlap_seconds?: number }): IssuedSecret;
    /**
     * Ends a key or client, and every token of the client, at once and for good.
     *
     * @throws {TierraError} `not_found` at `id`; `invalid_transition` for one that is revoked already.
     */
    revoke(id: Id, options?: At): Credential;
    /**
     * Exchanges a client's id and secret for a token that lives an hour.
     *
     * @throws {TierraError} `unsupported_grant_type` at `grant_type`; `invalid_client` for an unknown or revoked client
     *   and for a wrong secret, which look alike; `unknown_value` and `insufficient_scope` at `scope`.
     */
    token(request: TokenRequest, options?: At): TokenResponse;
    /**
     * Ends a token before its hour is over.
     *
     * @throws {TierraError} `invalid_token` at `token` for one that is unknown, over or revoked already.
     */
    revokeToken(token: string, options?: At): void;
    /**
     * Who shows this key or token: what stands behind `Authorization: Bearer`, with or without that word.
     *
     * @throws {TierraError} `invalid_token` at `token` for one that is unknown, expired or revoked; the message says
     *   which, and never shows it.
     */
    verify(token: string, options?: At): Caller & { scopes: Scope[]; credential: Id };
  }

  // --- Look-ups

  /** What anybody may know of a charger. */
  interface PublicLookup {
    /** Whether a pending or active registration names it. */
    registered: boolean;
    registration_count: number;
    /** The smallest period that covers those active today. */
    active_period: Period | null;
  }

  /** Every registered charger whose hash begins with the prefix, among made-up ones. */
  interface PrefixLookup {
    prefix: string;
    /** Sorted; a count of 0 is padding. */
    suffixes: { suffix: string; registration_count: number }[];
  }

  /** A charger as people write it. */
  interface ChargerPair {
    /** 1 to 120 characters. */
    vendor: string;
    /** 1 to 255 characters. */
    serial: string;
  }

  /** What an authenticated party may know of a charger. */
  interface EntitledLookup {
    registered: boolean;
    registration_count: number;
    /** Those pending or active, oldest first, at most 1,000. */
    registrations: { public_id: Id; program_name: string; organization: string; period: Period }[];
  }

  /** The answer for one charger of a batch. */
  interface LookupItem extends ChargerPair, EntitledLookup {
    /** Why vendor and serial name no charger; it counts as unregistered then. */
    error?: { code: string; path: string; message: string };
  }

  /** Has somebody registered this charger? The first three anybody may ask; the host limits the rate. */
  interface Lookup {
    /**
     * What anybody may know of the charger with this hash. Nothing tells an unknown charger from one whose
     * registrations are over, and nothing tells who registers.
     *
     * @param serialHash from {@link identify}.
     * @throws {TierraError} at `serial_hash` for what is no hash.
     */
    byHash(serialHash: string, options?: At): PublicLookup;
    /**
     * The same by the hash of {@link keyedHash}, in a ledger opened with an `identity_key`.
     *
     * @throws {TierraError} `missing_field` at `identity_key` where the ledger was opened without one.
     */
    byKeyedHash(keyedHash: string, options?: At): PublicLookup;
    /**
     * Every registered charger whose hash begins with `prefix`, padded: the ledger does not learn which one was meant,
     * nor an onlooker how many there are.
     *
     * @throws {TierraError} at `prefix` for what is no prefix.
     */
    byPrefix(prefix: string, options?: At): PrefixLookup;
    /**
     * Who has registered one charger, or each of 1 to 100. Needs the scope `lookup`.
     *
     * @throws {TierraError} those of {@link identify} for one; for a batch `out_of_range` at `items`, and `empty`,
     *   `too_long` or `invalid_character` at `items[i]` for a text that its field does not take.
     */
    charger(caller: Caller, request: ChargerPair, options?: At): EntitledLookup;
    charger(caller: Caller, request: { items: readonly ChargerPair[] }, options?: At): { results: LookupItem[] };
  }

  // --- Registrations

  /** An organisation's own notes on a registration: any JSON object of at most 16 KiB, kept as it is written. */
  type Metadata = { [name: string]: unknown };

  /** What is to be registered. */
  interface RegistrationRequest extends ChargerPair {
    /** The programme that the charger is registered for, 1 to 255 characters. */
    program_name: string;
    /** The first day claimed. */
    start_date: DateString;
    /** The last day claimed, which belongs to the period. */
    end_date: DateString;
    metadata?: Metadata | null;
    /** `warn` where not said. */
    on_conflict?: OnConflict | null;
  }

  /** A new period for what is registered already. */
  interface RenewalRequest {
    start_date: DateString;
    end_date: DateString;
    /** `warn` where not said. */
    on_conflict?: OnConflict | null;
  }

  /** What may be changed of a registration; what is absent stays. */
  interface RegistrationUpdate {
    program_name?: string | null;
    /** In place of the old notes. */
    metadata?: Metadata | null;
  }

  /** A registration. */
  interface Registration {
    public_id: Id;
    status: RegistrationStatus;
    program_name: string;
    period: Period;
    charger: { vendor_canonical: string; serial_last4: string; serial_hash: string };
  }

  /** A conflict as one of its parties sees it. */
  interface Conflict {
    /** The same for both parties; absent where `fail` kept it from becoming one. */
    public_id?: Id;
    type: "overlap";
    /** The other party's registration. */
    conflicting_registration: { public_id: Id; organization: string; period: Period };
  }

  /** A registration that was made, and what it conflicts with, oldest first. */
  interface Registered {
    registration: Registration;
    conflicts: Conflict[];
  }

  /** A registration with all that its owner may know of it. */
  interface RegistrationDetails extends Registration {
    metadata: Metadata;
    /** The registration that this one renews. */
    renewed_from: Id | null;
    created_at: InstantString;
    /** What it conflicts with now, oldest first: no cancelled ones. */
    conflicts: Conflict[];
  }

  /** The answer for one item of a batch. */
  interface BatchItem {
    /** Where it stands in the batch, from 0. */
    index: number;
    /** `created` even where it lists conflicts; `conflict` where `fail` stopped it. */
    status: "created" | "conflict" | "failed";
    /** Where it was created. */
    registration?: Registration;
    /** Where it did not fail. */
    conflicts?: Conflict[];
    /** Why it failed, in a sentence. */
    error?: string;
  }

  /** The answer for a batch. */
  interface BatchOutcome {
    /** One answer an item, in order. */
    results: BatchItem[];
    summary: { total: number; created: number; conflict: number; failed: number };
  }

  /** How far an import has come. `created`, `conflict` and `failed` always add up to `rows`. */
  interface ImportProgress {
    /** Rows read so far, without the line of column names. */
    rows: number;
    /** Rows registered, with or without conflicts. */
    created: number;
    /** Rows that `fail` stopped. */
    conflict: number;
    /** Rows that could not be registered. */
    failed: number;
    bytes_read: number;
    bytes_total: number | null;
    /** Whether the end was reached. */
    done: boolean;
    /** The rows of this step that were not registered, and why. */
    problems: ImportProblem[];
  }

  /** A row that was not registered. */
  interface ImportProblem {
    /** Its line in the file, from 1. */
    line: number;
    status: "conflict" | "failed";
    /** The stable code, as of a {@link TierraError}. */
    code: string;
    /** The column, where one is to blame. */
    path: string;
    message: string;
  }

  /** What became of an import: its progress at the end, with the problems of all steps. */
  interface ImportReport extends ImportProgress {
    /** Whether the signal stopped it before the end. What was read stays registered. */
    cancelled: boolean;
  }

  /** How a file is imported. */
  interface ImportOptions {
    /** The time that all rows are registered at; each step's own present time where not said. */
    now?: InstantInput;
    /** For rows without one of their own; `warn` where not said. */
    on_conflict?: OnConflict | null;
    /** Told after each step of 1,000 rows; a promise that it returns is awaited before the next. */
    onProgress?: (progress: ImportProgress) => void | Promise<void>;
    /** Stops the import between two steps. */
    signal?: AbortSignal;
  }

  /** Registrations and their conflicts. */
  interface Registrations {
    /**
     * Registers a charger for a period and lists what it conflicts with. Of two racing calls with `fail`, in whichever
     * processes, exactly one creates. Needs the scope `registrations:write`.
     *
     * @throws {TierraError} `conflict` for `fail`, and nothing is written; those of {@link identify}; `invalid_period`
     *   at `start_date`; `empty` and `too_long` at `program_name`; `too_long` at `metadata`; `out_of_range` at `serial`
     *   for more than 1,000 conflicts.
     */
    register(caller: Caller, request: RegistrationRequest, options?: At): Registered;
    /**
     * Registers 1 to 100 chargers, each with its own answer, in one transaction. An item whose charger or period is no
     * good is `failed`, one that `fail` stopped is `conflict`; neither touches the others. Needs `registrations:write`.
     *
     * @throws {TierraError} and then nothing is written: `out_of_range` at `registrations` for none or more than 100;
     *   `empty`, `too_long` or `invalid_character` at `registrations[i]` for a text that its field does not take.
     */
    registerBatch(
      caller: Caller,
      request: { registrations: readonly RegistrationRequest[] },
      options?: At,
    ): BatchOutcome;
    /**
     * Registers the rows of a CSV file, 1,000 in a transaction, on libuv's pool. Its first line names the columns:
     * `vendor`, `serial`, `program_name`, `start_date` and `end_date` must be there, `metadata` (a JSON object) and
     * `on_conflict` may be. A row that is no good is a problem in the report and touches no other. With `fail` the same
     * file can be imported again, and only what is missing is created. Needs `registrations:write`.
     *
     * @throws {TierraError} `file_error` at `path`; `missing_field`, `unknown_field` or `duplicate` at a column;
     *   `empty` for an empty file; `invalid_unicode`. What earlier steps registered stays.
     */
    importCsv(caller: Caller, path: string | URL, options?: ImportOptions): Promise<ImportReport>;
    /** The caller's registrations, newest first; those of one status where one is named. */
    list(caller: Caller, options?: PageOptions & { status?: RegistrationStatus }): Page<Registration>;
    /**
     * One of the caller's registrations with its conflicts.
     *
     * @throws {TierraError} `not_found` at `public_id`, also for another organisation's.
     */
    show(caller: Caller, publicId: Id, options?: At): RegistrationDetails;
    /**
     * Changes the programme's name and the notes, and nothing else. Needs `registrations:write`.
     *
     * @throws {TierraError} `not_found` at `public_id`; `empty` and `too_long` at `program_name`; `too_long` at
     *   `metadata`.
     */
    update(caller: Caller, publicId: Id, request: RegistrationUpdate, options?: At): Registration;
    /**
     * Withdraws a pending or active registration for good. Needs `registrations:write`.
     *
     * @throws {TierraError} `invalid_transition` at `status` for an expired or cancelled one; `not_found` at
     *   `public_id`.
     */
    cancel(caller: Caller, publicId: Id, options?: At): Registration;
    /**
     * Registers the same charger for the same programme over a new period; the renewed registration stays as it is, and
     * where the two share a day they conflict. Notes are carried over. Needs `registrations:write`.
     *
     * @throws {TierraError} `invalid_transition` for a cancelled one; `invalid_period` at `start_date`; `conflict` for
     *   `fail`; `not_found` at `public_id`.
     */
    renew(caller: Caller, publicId: Id, request: RenewalRequest, options?: At): Registered;
    /**
     * Records and tells the expiry of registrations that ended before today, each once; `more` says that some wait
     * still. For the host to call daily.
     *
     * @param options `limit`: at most so many in one transaction, 1 to 10,000; 1,000 where not said.
     * @throws {TierraError} `out_of_range` at `limit`.
     */
    expire(options?: At & { limit?: number }): { expired: number; more: boolean };
  }

  // --- Disputes

  /** A dispute over a conflict. */
  interface Dispute {
    public_id: Id;
    status: "open" | "under_review" | "resolved" | "withdrawn";
  }

  /** A party's message. */
  interface DisputeMessage {
    public_id: Id;
    /** The name of the organisation that wrote it. */
    organization: string;
    body: string;
    created_at: InstantString;
  }

  /** A dispute with all that its parties may know of it. */
  interface DisputeDetails extends Dispute {
    /** The id of the conflict disputed. */
    conflict: Id;
    /** The name of the organisation that opened it. */
    opened_by: string;
    /** The name of the other party. */
    other_party: string;
    reason: string;
    /** The outcome, once recorded. */
    resolution_note: string | null;
    created_at: InstantString;
    /** When its state last changed. */
    updated_at: InstantString;
    /** Oldest first. */
    messages: DisputeMessage[];
  }

  /** Disputes: the registry records what the parties agreed; it never decides who owns a charger. */
  interface Disputes {
    /**
     * Opens a dispute over a conflict that the caller is a party to. Needs the scope `disputes:write`.
     *
     * @throws {TierraError} `not_found` at `conflict`; `dispute_exists` where a live one is there; `invalid_transition`
     *   where a side of the conflict is cancelled; `empty` and `too_long` (5,000 characters) at `reason`.
     */
    open(caller: Caller, request: { conflict: Id; reason: string }, options?: At): { dispute: Dispute };
    /** The disputes that the caller is a party to, newest first. Needs `disputes:write`. */
    list(caller: Caller, options?: PageOptions): Page<Dispute>;
    /**
     * A dispute that the caller is a party to, with its messages; any dispute for a caller with `disputes:resolve`.
     *
     * @throws {TierraError} `not_found` at `public_id`.
     */
    show(caller: Caller, publicId: Id, options?: At): DisputeDetails;
    /**
     * Adds a party's message to a live dispute. Needs `disputes:write`.
     *
     * @throws {TierraError} `invalid_transition` once it is resolved or withdrawn; `not_found` at `public_id`; `empty`
     *   and `too_long` (5,000 characters) at `body`.
     */
    message(caller: Caller, publicId: Id, request: { body: string }, options?: At): DisputeMessage;
    /**
     * The opener takes a live dispute back. Needs `disputes:write`.
     *
     * @throws {TierraError} `invalid_transition` at `status` once it is resolved or withdrawn, and at `caller` for the
     *   other party; `not_found` at `public_id`.
     */
    withdraw(caller: Caller, publicId: Id, options?: At): Dispute;
    /**
     * The operator takes an open dispute up, whoever its parties are. Needs `disputes:resolve`.
     *
     * @throws {TierraError} `invalid_transition` at `status` for one that is not open; `not_found` at `public_id`.
     */
    review(caller: Caller, publicId: Id, options?: At): Dispute;
    /**
     * The operator records the outcome that the parties reached. Needs `disputes:resolve`.
     *
     * @throws {TierraError} `invalid_transition` at `status` for one that is not under review; `not_found` at
     *   `public_id`; `empty` and `too_long` (5,000 characters) at `resolution_note`.
     */
    resolve(caller: Caller, publicId: Id, request: { resolution_note: string }, options?: At): Dispute;
  }

  // --- Webhooks

  /** Where an organisation wants its events sent. */
  interface WebhookEndpoint {
    id: number;
    /** In normal form. */
    url: string;
    events: EventType[];
    /** `disabled`: its owner said so, or it answered 410, or failed for five days. */
    status: "active" | "disabled";
  }

  /** An endpoint with its secret, which is shown here and never again. */
  interface EndpointSecret extends WebhookEndpoint {
    /** What its deliveries are signed with: the receiver's for {@link verifyWebhook}. */
    secret: string;
  }

  /** What is to be changed of an endpoint; what is absent stays. */
  interface EndpointUpdate {
    url?: string | null;
    events?: readonly EventType[] | null;
    status?: WebhookEndpoint["status"] | null;
  }

  /** An event on its way to an endpoint. */
  interface Delivery {
    id: number;
    endpoint_id: number;
    event_id: Id;
    event: EventType;
    /** `pending`: it will be tried, or tried again; `failed`: it is given up. */
    status: "pending" | "succeeded" | "failed";
    attempts: number;
    last_response_status: number | null;
    last_error: string | null;
    next_attempt_at: InstantString | null;
    /** When the event happened. */
    created_at: InstantString;
    /** When it succeeded or was given up. */
    completed_at: InstantString | null;
  }

  /** One try to deliver. */
  interface DeliveryAttempt {
    /** Its number, from 1. */
    attempt: number;
    /** When it was handed out. */
    started_at: InstantString;
    /** When its outcome was recorded; null where it never was. */
    recorded_at: InstantString | null;
    response_status: number | null;
    error: string | null;
  }

  /** An event of the outbox. */
  interface OutboxEvent {
    /** Its number in the outbox. */
    seq: number;
    id: Id;
    type: EventType;
    /** The organisation that it is for. */
    organization: Id;
    created_at: InstantString;
    /** What is delivered. */
    body: { id: Id; type: EventType; created_at: InstantString; data: { [name: string]: unknown } };
  }

  /** A request that the host is to send. */
  interface OutgoingRequest {
    /** With `attempt` for {@link Webhooks.record}. */
    delivery_id: number;
    attempt: number;
    method: "POST";
    url: string;
    /** The signatures among them. */
    headers: Record<string, string>;
    /** To be sent byte for byte: it is what was signed. */
    body: string;
  }

  /** What came of a request: the answer's status and its `Retry-After` header, or why there was no answer. */
  type DeliveryOutcome = { status: number; retry_after?: string | null } | { error: string };

  /**
   * Webhooks. The ledger writes events and says what to send when; the host sends: it resolves the endpoint's name,
   * asks {@link checkWebhookAddress} of every address before it connects to it, follows no redirects, and records what
   * came of it.
   */
  interface Webhooks {
    /**
     * Makes an endpoint. Its secret is in the answer and nowhere else. Needs the scope `webhooks:manage`.
     *
     * @throws {TierraError} those of {@link checkWebhookUrl} at `url`; `empty`, `duplicate` and `unknown_value` at
     *   `events`; `out_of_range` at `url` for more than 100 endpoints.
     */
    create(caller: Caller, request: { url: string; events: readonly EventType[] }, options?: At): EndpointSecret;
    /** The caller's endpoints, oldest first. Needs `webhooks:manage`. */
    list(caller: Caller, options?: At): WebhookEndpoint[];
    /**
     * One of the caller's endpoints. Needs `webhooks:manage`.
     *
     * @throws {TierraError} `not_found` at `id`, also for another organisation's.
     */
    show(caller: Caller, id: number, options?: At): WebhookEndpoint;
    /**
     * Changes an endpoint's URL, events or status. Disabling it gives up what waits for it. Needs `webhooks:manage`.
     *
     * @throws {TierraError} as {@link Webhooks.create} and {@link Webhooks.show}.
     */
    update(caller: Caller, id: number, request: EndpointUpdate, options?: At): WebhookEndpoint;
    /**
     * Deletes an endpoint and its deliveries. Needs `webhooks:manage`.
     *
     * @throws {TierraError} as {@link Webhooks.show}.
     */
    delete(caller: Caller, id: number, options?: At): void;
    /**
     * Gives an endpoint a new secret, which is shown once. For `overlap_seconds` (0 to 30 days, 0 where not said)
     * deliveries are signed with the old one too. Needs `webhooks:manage`.
     *
     * @throws {TierraError} `out_of_range` at `overlap_seconds`, and as {@link Webhooks.show}.
     */
    rotateSecret(caller: Caller, id: number, options?: At & { overlap_seconds?: number }): EndpointSecret;
    /**
     * An endpoint's deliveries, newest first. Needs `webhooks:manage`.
     *
     * @throws {TierraError} as {@link Webhooks.show}.
     */
    deliveries(caller: Caller, id: number, options?: PageOptions): Page<Delivery>;
    /**
     * Every attempt at a delivery, oldest first. Needs `webhooks:manage`.
     *
     * @throws {TierraError} `not_found` at `id`, also for another organisation's.
     */
    attempts(caller: Caller, deliveryId: number, options?: At): DeliveryAttempt[];
    /**
     * Sends a delivery once more, at once and with a schedule of its own, whatever became of it. Needs
     * `webhooks:manage`.
     *
     * @throws {TierraError} `not_found` at `id`, also for another organisation's; `invalid_transition` where the
     *   endpoint is disabled.
     */
    resend(caller: Caller, deliveryId: number, options?: At): Delivery;
    /**
     * The outbox after event number `after`, oldest first: for a host that has a queue of its own in place of webhooks.
     *
     * @throws {TierraError} `out_of_range` at `limit`.
     */
    events(options?: AfterOptions): OutboxEvent[];
    /**
     * The requests whose time has come, signed. What is handed out is not handed out again for two minutes, to
     * whichever process asks; what is not recorded by then counts as an attempt and is handed out again. So a delivery
     * arrives at least once, and the receiver tells repeats by `webhook-id`. For the host's sender.
     *
     * @param options `limit`: 1 to 1,000; 100 where not said.
     * @throws {TierraError} `out_of_range` at `limit`.
     */
    due(options?: At & { limit?: number }): OutgoingRequest[];
    /** When the next delivery is due, null where none waits: the host may sleep until then or until a change. */
    nextDue(options?: At): InstantString | null;
    /**
     * Records what came of a request, and when it is tried again. For the host's sender.
     *
     * @throws {TierraError} `not_found` at `delivery_id` or `attempt`; `invalid_transition` at `attempt` where an
     *   outcome is recorded already; `missing_field` at `outcome` for both or neither of `status` and `error`.
     */
    record(deliveryId: number, attempt: number, outcome: DeliveryOutcome, options?: At): Delivery;
  }

  // --- Emission factors

  /** How much was loaded. */
  interface FactorCounts {
    libraries: number;
    factors: number;
    fuelProperties: number;
    regionParents: number;
    gwpValues: number;
  }

  /** What {@link Factors.load} did. */
  interface LoadedFactors {
    /** How much was written. */
    loaded: FactorCounts;
    /** How much was there already. */
    already: FactorCounts;
    /** The libraries, in the order given. */
    libraries: {
      id: Id;
      name: string;
      version: string;
      /** The SHA-256 of its content, to which queries can be pinned. */
      digest: string;
      /** Whether it was there already. */
      already: boolean;
    }[];
  }

  /**
   * Libraries of emission factors in the ledger. The host loads them; any caller whose organisation exists may ask, with
   * whatever scopes. Answers are those of {@link EmissionFactors} over all that was loaded, but a query reads only what it
   * can touch. Where an error names a factor by its place, `factors[3].unit`, it is here by its id.
   *
   * What is wrong with the parameters of a list, of `resolve` and of `explain` is told all at once.
   */
  interface Factors {
    /**
     * Loads libraries with all that belongs to them, and GWP values: all of it, or nothing. `data` is that of
     * {@link EmissionFactors}.
     *
     * A library whose id is there already must have the same content; nothing is then written, but that it becomes the
     * default, or is it no longer. A GWP that is there already must have the same value.
     *
     * @throws {TierraError} those of {@link EmissionFactors} for the data by itself; `duplicate` at `libraries[i].id` for a
     *   library that is there with other content, at `factors[i].id`, `fuelProperties[i].id`, `gwpValues[i].id` for an id
     *   that is there already, at `gwpValues[i].value` for a gas that has another value there.
     */
    load(data: EmissionFactorData, options?: At): LoadedFactors;
    /** The libraries that match, in the order of loading. */
    libraries(
      caller: Caller,
      query?: Parameters<EmissionFactors["libraries"]>[0],
      options?: At,
    ): EmissionFactorLibrary[];
    /** A page of a library's factors that match, in the order of loading. */
    search(caller: Caller, query: Parameters<EmissionFactors["search"]>[0], options?: At): FactorPage;
    /** The fuel properties of a library that match, in the order of loading. */
    fuelProperties(
      caller: Caller,
      query: Parameters<EmissionFactors["fuelProperties"]>[0],
      options?: At,
    ): FuelProperty<DecimalString>[];
    /** The GWP values of a report, or of all, in the order of loading. */
    gwpValues(
      caller: Caller,
      query?: Parameters<EmissionFactors["gwpValues"]>[0],
      options?: At,
    ): GwpValue<DecimalString>[];
    /**
     * The factor that applies.
     *
     * @throws {TierraError} as {@link EmissionFactors.resolve}.
     */
    resolve(caller: Caller, query: ResolveQuery, options?: At): ResolvedFactor;
    /**
     * How {@link Factors.resolve} answers, step by step.
     *
     * @throws {TierraError} as {@link EmissionFactors.explain}.
     */
    explain(caller: Caller, query: ResolveQuery, options?: At): Explanation;
    /**
     * The SHA-256 of a library's content, to which queries can be pinned.
     *
     * @throws {TierraError} at `libraryId`: `unknown_reference` for an id that names none, `invalid_uuid`.
     */
    digest(caller: Caller, libraryId: Id, options?: At): string;
    /**
     * The CO2e of an activity by one factor.
     *
     * @throws {TierraError} as {@link EmissionFactors.co2e}.
     */
    co2e(caller: Caller, query: Parameters<EmissionFactors["co2e"]>[0], options?: At): Co2e;
    /**
     * What an activity emitted, by gas and in total.
     *
     * @throws {TierraError} as {@link EmissionFactors.emissions}.
     */
    emissions(caller: Caller, query: Parameters<EmissionFactors["emissions"]>[0], options?: At): Emissions;
    /**
     * The inventory of many activities. It reads the whole of what is loaded of the authorities that rows name.
     *
     * @throws {TierraError} as {@link EmissionFactors.inventory}.
     */
    inventory(caller: Caller, query: InventoryQuery, options?: At): Inventory;
  }

  // --- The log of changes

  /** One change: who, what, when, before and after. */
  interface AuditEntry {
    /** Its number, from 1, without gaps. */
    seq: number;
    at: InstantString;
    /** `host`, or an organisation and the credential it showed. */
    actor: string;
    /** Such as `registration.created`. */
    action: string;
    /** The id of what was changed. */
    subject: string;
    /** The record before; null where it was made. */
    before: { [name: string]: unknown } | null;
    /** The record after; null where it was deleted. */
    after: { [name: string]: unknown } | null;
    /** SHA-256 over the hash before and this row, as 64 hexadecimal digits. */
    hash: string;
  }

  /** Where the log ends. */
  interface AuditHead {
    /** The number of the last row; 0 for an empty log. */
    seq: number;
    hash: string;
  }

  /** What {@link Audit.verify} found. */
  interface VerifyReport {
    /** Whether nothing is wrong. */
    ok: boolean;
    /** How many rows of the log were checked. */
    audit_rows: number;
    /** How many records were compared with the log. */
    records: number;
    head: AuditHead;
    /** What is wrong, at most 1,000. */
    findings: {
      check: "integrity" | "references" | "audit_chain" | "audit_state" | "overlaps" | "conflicts";
      /** The id of what is wrong; empty for the file as a whole. */
      subject: string;
      message: string;
    }[];
    /** How many findings more there are. */
    more_findings: number;
  }

  /** The append-only log of changes, each row's hash over the one before it. */
  interface Audit {
    /**
     * Rows of the log after number `after`, oldest first; of one subject where one is named.
     *
     * @throws {TierraError} `out_of_range` at `limit`.
     */
    entries(options?: AfterOptions & { subject?: string }): AuditEntry[];
    /**
     * Where the log ends now. Kept elsewhere (printed, sent to a partner, put in a public log), it proves later that
     * nothing up to there was changed: give it to {@link Audit.verify}.
     */
    head(options?: At): AuditHead;
    /**
     * Checks the whole file, on libuv's pool: SQLite's own integrity, the log's chain, that every record is as the log
     * left it, and that every overlap has its conflict. What is found is in the report and no error.
     *
     * @param options `known`: a head that was kept elsewhere. With it a log that was rewritten from some row on is
     *   found too; whoever can write the file can also compute a new chain.
     */
    verify(options?: At & { known?: AuditHead }): Promise<VerifyReport>;
  }
}
