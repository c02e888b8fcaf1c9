-- The visit service: what was planned beside time and people, who shares a visit, who waits,
-- what people stated, and the chat.

ALTER TABLE visit ADD COLUMN urgent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE visit ADD COLUMN queue TEXT;
ALTER TABLE visit ADD COLUMN policy TEXT NOT NULL DEFAULT 'plain';
ALTER TABLE visit ADD COLUMN reference TEXT;
ALTER TABLE visit ADD COLUMN series UUID;
ALTER TABLE visit ADD COLUMN follows UUID;
ALTER TABLE visit ADD COLUMN segments TEXT NOT NULL DEFAULT '[]';
ALTER TABLE visit ADD COLUMN moves BIGINT NOT NULL DEFAULT 0;

-- When its machine wants to be asked again; whoever looks for what is due looks here.
ALTER TABLE visit ADD COLUMN wakes_at BIGINT;
UPDATE visit SET wakes_at = starts_at WHERE state IN ('scheduled', 'open', 'live');

-- Since when the first of those who wait has waited; since when they are gone from the lobby
-- without a word; since when staff and somebody let in are together.
ALTER TABLE visit ADD COLUMN waiting_since BIGINT;
ALTER TABLE visit ADD COLUMN waiting_lost_at BIGINT;
ALTER TABLE visit ADD COLUMN seen_since BIGINT;

-- When what is kept of it is to go, once it is over.
ALTER TABLE visit ADD COLUMN erase_at BIGINT;
CREATE INDEX visit_by_age ON visit (erase_at) WHERE erase_at IS NOT NULL;
CREATE INDEX visit_by_wake ON visit (wakes_at) WHERE wakes_at IS NOT NULL;
CREATE INDEX visit_by_reference ON visit (tenant, reference, id) WHERE reference IS NOT NULL;
CREATE INDEX visit_by_series ON visit (tenant, series, id) WHERE series IS NOT NULL;
CREATE INDEX visit_by_queue ON visit (tenant, queue, state, id) WHERE queue IS NOT NULL;
CREATE INDEX visit_by_state ON visit (tenant, state, id);
CREATE INDEX visit_by_start ON visit (tenant, starts_at);

-- Who may see a visit: its own organisation and those that send people of their own. Pages of
-- a list are read from here.
CREATE TABLE visit_party (
    tenant TEXT NOT NULL REFERENCES tenant (id),
    visit  UUID NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    kind   TEXT NOT NULL,
    PRIMARY KEY (tenant, visit)
);
INSERT INTO visit_party (tenant, visit, kind) SELECT tenant, id, 'host' FROM visit;
CREATE INDEX party_by_visit ON visit_party (visit);
DROP INDEX visit_by_tenant;

ALTER TABLE participant ADD COLUMN partner TEXT;
ALTER TABLE participant ADD COLUMN relationship TEXT;
ALTER TABLE participant ADD COLUMN authority TEXT;
ALTER TABLE participant ADD COLUMN interpreter_needed BIGINT NOT NULL DEFAULT 0;
-- Expected no more.
ALTER TABLE participant ADD COLUMN gone BIGINT NOT NULL DEFAULT 0;
-- Keyed hash of what tells that it is them.
ALTER TABLE participant ADD COLUMN identifier_hash BYTEA;

-- A one-time code, as a keyed hash.
CREATE TABLE one_time_code (
    participant UUID PRIMARY KEY NOT NULL REFERENCES participant (id) ON DELETE CASCADE,
    code_hash   BYTEA NOT NULL,
    expires_at  BIGINT NOT NULL
);

-- What people stated at a gate, for as long as the policy says.
CREATE TABLE statement (
    participant UUID NOT NULL REFERENCES participant (id) ON DELETE CASCADE,
    gate        TEXT NOT NULL,
    visit       UUID NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    value       TEXT NOT NULL,
    at          BIGINT NOT NULL,
    erase_at    BIGINT NOT NULL,
    PRIMARY KEY (participant, gate)
);
CREATE INDEX statement_by_age ON statement (erase_at);
CREATE INDEX statement_by_visit ON statement (visit);

-- The chat, where the policy keeps it. `readers` are ids between spaces.
CREATE TABLE chat_line (
    id       UUID PRIMARY KEY NOT NULL,
    visit    UUID NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    sender   UUID NOT NULL,
    to_kind  TEXT NOT NULL,
    to_id    UUID,
    readers  TEXT NOT NULL,
    body     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    erase_at BIGINT NOT NULL
);
CREATE INDEX chat_by_visit ON chat_line (visit, id);
CREATE INDEX chat_by_age ON chat_line (erase_at);
