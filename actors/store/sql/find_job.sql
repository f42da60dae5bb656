-- find_job() and every method that returns a job. Reads only.
SELECT * FROM crossdock.job_view WHERE id = $1
