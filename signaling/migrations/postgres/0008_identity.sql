-- Who calls and who signs in: keys that rotate, clients with keys of their own, and staff known
-- by the clinic's identity provider.

-- The secret a key had before it was rotated works until then. `made_by` is the key or client
-- that made it; empty for the command line.
ALTER TABLE api_key ADD COLUMN former_hash BYTEA;
ALTER TABLE api_key ADD COLUMN former_until BIGINT;
ALTER TABLE api_key ADD COLUMN made_by UUID;

CREATE INDEX api_key_by_tenant ON api_key (tenant, id);

-- Software that proves itself by its own private key. Its public keys are here, or at a URL.
CREATE TABLE client (
    id         UUID PRIMARY KEY NOT NULL,
    tenant     TEXT NOT NULL REFERENCES tenant (id),
    name       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    jwks       TEXT,
    jwks_url   TEXT,
    made_by    UUID,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    last_used  BIGINT,
    CHECK ((jwks IS NULL) <> (jwks_url IS NULL))
);

CREATE INDEX client_by_tenant ON client (tenant, id);

-- Assertions that were taken, by the hash of their name, until they would end anyway.
CREATE TABLE assertion (
    client   UUID NOT NULL REFERENCES client (id),
    jti_hash BYTEA NOT NULL,
    until    BIGINT NOT NULL,
    PRIMARY KEY (client, jti_hash)
);

CREATE INDEX assertion_by_end ON assertion (until);

-- Attempts to sign in that are under way, by the hash of their `state`.
CREATE TABLE sign_in (
    state_hash  BYTEA PRIMARY KEY NOT NULL,
    visit       UUID NOT NULL REFERENCES visit (id),
    participant UUID NOT NULL REFERENCES participant (id),
    created_at  BIGINT NOT NULL
);

CREATE INDEX sign_in_by_age ON sign_in (created_at);

-- Who signed in for whom: the keyed hash of issuer and subject, no name.
CREATE TABLE staff_identity (
    participant UUID NOT NULL REFERENCES participant (id),
    person_hash BYTEA NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (participant, person_hash)
);
