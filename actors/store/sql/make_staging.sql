-- commit_stage() where duplicates may be met: this session's own copy target.
CREATE TEMPORARY TABLE IF NOT EXISTS crossdock_staging (
  scope_id    bigint NOT NULL,
  type        text COLLATE "C" NOT NULL,
  external_id text COLLATE "C" NOT NULL,
  job_id      bigint NOT NULL,
  lane        text NOT NULL,
  group_seq   bigint NOT NULL,
  seq         bigint NOT NULL,
  raw         jsonb NOT NULL,
  refs        jsonb NOT NULL
) ON COMMIT DELETE ROWS
