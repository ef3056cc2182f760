CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE organizations (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL
) STRICT;

-- API keys and OAuth clients. Of a secret only its SHA-256 is kept.
CREATE TABLE credentials (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('api_key', 'oauth_client')),
  organization_id INTEGER NOT NULL REFERENCES organizations,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  secret_sha256 BLOB NOT NULL UNIQUE CHECK (length(secret_sha256) = 32),
  previous_sha256 BLOB UNIQUE CHECK (length(previous_sha256) = 32),
  previous_expires_at TEXT,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT
) STRICT;
CREATE INDEX credentials_by_organization ON credentials (organization_id);

CREATE TABLE access_tokens (
  token_sha256 BLOB PRIMARY KEY CHECK (length(token_sha256) = 32),
  credential_id INTEGER NOT NULL REFERENCES credentials,
  scopes TEXT NOT NULL,
  issued_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);
CREATE INDEX access_tokens_by_credential ON access_tokens (credential_id);

-- The serial number itself is not kept: its last four characters and its hash are all that the registry shows. The charger
-- stands in the registration, because a table of its own would be a second place that every registration writes at random.
CREATE TABLE registrations (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  organization_id INTEGER NOT NULL REFERENCES organizations,
  serial_hash BLOB NOT NULL CHECK (length(serial_hash) = 32),
  keyed_hash BLOB CHECK (length(keyed_hash) = 32),
  vendor_canonical TEXT NOT NULL,
  serial_last4 TEXT NOT NULL,
  program_name TEXT NOT NULL,
  start_date TEXT NOT NULL,
  end_date TEXT NOT NULL,
  metadata TEXT NOT NULL,
  renewed_from INTEGER REFERENCES registrations,
  created_at TEXT NOT NULL,
  cancelled_at TEXT,
  expired_at TEXT,
  CHECK (start_date <= end_date)
) STRICT;
-- All that a public look-up asks for, so that it reads one place of the file.
CREATE INDEX registrations_by_charger ON registrations (serial_hash, end_date, start_date, cancelled_at);
CREATE INDEX registrations_by_keyed_hash ON registrations (keyed_hash, end_date) WHERE keyed_hash IS NOT NULL;
CREATE INDEX registrations_by_organization ON registrations (organization_id, id);
CREATE INDEX registrations_by_source ON registrations (renewed_from) WHERE renewed_from IS NOT NULL;

-- Registrations whose expiry is still to be told, by their last day. New ones are entered when the expiry is looked at, many
-- at once and in order: an index would be written at random with every registration.
CREATE TABLE expiry_queue (
  end_date TEXT NOT NULL,
  registration_id INTEGER NOT NULL REFERENCES registrations,
  PRIMARY KEY (end_date, registration_id)
) STRICT, WITHOUT ROWID;

-- One row a pair; the first registration is the older one.
CREATE TABLE conflicts (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  first_id INTEGER NOT NULL REFERENCES registrations,
  second_id INTEGER NOT NULL REFERENCES registrations,
  acknowledged INTEGER NOT NULL CHECK (acknowledged IN (0, 1)),
  detected_at TEXT NOT NULL,
  CHECK (first_id < second_id)
) STRICT;
CREATE UNIQUE INDEX conflicts_by_pair ON conflicts (second_id, first_id);
CREATE INDEX conflicts_by_first ON conflicts (first_id);

CREATE TABLE disputes (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  conflict_id INTEGER NOT NULL REFERENCES conflicts,
  organization_id INTEGER NOT NULL REFERENCES organizations,
  other_organization_id INTEGER NOT NULL REFERENCES organizations,
  status TEXT NOT NULL CHECK (status IN ('open', 'under_review', 'resolved', 'withdrawn')),
  reason TEXT NOT NULL,
  resolution_note TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX live_dispute_of_conflict ON disputes (conflict_id) WHERE status IN ('open', 'under_review');
CREATE INDEX disputes_by_conflict ON disputes (conflict_id);
CREATE INDEX disputes_by_opener ON disputes (organization_id);
CREATE INDEX disputes_by_other ON disputes (other_organization_id);

CREATE TABLE dispute_messages (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  dispute_id INTEGER NOT NULL REFERENCES disputes,
  organization_id INTEGER NOT NULL REFERENCES organizations,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX dispute_messages_by_dispute ON dispute_messages (dispute_id, id);

-- AUTOINCREMENT: the id of a deleted endpoint must not name another one later.
CREATE TABLE webhook_endpoints (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  organization_id INTEGER NOT NULL REFERENCES organizations,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
  secret TEXT NOT NULL,
  previous_secret TEXT,
  previous_secret_expires_at TEXT,
  failing_since TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX webhook_endpoints_by_organization ON webhook_endpoints (organization_id);

-- The outbox: what happened, for whom, written in the transaction of the change.
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL,
  type TEXT NOT NULL,
  organization_id INTEGER NOT NULL REFERENCES organizations,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id INTEGER NOT NULL REFERENCES events,
  endpoint_id INTEGER NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
  status TEXT NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
  attempts INTEGER NOT NULL,
  round_attempts INTEGER NOT NULL,
  due_at TEXT,
  last_response_status INTEGER,
  last_error TEXT,
  created_at TEXT NOT NULL,
  completed_at TEXT
) STRICT;
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE status = 'pending';
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, id);
CREATE INDEX deliveries_pending ON deliveries (endpoint_id) WHERE status = 'pending';

CREATE TABLE delivery_attempts (
  id INTEGER PRIMARY KEY,
  delivery_id INTEGER NOT NULL REFERENCES deliveries ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  recorded_at TEXT,
  response_status INTEGER,
  error TEXT,
  UNIQUE (delivery_id, attempt)
) STRICT;

-- Every change, each row's hash over the one before it.
CREATE TABLE audit_log (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT,
  after TEXT,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_log_by_subject ON audit_log (subject, seq);
CREATE TRIGGER audit_log_keeps_rows BEFORE DELETE ON audit_log
BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_keeps_values BEFORE UPDATE ON audit_log
BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;

-- Where the log ends, so that rows cut off its end are missed.
CREATE TABLE audit_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, zeroblob(32));
