-- migrate(): one migrating node at a time, until its transaction ends. The key is arbitrary:
-- "crossdoc".
SELECT pg_advisory_xact_lock(7165064744911105891)
