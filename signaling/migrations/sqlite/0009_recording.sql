-- How the present or last recording of a visit stands, and whether somebody is to be recorded now.
ALTER TABLE visit ADD COLUMN recording TEXT;
ALTER TABLE visit ADD COLUMN is_recorded INTEGER NOT NULL DEFAULT 0;

CREATE INDEX visit_recorded ON visit (id) WHERE is_recorded = 1;

-- Which visit a recording is of, and which node's recorder made it.
CREATE TABLE recording (
    id       BLOB PRIMARY KEY NOT NULL,
    visit    BLOB NOT NULL REFERENCES visit (id),
    node     BLOB NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT;

CREATE INDEX recording_by_visit ON recording (visit);
