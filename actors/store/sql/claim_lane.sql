-- claim(): leases one free lane of a job and type to $3 for $4 ms, whoever asks first; what others
-- are just taking is skipped. The statement itself reads job and barrier: no message, however late,
-- lets a type through before its time. A snapshot from before the barrier moved can only yield an
-- earlier rank, where nothing is open any more. A lane the owner kept comes first; one it is still
-- working on (its window is open) is not given out twice. An unsettled window becomes doubt.
-- The rank is computed once and the lanes are walked in the order of lane_open: the first free one
-- is found without looking at all the others.
WITH open AS MATERIALIZED (
  SELECT b.rank
  FROM crossdock.job j
  JOIN crossdock.barrier_member m ON m.job_id = j.id
  JOIN crossdock.barrier b ON b.group_name = m.group_name AND b.cohort = m.cohort
  WHERE j.id = $1 AND j.state = 'running' AND j.stage = 'exporting'
), kept AS MATERIALIZED (
  SELECT l.job_id, l.type, l.lane FROM crossdock.lane l
  WHERE l.owner = $3 AND l.window_group IS NULL AND l.job_id = $1 AND l.type = $2
    AND l.rank = (SELECT rank FROM open) AND NOT l.drained AND l.not_before <= now()
  LIMIT 1
  FOR UPDATE SKIP LOCKED
), free AS MATERIALIZED (
  SELECT l.job_id, l.type, l.lane FROM crossdock.lane l
  WHERE l.job_id = $1 AND l.rank = (SELECT rank FROM open) AND l.type = $2
    AND NOT l.drained AND l.not_before <= now() AND (l.owner IS NULL OR l.lease_until < now())
    AND NOT EXISTS (SELECT FROM kept)
  ORDER BY l.lane LIMIT 1
  FOR UPDATE SKIP LOCKED
)
UPDATE crossdock.lane l
SET owner = $3, lease_until = now() + $4 * interval '1 millisecond', attempt = attempt + 1,
    doubt_group = greatest(doubt_group, window_group), window_group = NULL
FROM (SELECT * FROM kept UNION ALL SELECT * FROM free) taken
WHERE (l.job_id, l.type, l.lane) = (taken.job_id, taken.type, taken.lane)
RETURNING l.lane, l.attempt, l.cursor, l.settled_group, l.doubt_group
