-- commit_stage() where duplicates may be met, within the batch or with earlier jobs of the scope:
-- what exists stays as it is, the first in the source wins (ctid is the order of the copy). Sorted,
-- so that two jobs merging into one scope lock the same keys in the same order.
WITH added AS (
  INSERT INTO crossdock.entity (scope_id, type, external_id, job_id, lane, group_seq, seq, raw, refs)
  SELECT scope_id, type, external_id, job_id, lane, group_seq, seq, raw, refs
  FROM pg_temp.crossdock_staging ORDER BY type, external_id, ctid
  ON CONFLICT (scope_id, type, external_id) DO NOTHING
  RETURNING type
)
SELECT type, count(*) FROM added GROUP BY type
