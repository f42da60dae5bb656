-- advance_barrier(): the result for the asking job $2. Reads only.
SELECT b.cohort, b.rank, m.cohort AS own_cohort
FROM crossdock.barrier b LEFT JOIN crossdock.barrier_member m
  ON m.group_name = b.group_name AND m.job_id = $2
WHERE b.group_name = $1
