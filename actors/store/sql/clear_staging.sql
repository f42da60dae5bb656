-- commit_stage(): between the pieces of a batch that is split around a bad row.
TRUNCATE pg_temp.crossdock_staging
