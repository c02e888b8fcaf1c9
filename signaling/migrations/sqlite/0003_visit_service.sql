-- The visit service: what was planned beside time and people, who shares a visit, who waits,
-- what people stated, and the chat.

ALTER TABLE visit ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE visit ADD COLUMN queue TEXT;
ALTER TABLE visit ADD COLUMN policy TEXT NOT NULL DEFAULT 'plain';
ALTER TABLE visit ADD COLUMN reference TEXT;
ALTER TABLE visit ADD COLUMN series BLOB;
ALTER TABLE visit ADD COLUMN follows BLOB;
ALTER TABLE visit ADD COLUMN segments TEXT NOT NULL DEFAULT '[]';
ALTER TABLE visit ADD COLUMN moves INTEGER NOT NULL DEFAULT 0;

-- When its machine wants to be asked again; whoever looks for what is due looks here.
ALTER TABLE visit ADD COLUMN wakes_at INTEGER;
UPDATE visit SET wakes_at = starts_at WHERE state IN ('scheduled', 'open', 'live');

-- Since when the first of those who wait has waited; since when they are gone from the lobby
-- without a word; since when staff and somebody let in are together.
ALTER TABLE visit ADD COLUMN waiting_since INTEGER;
ALTER TABLE visit ADD COLUMN waiting_lost_at INTEGER;
ALTER TABLE visit ADD COLUMN seen_since INTEGER;

-- When what is kept of it is to go, once it is over.
ALTER TABLE visit ADD COLUMN erase_at INTEGER;
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
    visit  BLOB NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    kind   TEXT NOT NULL,
    PRIMARY KEY (tenant, visit)
) STRICT;
INSERT INTO visit_party (tenant, visit, kind) SELECT tenant, id, 'host' FROM visit;
CREATE INDEX party_by_visit ON visit_party (visit);
DROP INDEX visit_by_tenant;

ALTER TABLE participant ADD COLUMN partner TEXT;
ALTER TABLE participant ADD COLUMN relationship TEXT;
ALTER TABLE participant ADD COLUMN authority TEXT;
ALTER TABLE participant ADD COLUMN interpreter_needed INTEGER NOT NULL DEFAULT 0;
-- Expected no more.
ALTER TABLE participant ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
-- Keyed hash of what tells that it is them.
ALTER TABLE participant ADD COLUMN identifier_hash BLOB;

-- A one-time code, as a keyed hash.
CREATE TABLE one_time_code (
    participant BLOB PRIMARY KEY NOT NULL REFERENCES participant (id) ON DELETE CASCADE,
    code_hash   BLOB NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;

-- What people stated at a gate, for as long as the policy says.
CREATE TABLE statement (
    participant BLOB NOT NULL REFERENCES participant (id) ON DELETE CASCADE,
    gate        TEXT NOT NULL,
    visit       BLOB NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    value       TEXT NOT NULL,
    at          INTEGER NOT NULL,
    erase_at    INTEGER NOT NULL,
    PRIMARY KEY (participant, gate)
) STRICT;
CREATE INDEX statement_by_age ON statement (erase_at);
CREATE INDEX statement_by_visit ON statement (visit);

-- The chat, where the policy keeps it. `readers` are ids between spaces.
CREATE TABLE chat_line (
    id       BLOB PRIMARY KEY NOT NULL,
    visit    BLOB NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    sender   BLOB NOT NULL,
    to_kind  TEXT NOT NULL,
    to_id    BLOB,
    readers  TEXT NOT NULL,
    body     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    erase_at INTEGER NOT NULL
) STRICT;
CREATE INDEX chat_by_visit ON chat_line (visit, id);
CREATE INDEX chat_by_age ON chat_line (erase_at);
