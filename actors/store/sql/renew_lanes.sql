-- renew_lanes(): for a process ("<name>") the lanes of all its exporters ("<name>:…"). Keeps what
-- is still validly held; rows are locked in one order, against deadlock.
WITH held AS (
  SELECT job_id, type, lane FROM crossdock.lane
  WHERE (owner = $1 OR starts_with(owner, $1 || ':')) AND lease_until >= now()
  ORDER BY job_id, type, lane FOR NO KEY UPDATE
)
UPDATE crossdock.lane l SET lease_until = now() + $2 * interval '1 millisecond'
FROM held WHERE (l.job_id, l.type, l.lane) = (held.job_id, held.type, held.lane)
