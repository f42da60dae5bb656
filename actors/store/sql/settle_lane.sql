-- settle(), after settle_entities.sql: closes the window. $5 ids with an outcome, $6 milliseconds to
-- wait or null, $7 give the lane up. What the window covered and has no outcome stays in doubt.
UPDATE crossdock.lane l
SET cursor = $4, drained = NOT open.any_left,
    settled_group = CASE WHEN open.within THEN settled_group
                         ELSE greatest(settled_group, window_group) END,
    doubt_group = CASE WHEN open.unsettled THEN greatest(doubt_group, window_group)
                       WHEN doubt_group > window_group THEN doubt_group END,
    window_group = NULL,
    not_before = coalesce(now() + $6 * interval '1 millisecond', not_before),
    owner = CASE WHEN $7 OR NOT open.any_left THEN NULL ELSE owner END,
    lease_until = CASE WHEN $7 OR NOT open.any_left THEN NULL ELSE lease_until END
FROM (
  SELECT w.window_group AS upto,
    EXISTS (SELECT FROM crossdock.entity e WHERE e.job_id = $1 AND e.type = $2 AND e.lane = $3
              AND e.status = 'pending' AND e.group_seq > w.low) AS any_left,
    EXISTS (SELECT FROM crossdock.entity e WHERE e.job_id = $1 AND e.type = $2 AND e.lane = $3
              AND e.status = 'pending' AND e.group_seq > w.low
              AND e.group_seq <= w.window_group) AS within,
    EXISTS (SELECT FROM crossdock.entity e WHERE e.job_id = $1 AND e.type = $2 AND e.lane = $3
              AND e.status = 'pending' AND e.group_seq > w.low
              AND e.group_seq <= w.window_group AND e.id <> ALL ($5::bigint[])) AS unsettled
  FROM (SELECT window_group, coalesce(settled_group, -9223372036854775808) AS low
        FROM crossdock.lane WHERE job_id = $1 AND type = $2 AND lane = $3) w) open
WHERE l.job_id = $1 AND l.type = $2 AND l.lane = $3
