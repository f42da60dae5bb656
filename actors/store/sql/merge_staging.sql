-- commit_stage() where duplicates may be met, within the batch or with earlier jobs of the scope:
-- what exists stays as it is, the first in the source wins (ctid is the order of the copy). Sorted,
-- so that two jobs merging into one scope lock the same keys in the same order. Per type: rows added,
-- and distinct ones that an earlier job ($1 is this one) had; what is left met itself.
WITH added AS (
  INSERT INTO crossdock.entity (scope_id, type, external_id, job_id, lane, group_seq, seq, raw, refs)
  SELECT scope_id, type, external_id, job_id, lane, group_seq, seq, raw, refs
  FROM pg_temp.crossdock_staging ORDER BY type, external_id, ctid
  ON CONFLICT (scope_id, type, external_id) DO NOTHING
  RETURNING type
)
SELECT type, sum(created)::bigint, sum(existing)::bigint FROM (
  SELECT type, count(*) AS created, 0 AS existing FROM added GROUP BY type
  UNION ALL
  SELECT s.type, 0, count(DISTINCT s.external_id)
  FROM pg_temp.crossdock_staging s
  JOIN crossdock.entity e USING (scope_id, type, external_id)
  WHERE e.job_id <> $1
  GROUP BY s.type
) counted GROUP BY type
