-- advance_barrier(), under lock_barrier.sql: jobs whose supervisor has been gone for a while hold
-- nobody up for ever. Until then another node may take a job over, in its place. One that comes back
-- later joins again (join_barrier.sql) and waits for its turn like a new one.
DELETE FROM crossdock.barrier_member m USING crossdock.job j
WHERE m.group_name = $1 AND j.id = m.job_id
  AND j.state = 'running' AND j.lease_until < now() - interval '15 seconds'
