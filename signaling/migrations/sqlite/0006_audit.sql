-- The audit log: one hash chain a tenant. Rows are only ever added; the triggers say so to
-- everybody who asks the database politely, and the chain tells of all others.
-- Ids of people and keys are keyed hashes here. `hash` is over `prev`, the place and the entry.

CREATE TABLE audit (
    tenant     TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    verb       TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor      BLOB CHECK (length(actor) = 16),
    subject    BLOB CHECK (length(subject) = 16),
    visit      BLOB CHECK (length(visit) = 16),
    outcome    TEXT NOT NULL,
    detail     TEXT NOT NULL,
    prev       BLOB NOT NULL CHECK (length(prev) = 32),
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (tenant, seq)
) STRICT;

CREATE INDEX audit_by_visit ON audit (tenant, visit, seq);

-- Where each chain stands; its row is the lock of whoever adds to it. `signed_seq` is the row
-- the newest checkpoint was signed for, `signed_at` when that was.
CREATE TABLE audit_head (
    tenant     TEXT PRIMARY KEY NOT NULL,
    seq        INTEGER NOT NULL,
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    signed_seq INTEGER NOT NULL,
    signed_at  INTEGER NOT NULL
) STRICT;

-- Signed lines that can be kept elsewhere.
CREATE TABLE audit_checkpoint (
    tenant TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    line   TEXT NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit log are never changed');
END;

CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit log are never removed');
END;
