-- Webhooks: who is told, what there is to tell, and what became of it. Secrets are not here;
-- they are derived from a key file, the endpoint and its `generation`.

-- `since` is when it was last enabled.
CREATE TABLE webhook_endpoint (
    id             UUID PRIMARY KEY NOT NULL,
    tenant         TEXT NOT NULL REFERENCES tenant (id),
    url            TEXT NOT NULL,
    description    TEXT NOT NULL,
    types          TEXT NOT NULL,
    signature      TEXT NOT NULL,
    state          TEXT NOT NULL,
    generation     BIGINT NOT NULL,
    previous_until BIGINT,
    failing_since  BIGINT,
    since          BIGINT NOT NULL,
    created_at     BIGINT NOT NULL
);

CREATE INDEX webhook_endpoint_by_tenant ON webhook_endpoint (tenant, id);

-- Written in the transaction of the event it tells of. `body` is sent and signed byte for byte,
-- at each attempt the same.
CREATE TABLE webhook_message (
    id     UUID PRIMARY KEY NOT NULL,
    tenant TEXT NOT NULL REFERENCES tenant (id),
    visit  UUID,
    seq    BIGINT NOT NULL,
    type   TEXT NOT NULL,
    at     BIGINT NOT NULL,
    body   TEXT NOT NULL
);

CREATE INDEX webhook_message_by_tenant ON webhook_message (tenant, at);
CREATE INDEX webhook_message_by_visit ON webhook_message (visit);
CREATE INDEX webhook_message_by_age ON webhook_message (at);

-- A message on its way to an endpoint. What shares a `lane` (the visit) arrives in the order of
-- `seq`: one is `pending`, those behind it are `queued`. While somebody has taken it, `due_at`
-- is when it is anybody's again. `since` is when it was last asked for.
CREATE TABLE webhook_delivery (
    endpoint UUID NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
    message  UUID NOT NULL REFERENCES webhook_message (id),
    lane     UUID NOT NULL,
    seq      BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    since    BIGINT NOT NULL,
    state    TEXT NOT NULL,
    tries    BIGINT NOT NULL,
    due_at   BIGINT,
    taken_by UUID,
    attempts TEXT NOT NULL,
    PRIMARY KEY (endpoint, message)
);

CREATE UNIQUE INDEX webhook_delivery_by_lane ON webhook_delivery (endpoint, lane, seq);
CREATE INDEX webhook_delivery_by_message ON webhook_delivery (message);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint, due_at) WHERE state = 'pending';
CREATE INDEX webhook_delivery_open ON webhook_delivery (endpoint, at)
    WHERE state IN ('pending', 'queued');
