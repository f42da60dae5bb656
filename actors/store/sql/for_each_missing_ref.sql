-- for_each_missing_ref(): read through a cursor (fetch.sql) that outlives its transaction. What
-- refs name and the scope does not have, each with up to $5 of the entities that name it. $1 job,
-- $2 type, $3 key in refs, $4 type of what is missing.
DECLARE crossdock_cursor NO SCROLL CURSOR WITH HOLD FOR
SELECT wanted, lane, external_id, raw::text FROM (
  SELECT e.refs ->> $3 COLLATE "C" AS wanted, e.lane, e.external_id, e.raw,
         row_number() OVER (PARTITION BY e.refs ->> $3 COLLATE "C" ORDER BY e.external_id) AS place
  FROM crossdock.entity e
  WHERE e.scope_id = (SELECT scope_id FROM crossdock.job WHERE id = $1)
    AND e.job_id = $1 AND e.type = $2 AND e.refs ->> $3 <> ''
    AND NOT EXISTS (SELECT FROM crossdock.entity t
                    WHERE t.scope_id = e.scope_id AND t.type = $4 AND t.external_id = e.refs ->> $3)
) missing
WHERE place <= $5
ORDER BY wanted, external_id
