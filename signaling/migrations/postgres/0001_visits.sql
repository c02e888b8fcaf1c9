-- The first shape. Instants are Unix milliseconds; ids are UUIDs; words are the names of
-- the API. Nothing here assumes one node: each write of a visit carries who owns it.

CREATE TABLE tenant (
    id         TEXT PRIMARY KEY NOT NULL,
    created_at BIGINT NOT NULL
);

-- A key of a scheduling system. The secret itself is never here, only its SHA-256.
CREATE TABLE api_key (
    id          UUID PRIMARY KEY NOT NULL,
    tenant      TEXT NOT NULL REFERENCES tenant (id),
    name        TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    scopes      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT,
    revoked_at  BIGINT,
    last_used   BIGINT
);

-- One row a visit; `version` is the number of its events.
CREATE TABLE visit (
    id               UUID PRIMARY KEY NOT NULL,
    tenant           TEXT NOT NULL REFERENCES tenant (id),
    state            TEXT NOT NULL,
    starts_at        BIGINT NOT NULL,
    duration_minutes BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    version          BIGINT NOT NULL
);

-- Pages of a list go from the newest id (UUID version 7) to the oldest.
CREATE INDEX visit_by_tenant ON visit (tenant, id);

-- Who is expected. `generation` is part of what a personal link is made of: counting it up
-- voids the link and every session that was opened with it.
CREATE TABLE participant (
    id           UUID PRIMARY KEY NOT NULL,
    visit        UUID NOT NULL REFERENCES visit (id),
    ordinal      BIGINT NOT NULL,
    role         TEXT NOT NULL,
    language     TEXT NOT NULL,
    display_name TEXT NOT NULL,
    generation   BIGINT NOT NULL,
    UNIQUE (visit, ordinal)
);

-- What happened, in order; at once the visit's memory, its audit trail and the source of
-- every notice. Rows are only ever added.
CREATE TABLE event (
    visit UUID NOT NULL REFERENCES visit (id),
    seq   BIGINT NOT NULL,
    at    BIGINT NOT NULL,
    body  TEXT NOT NULL,
    PRIMARY KEY (visit, seq)
);

-- One device of one person. The token itself is never here, only its SHA-256.
CREATE TABLE session (
    token_hash  BYTEA PRIMARY KEY NOT NULL,
    visit       UUID NOT NULL REFERENCES visit (id),
    participant UUID NOT NULL REFERENCES participant (id),
    generation  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE INDEX session_by_participant ON session (participant, created_at);

-- Which request made which visit, so that a repeated request makes no second one.
CREATE TABLE idempotency (
    tenant       TEXT NOT NULL REFERENCES tenant (id),
    key          TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    visit        UUID NOT NULL REFERENCES visit (id),
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant, key)
);

CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- A node and how many times it has started; what an earlier start owned, it owns no more.
CREATE TABLE node_lease (
    id          UUID PRIMARY KEY NOT NULL,
    incarnation BIGINT NOT NULL,
    started_at  BIGINT NOT NULL
);

-- The one writer of a visit. `epoch` counts its owners and never goes back.
CREATE TABLE room_owner (
    visit       UUID PRIMARY KEY NOT NULL REFERENCES visit (id),
    node        UUID NOT NULL,
    incarnation BIGINT NOT NULL,
    epoch       BIGINT NOT NULL
);
