-- enter_exporting(): the group's row, which advance_barrier() locks.
INSERT INTO crossdock.barrier (group_name)
SELECT barrier_group FROM crossdock.job WHERE id = $1
ON CONFLICT (group_name) DO NOTHING
