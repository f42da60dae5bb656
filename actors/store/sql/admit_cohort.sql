-- advance_barrier(), under lock_barrier.sql, when the cohort is through: everybody who waits and
-- agrees with the one who waits longest on the order of types.
UPDATE crossdock.barrier_member
SET cohort = $2
WHERE group_name = $1 AND cohort IS NULL AND order_signature = (
  SELECT order_signature FROM crossdock.barrier_member
  WHERE group_name = $1 AND cohort IS NULL ORDER BY ticket LIMIT 1)
