-- finish_order(), fenced by fence_job.sql: gives the named entities their new times. One look-up a
-- name along the unique index. $1 job, $2 type, $3 scope, $4 external ids, $5 new seqs.
UPDATE crossdock.entity e SET seq = found.new_seq
FROM (
  SELECT named.id, moved.new_seq
  FROM unnest($4::text[], $5::bigint[]) AS moved (external_id, new_seq)
  CROSS JOIN LATERAL (
    SELECT id FROM crossdock.entity
    WHERE scope_id = $3 AND type = $2 AND external_id = moved.external_id AND job_id = $1
    LIMIT 1) named) found
WHERE e.id = found.id
