-- The quality record of a visit, as JSON of this program's own: sums and spreads that can be
-- gone on with, not the answer of the API. It holds ids and numbers, no names, and it goes when
-- its visit goes.

CREATE TABLE visit_quality (
    visit UUID PRIMARY KEY NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    at    BIGINT NOT NULL,
    body  TEXT NOT NULL
);
