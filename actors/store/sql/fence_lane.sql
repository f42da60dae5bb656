-- settle(): proof that the claim is still ours and not settled yet, held to the end of the
-- transaction; a claim by another owner skips the lane meanwhile. The attempt decides, not the
-- clock: a lease that ran out and was taken by nobody still has its only true outcomes here.
SELECT FROM crossdock.lane
WHERE job_id = $1 AND type = $2 AND lane = $3 AND owner = $4 AND attempt = $5
  AND window_group IS NOT NULL
FOR NO KEY UPDATE
