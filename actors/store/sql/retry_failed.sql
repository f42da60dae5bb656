-- retry_failed(), under lock_job.sql while nobody supervises the job: failed entities open again.
WITH reopened AS (
  UPDATE crossdock.entity
  SET status = 'pending', attempts = 0, error_class = NULL, error_code = NULL,
      error_message = NULL, updated_at = now()
  WHERE job_id = $1 AND status = 'failed' AND ($2 = '' OR type = $2)
  RETURNING type
)
SELECT type, count(*) FROM reopened GROUP BY type
