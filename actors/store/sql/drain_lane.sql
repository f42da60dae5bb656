-- claim(): there was nothing in it.
UPDATE crossdock.lane SET drained = true, owner = NULL, lease_until = NULL, doubt_group = NULL
WHERE job_id = $1 AND type = $2 AND lane = $3
