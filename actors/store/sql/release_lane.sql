-- release_lane(): gives back what is still ours. An open window stays open: the next claim treats
-- it as doubt.
UPDATE crossdock.lane SET owner = NULL, lease_until = NULL
WHERE job_id = $1 AND type = $2 AND lane = $3 AND owner = $4 AND attempt = $5
