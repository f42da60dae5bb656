-- advance_barrier(): one node at a time decides for a group.
SELECT cohort FROM crossdock.barrier WHERE group_name = $1 FOR UPDATE
