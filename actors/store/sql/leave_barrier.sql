-- leave_job(): what the job left open holds nobody up any more.
DELETE FROM crossdock.barrier_member WHERE job_id = $1
