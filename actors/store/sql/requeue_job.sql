-- retry_failed(), under lock_job.sql: the next run goes straight to the export.
UPDATE crossdock.job
SET state = 'queued', desired_state = 'run', stage = 'ready_export', error = '', updated_at = now()
WHERE id = $1
