-- What a delivery leaves behind moves out of entity into a table of its own. An entity is then
-- written once, when it is imported: to change a status in place copied the whole row, source text
-- included, and entered the copy into every index, at about six times the price of a row here.

CREATE TABLE crossdock.outcome (
  entity_id     bigint PRIMARY KEY,
  job_id        bigint NOT NULL,
  -- The four of an entity; one without a row here is pending. A row says pending when a delivery
  -- has to be repeated.
  status        text NOT NULL CONSTRAINT outcome_status CHECK (status IN
                  ('pending', 'success', 'failed', 'skipped')),
  target_id     text,
  attempts      integer NOT NULL DEFAULT 0,
  error_class   text,
  error_code    text,
  error_message text,
  settled_at    timestamptz NOT NULL DEFAULT now()
);

INSERT INTO crossdock.outcome (entity_id, job_id, status, target_id, attempts, error_class,
                               error_code, error_message, settled_at)
SELECT id, job_id, status, target_id, attempts, error_class, error_code, error_message, updated_at
FROM crossdock.entity WHERE status <> 'pending' OR attempts > 0;

-- Lists of what went wrong.
CREATE INDEX outcome_trouble ON crossdock.outcome (job_id, status, entity_id)
  WHERE status IN ('failed', 'skipped');

DROP INDEX crossdock.entity_open;
DROP INDEX crossdock.entity_trouble;
ALTER TABLE crossdock.entity
  DROP COLUMN status, DROP COLUMN target_id, DROP COLUMN attempts, DROP COLUMN error_class,
  DROP COLUMN error_code, DROP COLUMN error_message, DROP COLUMN updated_at;

-- What claims walk along, in delivery order, from where the lane is settled.
CREATE INDEX entity_order ON crossdock.entity (job_id, type, lane, group_seq, seq);

-- An entity with what became of it. An inner look-up instead of a join wherever a statement has to
-- stop early: see claim_entities.sql.
CREATE VIEW crossdock.entity_view AS
SELECT e.id, e.scope_id, e.job_id, e.type, e.external_id, e.lane, e.group_seq, e.seq,
       coalesce(o.status, 'pending') AS status, o.target_id, coalesce(o.attempts, 0) AS attempts,
       o.error_class, o.error_code, o.error_message, e.raw, e.refs
FROM crossdock.entity e LEFT JOIN crossdock.outcome o ON o.entity_id = e.id;
