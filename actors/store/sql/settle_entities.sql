-- settle(), under fence_lane.sql: the outcomes. Only open entities of this lane can be settled, each
-- once; what is not written is missing in the count of rows. Each is looked up by its id, and the
-- other comparison suits no index: left free, the planner reads the whole lane, even once for every
-- id, while it knows little of it.
INSERT INTO crossdock.outcome AS settled (entity_id, job_id, status, target_id, attempts,
                                          error_class, error_code, error_message)
SELECT DISTINCT ON (e.id) e.id, e.job_id, o.status, o.target_id, (o.status = 'pending')::int,
       o.error_class, o.error_code, o.message
FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
       AS o (id, status, target_id, error_class, error_code, message)
CROSS JOIN LATERAL (
  SELECT id, job_id FROM crossdock.entity
  WHERE id = o.id AND (job_id, type, lane) IS NOT DISTINCT FROM ($1, $2, $3) OFFSET 0) e
ORDER BY e.id
ON CONFLICT (entity_id) DO UPDATE
SET status = excluded.status, target_id = coalesce(excluded.target_id, settled.target_id),
    attempts = settled.attempts + excluded.attempts, error_class = excluded.error_class,
    error_code = excluded.error_code, error_message = excluded.error_message, settled_at = now()
WHERE settled.status = 'pending'
