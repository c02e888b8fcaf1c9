-- The audit log: one hash chain a tenant. Rows are only ever added; the trigger says so to
-- everybody who asks the database politely, and the chain tells of all others.
-- Ids of people and keys are keyed hashes here. `hash` is over `prev`, the place and the entry.

CREATE TABLE audit (
    tenant     TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    verb       TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor      BYTEA CHECK (length(actor) = 16),
    subject    BYTEA CHECK (length(subject) = 16),
    visit      UUID,
    outcome    TEXT NOT NULL,
    detail     TEXT NOT NULL,
    prev       BYTEA NOT NULL CHECK (length(prev) = 32),
    hash       BYTEA NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (tenant, seq)
);

CREATE INDEX audit_by_visit ON audit (tenant, visit, seq);

-- Where each chain stands; its row is the lock of whoever adds to it. `signed_seq` is the row
-- the newest checkpoint was signed for, `signed_at` when that was.
CREATE TABLE audit_head (
    tenant     TEXT PRIMARY KEY NOT NULL,
    seq        BIGINT NOT NULL,
    hash       BYTEA NOT NULL CHECK (length(hash) = 32),
    signed_seq BIGINT NOT NULL,
    signed_at  BIGINT NOT NULL
);

-- Signed lines that can be kept elsewhere.
CREATE TABLE audit_checkpoint (
    tenant TEXT NOT NULL,
    seq    BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    line   TEXT NOT NULL,
    PRIMARY KEY (tenant, seq)
);

CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of the audit log are never changed or removed';
END;
$$;

CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
