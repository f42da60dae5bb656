-- set_stage(): fenced by the epoch.
UPDATE crossdock.job SET stage = $3, updated_at = now()
WHERE id = $1 AND epoch = $2 AND state = 'running'
