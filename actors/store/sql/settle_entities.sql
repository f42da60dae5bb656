-- settle(), under fence_lane.sql: the outcomes. Only pending entities of this lane can be settled.
-- The row comparison keeps the planner from reading all that is open in the lane instead of these
-- ids.
UPDATE crossdock.entity e
SET status = o.status, target_id = coalesce(o.target_id, e.target_id),
    attempts = e.attempts + (o.status = 'pending')::int, error_class = o.error_class,
    error_code = o.error_code, error_message = o.message, updated_at = now()
FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
       AS o (id, status, target_id, error_class, error_code, message)
WHERE e.id = o.id
  AND (e.job_id, e.type, e.lane, e.status) IS NOT DISTINCT FROM ($1, $2, $3, 'pending')
