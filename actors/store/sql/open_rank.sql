-- advance_barrier(), under lock_barrier.sql: the lowest rank with open work in the cohort; null
-- when it is through. A lane is not drained exactly while something in it is pending, so one index
-- entry per job answers; what other nodes settle meanwhile only makes the answer lower than needed.
SELECT min(lowest.rank)
FROM crossdock.barrier_member m
CROSS JOIN LATERAL (SELECT l.rank FROM crossdock.lane l
                    WHERE l.job_id = m.job_id AND NOT l.drained
                    ORDER BY l.rank LIMIT 1) lowest
WHERE m.group_name = $1 AND m.cohort = $2
