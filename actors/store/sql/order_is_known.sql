-- finish_order(): whether what a stage saw pass by is exactly what the scope has of the job's types:
-- no other job has brought anything, and nothing was turned away by the table. Reads only.
SELECT NOT EXISTS (SELECT FROM crossdock.job WHERE scope_id = $2 AND id <> $1)
   AND NOT EXISTS (SELECT FROM crossdock.finding WHERE job_id = $1 AND reason = 'unstorable')
