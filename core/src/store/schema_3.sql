-- Secrets that a later rotation found still going on beside their successor: each keeps the end that it was given.
CREATE TABLE credential_earlier_secrets (
  id INTEGER PRIMARY KEY,
  credential_id INTEGER NOT NULL REFERENCES credentials,
  secret_sha256 BLOB NOT NULL UNIQUE CHECK (length(secret_sha256) = 32),
  expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX credential_earlier_secrets_by_credential ON credential_earlier_secrets (credential_id);

CREATE TABLE endpoint_earlier_secrets (
  id INTEGER PRIMARY KEY,
  endpoint_id INTEGER NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
  secret TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX endpoint_earlier_secrets_by_endpoint ON endpoint_earlier_secrets (endpoint_id);

-- What is due of each endpoint, in order: endpoints take turns.
DROP INDEX deliveries_pending;
CREATE INDEX deliveries_pending ON deliveries (endpoint_id, due_at, id) WHERE status = 'pending';
