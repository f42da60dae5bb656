-- The tables of the first workflow. Statements live in store/sql/*.sql, one per file.
--
-- Text that is compared, sorted or paged by is COLLATE "C": the same order on every machine, and
-- cheaper indexes.

CREATE TABLE crossdock.scope (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text COLLATE "C" NOT NULL UNIQUE CHECK (name <> ''),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE crossdock.job (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workflow        text NOT NULL CHECK (workflow <> ''),
  workflow_digest text NOT NULL,
  config          jsonb NOT NULL CHECK (jsonb_typeof(config) = 'object'),
  scope_id        bigint NOT NULL REFERENCES crossdock.scope,
  source          text NOT NULL,
  output          text NOT NULL DEFAULT '',
  barrier_group   text COLLATE "C" NOT NULL,
  -- [{"type": "user", "plural": "users", "rank": 0}, …], never changed after creation.
  types           jsonb NOT NULL CHECK (jsonb_typeof(types) = 'array'),
  -- The names of core/job_state.hpp; a test compares them.
  state           text NOT NULL DEFAULT 'queued' CONSTRAINT job_state CHECK (state IN
                    ('queued', 'running', 'paused', 'done', 'done_with_failures', 'failed', 'canceled')),
  desired_state   text NOT NULL DEFAULT 'run' CONSTRAINT job_desired_state CHECK (desired_state IN
                    ('run', 'pause', 'cancel')),
  stage           text NOT NULL DEFAULT '',
  -- Written by merge_meta() only.
  meta            jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(meta) = 'object'),
  outputs         jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(outputs) = 'object'),
  error           text NOT NULL DEFAULT '',
  -- Who supervises it. The epoch grows with every change of hands and fences all its writes.
  owner           text,
  epoch           bigint NOT NULL DEFAULT 0,
  lease_until     timestamptz,
  -- False while every entity of the job was new: its batches are then copied straight into entity.
  import_merges   boolean NOT NULL DEFAULT false,
  idempotency_key text UNIQUE,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT job_leased_while_running CHECK (
    (state = 'running') = (owner IS NOT NULL) AND (owner IS NULL) = (lease_until IS NULL))
) WITH (fillfactor = 70);

CREATE INDEX job_adoptable ON crossdock.job (id) WHERE state IN ('queued', 'running');

-- No foreign keys: scope_id and job_id come from the job row that the writing transaction holds
-- locked, and a check per row would cost a COPY about a third of its speed. Jobs and scopes are not
-- deleted while they have entities.
CREATE TABLE crossdock.entity (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  scope_id      bigint NOT NULL,
  type          text COLLATE "C" NOT NULL CHECK (type <> ''),
  external_id   text COLLATE "C" NOT NULL CHECK (external_id <> ''),
  job_id        bigint NOT NULL,
  lane          text COLLATE "C" NOT NULL,
  group_seq     bigint NOT NULL,
  seq           bigint NOT NULL,
  status        text NOT NULL DEFAULT 'pending' CONSTRAINT entity_status CHECK (status IN
                  ('pending', 'success', 'failed', 'skipped')),
  target_id     text,
  attempts      integer NOT NULL DEFAULT 0,
  error_class   text,
  error_code    text,
  error_message text,
  raw           jsonb NOT NULL,
  refs          jsonb NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT entity_identity UNIQUE (scope_id, type, external_id)
);

-- What claims walk along, in delivery order. Open rows only.
CREATE INDEX entity_open ON crossdock.entity (job_id, type, lane, group_seq, seq)
  WHERE status = 'pending';
-- Lists of what went wrong.
CREATE INDEX entity_trouble ON crossdock.entity (job_id, status, id)
  WHERE status IN ('failed', 'skipped');
CREATE INDEX entity_user_name ON crossdock.entity ((raw ->> 'name')) WHERE type = 'user';

-- Which piece of a job's source is committed up to where: a restarted stage goes on from there.
CREATE TABLE crossdock.source_unit (
  job_id   bigint NOT NULL REFERENCES crossdock.job,
  stage    text COLLATE "C" NOT NULL,
  unit     text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  done     boolean NOT NULL,
  PRIMARY KEY (job_id, stage, unit)
);

-- Counter changes, written in the transaction whose rows they count, waiting to be folded into
-- job.meta (fold_deltas.sql). No foreign key: the writers hold the job, and the table is hot.
CREATE TABLE crossdock.ledger_delta (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id bigint NOT NULL,
  patch  jsonb NOT NULL
);
CREATE INDEX ledger_delta_job ON crossdock.ledger_delta (job_id, id);

-- Where the bytes lie that entities refer to by key.
CREATE TABLE crossdock.blob (
  job_id bigint NOT NULL,
  key    text COLLATE "C" NOT NULL,
  path   text NOT NULL,
  size   bigint NOT NULL,
  PRIMARY KEY (job_id, key)
);

CREATE TABLE crossdock.finding (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id bigint NOT NULL,
  kind   text COLLATE "C" NOT NULL CONSTRAINT finding_kind CHECK (kind IN
           ('rejected', 'left_out', 'changed', 'note')),
  type   text COLLATE "C" NOT NULL,
  item   text COLLATE "C" NOT NULL,
  place  text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  detail text NOT NULL
);
-- Finding the same again is harmless. A hash, because the texts may exceed what an index row holds;
-- the unit separator keeps ("a", "bc") apart from ("ab", "c").
CREATE UNIQUE INDEX finding_once ON crossdock.finding (job_id, md5(
  kind || E'\x1f' || type || E'\x1f' || item || E'\x1f' || place || E'\x1f' || reason));

-- What is leased: one lane of one type of one job. Entities are not written by a claim, which
-- halves the writes of an export; the lane's owner and attempt fence every settle instead.
-- Within an exporting job a lane is drained exactly when none of its entities is pending: lanes
-- are opened by enter_exporting.sql, closed by the settle of the last entity, and stages cannot
-- add entities to a job whose totals are frozen.
CREATE TABLE crossdock.lane (
  job_id        bigint NOT NULL REFERENCES crossdock.job,
  type          text COLLATE "C" NOT NULL,
  lane          text COLLATE "C" NOT NULL,
  rank          integer NOT NULL,
  owner         text,
  lease_until   timestamptz,
  attempt       bigint NOT NULL DEFAULT 0,  -- grows with every claim
  not_before    timestamptz NOT NULL DEFAULT '-infinity',
  cursor        text NOT NULL DEFAULT '',
  settled_group bigint,  -- nothing is pending up to this group_seq: where claims begin to look
  window_group  bigint,  -- last group_seq of a claim that is not settled; null: all is settled
  doubt_group   bigint,  -- pending entities up to this one were claimed before and never settled
  drained       boolean NOT NULL DEFAULT false,
  PRIMARY KEY (job_id, type, lane),
  CONSTRAINT lane_lease CHECK ((owner IS NULL) = (lease_until IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX lane_open ON crossdock.lane (job_id, rank, type, lane) WHERE NOT drained;
CREATE INDEX lane_owner ON crossdock.lane (owner) WHERE owner IS NOT NULL;

-- Which rank may be exported now, in every job of the group's current cohort.
CREATE TABLE crossdock.barrier (
  group_name text COLLATE "C" PRIMARY KEY,
  cohort     bigint NOT NULL DEFAULT 0,
  rank       integer NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);

-- A job that exports in a group: cohort null while it waits for its turn.
CREATE TABLE crossdock.barrier_member (
  job_id          bigint PRIMARY KEY REFERENCES crossdock.job,
  group_name      text COLLATE "C" NOT NULL REFERENCES crossdock.barrier,
  cohort          bigint,
  -- Types and ranks, canonical: only jobs that agree on the order share a cohort.
  order_signature text NOT NULL,
  ticket          bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX barrier_member_group ON crossdock.barrier_member (group_name, cohort);

-- Who wanted what of a job.
CREATE TABLE crossdock.audit (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at     timestamptz NOT NULL DEFAULT now(),
  who    text NOT NULL,
  what   text NOT NULL,
  job_id bigint NOT NULL REFERENCES crossdock.job,
  detail jsonb NOT NULL
);
CREATE INDEX audit_job ON crossdock.audit (job_id, id);

-- A job as the program sees it.
CREATE VIEW crossdock.job_view AS
SELECT j.id, j.scope_id, s.name AS scope, j.workflow, j.workflow_digest, j.config::text AS config,
       j.source, j.output, j.barrier_group, j.types::text AS types, j.state, j.desired_state, j.stage,
       j.meta::text AS meta, j.outputs::text AS outputs, j.error, j.epoch,
       to_char(j.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at,
       to_char(j.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS updated_at
FROM crossdock.job j JOIN crossdock.scope s ON s.id = j.scope_id;
