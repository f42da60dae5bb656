-- claim(): how far it reaches, in the claim's transaction: until the settle, all of it may have
-- been sent.
UPDATE crossdock.lane SET window_group = $4 WHERE job_id = $1 AND type = $2 AND lane = $3
