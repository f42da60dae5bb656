-- enter_exporting(), leave_job(), set_desired(), retry_failed(): the job alone to us; waits for
-- imports that hold it (fence_job.sql). The epoch tells whether it is ours.
SELECT state, desired_state, epoch, stage, scope_id FROM crossdock.job WHERE id = $1 FOR UPDATE
