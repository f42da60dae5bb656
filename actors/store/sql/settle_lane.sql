-- settle(), after settle_entities.sql: closes the window. $5 ids with an outcome, $6 milliseconds
-- to wait or null, $7 give the lane up. What the window covered and has no outcome stays in doubt.
-- The sub-selects are ordered so that they walk the index of open entities and stop at the first.
UPDATE crossdock.lane l
SET cursor = $4, drained = open.first IS NULL,
    settled_group = CASE WHEN open.first <= window_group THEN settled_group
                         ELSE greatest(settled_group, window_group) END,
    doubt_group = CASE WHEN open.first_unsettled IS NOT NULL THEN greatest(doubt_group, window_group)
                       WHEN doubt_group > window_group THEN doubt_group END,
    window_group = NULL,
    not_before = coalesce(now() + $6 * interval '1 millisecond', not_before),
    owner = CASE WHEN $7 OR open.first IS NULL THEN NULL ELSE owner END,
    lease_until = CASE WHEN $7 OR open.first IS NULL THEN NULL ELSE lease_until END
FROM (
  SELECT first, CASE WHEN first <= upto THEN (
      SELECT e.group_seq FROM crossdock.entity e
      WHERE e.job_id = $1 AND e.type = $2 AND e.lane = $3 AND e.status = 'pending'
        AND e.group_seq BETWEEN first AND upto AND e.id <> ALL ($5::bigint[])
      ORDER BY e.group_seq LIMIT 1) END AS first_unsettled
  FROM (
    SELECT window_group AS upto, (
      SELECT e.group_seq FROM crossdock.entity e
      WHERE e.job_id = $1 AND e.type = $2 AND e.lane = $3 AND e.status = 'pending'
        AND e.group_seq > coalesce(w.settled_group, -9223372036854775808)
      ORDER BY e.group_seq LIMIT 1) AS first
    FROM crossdock.lane w WHERE w.job_id = $1 AND w.type = $2 AND w.lane = $3) lane) open
WHERE l.job_id = $1 AND l.type = $2 AND l.lane = $3
