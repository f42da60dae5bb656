-- settle(), after settle_entities.sql: closes the window. $5 ids with an outcome, $6 milliseconds
-- to wait or null, $7 give the lane up. What the window covered and has no outcome stays in doubt.
-- Each step is materialized, so that none is computed again for every column that uses it.
WITH claimed AS MATERIALIZED (
  SELECT coalesce(settled_group, -9223372036854775808) AS after, window_group AS upto
  FROM crossdock.lane WHERE job_id = $1 AND type = $2 AND lane = $3
), inside AS MATERIALIZED (  -- what is open up to the end of the window
  SELECT min(e.group_seq) AS first,
         min(e.group_seq) FILTER (WHERE e.id <> ALL ($5::bigint[])) AS first_unsettled
  FROM claimed c CROSS JOIN LATERAL (
    SELECT id, group_seq FROM crossdock.entity e
    WHERE job_id = $1 AND type = $2 AND lane = $3 AND group_seq > c.after AND group_seq <= c.upto
      AND coalesce((SELECT status FROM crossdock.outcome WHERE entity_id = e.id), 'pending')
          = 'pending'
    ORDER BY group_seq) e
), beyond AS MATERIALIZED (  -- the first that is open behind it
  SELECT e.group_seq AS first
  FROM claimed c CROSS JOIN LATERAL (
    SELECT group_seq FROM crossdock.entity e
    WHERE job_id = $1 AND type = $2 AND lane = $3 AND group_seq > c.upto
      AND coalesce((SELECT status FROM crossdock.outcome WHERE entity_id = e.id), 'pending')
          = 'pending'
    ORDER BY group_seq LIMIT 1) e
), open AS MATERIALIZED (
  SELECT first, first_unsettled,
         first IS NULL AND NOT EXISTS (SELECT FROM beyond) AS drained FROM inside
)
UPDATE crossdock.lane l
SET cursor = $4, drained = open.drained,
    settled_group = CASE WHEN open.first IS NULL THEN greatest(settled_group, window_group)
                         ELSE settled_group END,
    doubt_group = CASE WHEN open.first_unsettled IS NOT NULL THEN greatest(doubt_group, window_group)
                       WHEN doubt_group > window_group THEN doubt_group END,
    window_group = NULL,
    not_before = coalesce(now() + $6 * interval '1 millisecond', not_before),
    owner = CASE WHEN $7 OR open.drained THEN NULL ELSE owner END,
    lease_until = CASE WHEN $7 OR open.drained THEN NULL ELSE lease_until END
FROM open
WHERE l.job_id = $1 AND l.type = $2 AND l.lane = $3
