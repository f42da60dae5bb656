-- advance_barrier(), under lock_barrier.sql: what every claim reads from now on.
UPDATE crossdock.barrier SET cohort = $2, rank = coalesce($3, rank), updated_at = now()
WHERE group_name = $1 AND (cohort <> $2 OR rank <> coalesce($3, rank))
