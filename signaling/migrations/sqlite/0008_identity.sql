-- Who calls and who signs in: keys that rotate, clients with keys of their own, and staff known
-- by the clinic's identity provider.

-- The secret a key had before it was rotated works until then. `made_by` is the key or client
-- that made it; empty for the command line.
ALTER TABLE api_key ADD COLUMN former_hash BLOB;
ALTER TABLE api_key ADD COLUMN former_until INTEGER;
ALTER TABLE api_key ADD COLUMN made_by BLOB;

CREATE INDEX api_key_by_tenant ON api_key (tenant, id);

-- Software that proves itself by its own private key. Its public keys are here, or at a URL.
CREATE TABLE client (
    id         BLOB PRIMARY KEY NOT NULL,
    tenant     TEXT NOT NULL REFERENCES tenant (id),
    name       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    jwks       TEXT,
    jwks_url   TEXT,
    made_by    BLOB,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    last_used  INTEGER,
    CHECK ((jwks IS NULL) <> (jwks_url IS NULL))
) STRICT;

CREATE INDEX client_by_tenant ON client (tenant, id);

-- Assertions that were taken, by the hash of their name, until they would end anyway.
CREATE TABLE assertion (
    client   BLOB NOT NULL REFERENCES client (id),
    jti_hash BLOB NOT NULL,
    until    INTEGER NOT NULL,
    PRIMARY KEY (client, jti_hash)
) STRICT;

CREATE INDEX assertion_by_end ON assertion (until);

-- Attempts to sign in that are under way, by the hash of their `state`.
CREATE TABLE sign_in (
    state_hash  BLOB PRIMARY KEY NOT NULL,
    visit       BLOB NOT NULL REFERENCES visit (id),
    participant BLOB NOT NULL REFERENCES participant (id),
    created_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX sign_in_by_age ON sign_in (created_at);

-- Who signed in for whom: the keyed hash of issuer and subject, no name.
CREATE TABLE staff_identity (
    participant BLOB NOT NULL REFERENCES participant (id),
    person_hash BLOB NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (participant, person_hash)
) STRICT;
