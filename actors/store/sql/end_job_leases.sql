-- end_leases(): the jobs of an owner that has ended are free at once.
UPDATE crossdock.job SET lease_until = now() WHERE owner = $1 AND lease_until > now()
