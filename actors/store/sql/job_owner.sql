-- job_owner(): who supervises a running job, whether its lease has run out or not. Reads only.
SELECT owner FROM crossdock.job WHERE id = $1 AND state = 'running'
