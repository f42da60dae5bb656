-- raise_epoch(): a takeover by the holder itself. FOR UPDATE waits out what is open under the old
-- epoch (fence_job.sql); after the epoch has grown nothing of that can commit any more. A repetition
-- after an answer that was lost raises it once more, which is why the owner is asked for as well.
WITH held AS (
  SELECT id FROM crossdock.job
  WHERE id = $1 AND epoch >= $2 AND owner = $3 AND state = 'running'
  FOR UPDATE
)
UPDATE crossdock.job j SET epoch = epoch + 1, updated_at = now()
FROM held WHERE j.id = held.id
RETURNING j.epoch
