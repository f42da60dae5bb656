-- set_desired(), under lock_job.sql: the wish, and the state that follows at once ($3). A job that
-- is queued anew has no error any more.
UPDATE crossdock.job
SET desired_state = $2, state = $3, error = CASE $3 WHEN 'queued' THEN '' ELSE error END,
    updated_at = now()
WHERE id = $1
