-- renew_jobs(): keeps what is still validly held; an expired lease is not revived, since another
-- node may be taking the job just now. Rows are locked in one order, against deadlock.
WITH held AS (
  SELECT id FROM crossdock.job
  WHERE owner = $1 AND state = 'running' AND lease_until >= now()
  ORDER BY id FOR NO KEY UPDATE
)
UPDATE crossdock.job j
SET lease_until = now() + $2 * interval '1 millisecond'
FROM held WHERE j.id = held.id
RETURNING j.id, j.epoch, j.desired_state
