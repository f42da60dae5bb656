-- retry_failed(), under lock_job.sql while nobody supervises the job: failed entities open again.
WITH reopened AS (
  UPDATE crossdock.outcome o
  SET status = 'pending', attempts = 0, error_class = NULL, error_code = NULL,
      error_message = NULL, settled_at = now()
  FROM crossdock.entity e
  WHERE o.job_id = $1 AND o.status = 'failed' AND e.id = o.entity_id AND ($2 = '' OR e.type = $2)
  RETURNING e.type
)
SELECT type, count(*) FROM reopened GROUP BY type
