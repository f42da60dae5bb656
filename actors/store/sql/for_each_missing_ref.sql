-- for_each_missing_ref(): read through a cursor (fetch.sql) that outlives its transaction. What refs
-- name and the scope does not have. $1 job, $2 type, $3 key in refs, $4 type of what is missing.
-- Names are looked up once each, not once per entity: a hundred thousand messages have a few
-- hundred authors.
DECLARE crossdock_cursor NO SCROLL CURSOR WITH HOLD FOR
WITH named AS MATERIALIZED (
  SELECT DISTINCT e.scope_id, e.refs ->> $3 COLLATE "C" AS wanted
  FROM crossdock.entity e
  WHERE e.scope_id = (SELECT scope_id FROM crossdock.job WHERE id = $1)
    AND e.job_id = $1 AND e.type = $2 AND e.refs ->> $3 <> ''
)
SELECT n.wanted FROM named n
WHERE NOT EXISTS (SELECT FROM crossdock.entity t
                  WHERE t.scope_id = n.scope_id AND t.type = $4 AND t.external_id = n.wanted)
ORDER BY n.wanted
