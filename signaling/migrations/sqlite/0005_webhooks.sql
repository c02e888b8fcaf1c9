-- Webhooks: who is told, what there is to tell, and what became of it. Secrets are not here;
-- they are derived from a key file, the endpoint and its `generation`.

-- `since` is when it was last enabled.
CREATE TABLE webhook_endpoint (
    id             BLOB PRIMARY KEY NOT NULL,
    tenant         TEXT NOT NULL REFERENCES tenant (id),
    url            TEXT NOT NULL,
    description    TEXT NOT NULL,
    types          TEXT NOT NULL,
    signature      TEXT NOT NULL,
    state          TEXT NOT NULL,
    generation     INTEGER NOT NULL,
    previous_until INTEGER,
    failing_since  INTEGER,
    since          INTEGER NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX webhook_endpoint_by_tenant ON webhook_endpoint (tenant, id);

-- Written in the transaction of the event it tells of. `body` is sent and signed byte for byte,
-- at each attempt the same.
CREATE TABLE webhook_message (
    id     BLOB PRIMARY KEY NOT NULL,
    tenant TEXT NOT NULL REFERENCES tenant (id),
    visit  BLOB,
    seq    INTEGER NOT NULL,
    type   TEXT NOT NULL,
    at     INTEGER NOT NULL,
    body   TEXT NOT NULL
) STRICT;

CREATE INDEX webhook_message_by_tenant ON webhook_message (tenant, at);
CREATE INDEX webhook_message_by_visit ON webhook_message (visit);
CREATE INDEX webhook_message_by_age ON webhook_message (at);

-- A message on its way to an endpoint. What shares a `lane` (the visit) arrives in the order of
-- `seq`: one is `pending`, those behind it are `queued`. While somebody has taken it, `due_at`
-- is when it is anybody's again. `since` is when it was last asked for.
CREATE TABLE webhook_delivery (
    endpoint BLOB NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
    message  BLOB NOT NULL REFERENCES webhook_message (id),
    lane     BLOB NOT NULL,
    seq      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    since    INTEGER NOT NULL,
    state    TEXT NOT NULL,
    tries    INTEGER NOT NULL,
    due_at   INTEGER,
    taken_by BLOB,
    attempts TEXT NOT NULL,
    PRIMARY KEY (endpoint, message)
) STRICT;

CREATE UNIQUE INDEX webhook_delivery_by_lane ON webhook_delivery (endpoint, lane, seq);
CREATE INDEX webhook_delivery_by_message ON webhook_delivery (message);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint, due_at) WHERE state = 'pending';
CREATE INDEX webhook_delivery_open ON webhook_delivery (endpoint, at)
    WHERE state IN ('pending', 'queued');
