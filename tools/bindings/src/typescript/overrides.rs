//! Where TypeScript says more or otherwise than the core's declarations do.

/// Types that have another name than in Rust, as their users know them.
const NAMES: [(&str, &str); 8] = [
    ("Activity", "ActivityAmount"),
    ("Authority", "EmissionFactorAuthority"),
    ("Co2eWarning", "EmissionWarning"),
    ("FactorDataInput", "EmissionFactorData"),
    ("ImportReport", "FactorImportReport"),
    ("PageRequest", "PageOptions"),
    ("SetAside", "SetAsideFigure"),
    ("StatedActivity", "Activity"),
];

/// Types that `index.d.ts` or `ledger.d.ts` declares by hand: an error is a class, the forms of a number are aliases.
pub const BY_HAND: [&str; 8] = [
    "BodyIssue",
    "ErrorAnswer",
    "ErrorBody",
    "ErrorDetails",
    "Flows",
    "ImportSettings",
    "LedgerSettings",
    "StatedError",
];

/// Calls that `api.js` and `ledger.js` make by hand: they take what only JavaScript has, such as an error or `Headers`.
pub const CALLS_BY_HAND: [&str; 6] = ["back_up", "close", "data", "error_body", "http_status", "verify_webhook"];

/// Calls that the browser has not.
pub const NODE_ONLY: [&str; 1] = ["check_webhook_url"];

/// Calls of a ledger that work on another thread and answer a promise.
pub const ON_POOL: [&str; 1] = ["audit.verify"];

/// Calls whose answer says nothing: they throw or they return.
pub const WITHOUT_ANSWER: [&str; 1] = ["verify_body"];

/// Fields of a record that stands among the arguments which are an argument of their own.
pub const PLACED: [(&str, &str); 3] = [("xirr", "flows"), ("xnpv", "flows"), ("xnfv", "flows")];

/// Other ways to say what an argument of its own says.
pub const HIDDEN: [&str; 2] = ["amounts", "dates"];

/// Shared types that have a name in the ledger's namespace, too.
pub const ALSO_IN_LEDGER: [&str; 2] = ["ChargerPair", "RegistrationStatus"];

/// Values that only JavaScript has.
pub const VALUES: [(&str, &str, &str); 1] =
    [("ErrorCode", "not_loaded", "The browser module is not loaded yet: `await init()` first.")];

/// A field, an argument or an answer whose type TypeScript can say more narrowly, or by a type of its own.
const TYPES: [(&str, &str); 29] = [
    ("AuditEntry.at", "InstantString"),
    ("DeliveryAttempt.recorded_at", "InstantString | null"),
    ("DeliveryAttempt.started_at", "InstantString"),
    (
        "Finding.check",
        "\"integrity\" | \"references\" | \"audit_chain\" | \"audit_state\" | \"overlaps\" | \"conflicts\"",
    ),
    ("Issue.path", "string[]"),
    ("Lookalike.character", "\"O\" | \"I\" | \"S\" | \"B\""),
    ("Lookalike.resembles", "\"0\" | \"1\" | \"5\" | \"8\""),
    ("OutboxEvent.body", "{ id: Id; type: EventType; created_at: InstantString; data: { [name: string]: unknown } }"),
    ("OutboxEvent.created_at", "InstantString"),
    ("OutgoingRequest.method", "\"POST\""),
    ("TokenRequest.grant_type", "\"client_credentials\""),
    ("TokenResponse.token_type", "\"Bearer\""),
    ("access.verify", "Caller & { scopes: Scope[]; credential: Id }"),
    ("sign_body.body", "WebhookBody"),
    ("sign_webhook", "SignedHeaders"),
    ("sign_webhook.body", "WebhookBody"),
    ("verify_body.body", "WebhookBody"),
    ("xirr.flows", "readonly CashFlow[]"),
    ("xnfv.flows", "readonly CashFlow[]"),
    ("xnpv.flows", "readonly CashFlow[]"),
    ("xnfv.rate", "number"),
    ("xnpv.rate", "number"),
    ("FailedRow.id", "string | number | null"),
    ("ImportProblem.status", "\"conflict\" | \"failed\""),
    ("ImportReport.reasons", "Partial<Record<SetAsideReason, number>>"),
    ("InventoryQuery.defaults", "Partial<Omit<Activity, \"id\" | \"amount\" | \"instruments\">> | null"),
    ("InventoryQuery.rows", "readonly Partial<Activity>[]"),
    ("InventoryRow.id", "string | number | null"),
    ("StatedActivity.id", "string | number | null"),
];

/// Records that are a union in TypeScript.
pub const UNIONS: [(&str, &str); 1] =
    [("DeliveryOutcome", "{ status: number; retry_after?: string | null } | { error: string }")];

/// Records whose fields are all null where there is nothing to tell.
pub const NULL_AS_A_WHOLE: [&str; 1] = ["ResolvedFactor"];

/// A record that goes in with more fields than it comes out with, and the record that has them.
pub const MORE_GIVEN: (&str, &str) = ("EmissionFactorData", "FactorDataInput");

/// Records of exact numbers that mostly go in, so that a program that names no type of number means that.
pub const MOSTLY_GIVEN: [&str; 3] = ["EmissionFactorData", "FuelProperty", "GwpValue"];

/// Words of the core's doc comments that only a Rust program can follow, and those in their place.
pub const SENTENCES: [(&str, &str); 12] = [
    (", which [`FactorImport::check`] verifies", ""),
    ("with `Fail`", "with `fail`"),
    ("for `Fail`", "for `fail`"),
    (": [`Lookup::charger`] and [`Lookup::chargers`] in one, as the contract has them at one path", ""),
    ("; `None` for an id that names no library.", "."),
    (
        " `None` for an id that names no library.",
        " An id that names no library is refused: `unknown_reference` at `libraryId`.",
    ),
    (", or `None` when there is none", "; all of it null where there is none"),
    ("[`InventoryBuilder`] over all rows at once", "[`EmissionFactors::emissions`] for each row, and the totals"),
    ("As [`InventoryBuilder::finish`]. A row", "With the path of the field of the query. A row"),
    ("[`EmissionFactors::new`]", "`EmissionFactors`"),
    ("[`Inventory::failed`]", "`failed`"),
    (
        "As there.",
        "Those of [`identify`] for one; for a batch `out_of_range` at `items`, and `empty`, `too_long` or `invalid_character` at `items[i]`.",
    ),
];

/// The classes, which links may lead to.
pub const CLASSES: [&str; 2] = ["EmissionFactors", "Ledger"];

/// Where an aside starts and ends that is of no use here.
pub const ASIDES: [(&str, &str); 4] = [
    (" (DECISIONS ", ")"),
    (" An addition to the contract, in JSON `", "`."),
    (", in JSON `", "`"),
    (" In JSON `", "`."),
];

/// Errors that are said of every call of a ledger, and not again of one.
pub const SAID_OF_ALL: [&str; 5] = [
    "Those of the file.",
    "; those of the file",
    "; [`ErrorCode::InsufficientScope`]",
    ", [`ErrorCode::InsufficientScope`]",
    "[`ErrorCode::InsufficientScope`].",
];

/// What TypeScript calls a type.
pub fn renamed(name: &'static str) -> &'static str {
    NAMES.iter().find(|(of, _)| *of == name).map_or(name, |(_, to)| to)
}

/// The type of `Record.field`, `call.argument` or the answer of `call`, where it has one of its own.
pub fn type_of(place: &str) -> Option<&'static str> {
    TYPES.iter().find(|(of, _)| *of == place).map(|(_, kind)| *kind)
}
