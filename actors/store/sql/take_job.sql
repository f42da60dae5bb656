-- take_job(): supervision of a free job. Of several nodes one gets the row; the others skip it
-- instead of waiting. FOR UPDATE (not the weaker lock of an UPDATE) also waits out the old
-- supervisor's open writes, which hold the row FOR KEY SHARE (fence_job.sql): after the epoch has
-- grown none of them can commit.
WITH free AS (
  SELECT id FROM crossdock.job
  WHERE id = $1 AND (state = 'queued' OR (state = 'running' AND lease_until < now()))
  FOR UPDATE SKIP LOCKED
)
UPDATE crossdock.job j
SET state = 'running', owner = $2, lease_until = now() + $3 * interval '1 millisecond',
    epoch = epoch + 1, error = '', updated_at = now()
FROM free WHERE j.id = free.id
RETURNING j.id
