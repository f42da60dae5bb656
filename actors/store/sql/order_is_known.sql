-- finish_order(): whether what a stage saw pass by ($4 entities of the type) is exactly what the scope
-- has: no other job has brought anything, nothing came twice, was turned away by the table or came
-- in another stage. $1 job, $2 scope, $3 type. Reads only.
SELECT NOT EXISTS (SELECT FROM crossdock.job WHERE scope_id = $2 AND id <> $1)
   AND (SELECT count(*) FROM crossdock.entity WHERE job_id = $1 AND type = $3) = $4
