-- The first shape. Instants are Unix milliseconds; ids are 16 bytes; words are the names of
-- the API. Nothing here assumes one node: each write of a visit carries who owns it.

CREATE TABLE tenant (
    id         TEXT PRIMARY KEY NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- A key of a scheduling system. The secret itself is never here, only its SHA-256.
CREATE TABLE api_key (
    id          BLOB PRIMARY KEY NOT NULL,
    tenant      TEXT NOT NULL REFERENCES tenant (id),
    name        TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    scopes      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    revoked_at  INTEGER,
    last_used   INTEGER
) STRICT;

-- One row a visit; `version` is the number of its events.
CREATE TABLE visit (
    id               BLOB PRIMARY KEY NOT NULL,
    tenant           TEXT NOT NULL REFERENCES tenant (id),
    state            TEXT NOT NULL,
    starts_at        INTEGER NOT NULL,
    duration_minutes INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    version          INTEGER NOT NULL
) STRICT;

-- Pages of a list go from the newest id (UUID version 7) to the oldest.
CREATE INDEX visit_by_tenant ON visit (tenant, id);

-- Who is expected. `generation` is part of what a personal link is made of: counting it up
-- voids the link and every session that was opened with it.
CREATE TABLE participant (
    id           BLOB PRIMARY KEY NOT NULL,
    visit        BLOB NOT NULL REFERENCES visit (id),
    ordinal      INTEGER NOT NULL,
    role         TEXT NOT NULL,
    language     TEXT NOT NULL,
    display_name TEXT NOT NULL,
    generation   INTEGER NOT NULL,
    UNIQUE (visit, ordinal)
) STRICT;

-- What happened, in order; at once the visit's memory, its audit trail and the source of
-- every notice. Rows are only ever added.
CREATE TABLE event (
    visit BLOB NOT NULL REFERENCES visit (id),
    seq   INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    body  TEXT NOT NULL,
    PRIMARY KEY (visit, seq)
) STRICT;

-- One device of one person. The token itself is never here, only its SHA-256.
CREATE TABLE session (
    token_hash  BLOB PRIMARY KEY NOT NULL,
    visit       BLOB NOT NULL REFERENCES visit (id),
    participant BLOB NOT NULL REFERENCES participant (id),
    generation  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX session_by_participant ON session (participant, created_at);

-- Which request made which visit, so that a repeated request makes no second one.
CREATE TABLE idempotency (
    tenant       TEXT NOT NULL REFERENCES tenant (id),
    key          TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    visit        BLOB NOT NULL REFERENCES visit (id),
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
) STRICT;

CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- A node and how many times it has started; what an earlier start owned, it owns no more.
CREATE TABLE node_lease (
    id          BLOB PRIMARY KEY NOT NULL,
    incarnation INTEGER NOT NULL,
    started_at  INTEGER NOT NULL
) STRICT;

-- The one writer of a visit. `epoch` counts its owners and never goes back.
CREATE TABLE room_owner (
    visit       BLOB PRIMARY KEY NOT NULL REFERENCES visit (id),
    node        BLOB NOT NULL,
    incarnation INTEGER NOT NULL,
    epoch       INTEGER NOT NULL
) STRICT;
